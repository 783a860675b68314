import { expect, it } from 'vitest';
import type { Finding, FindingKind } from '../../src/profile/finding.js';
import { findings } from '../../src/profile/insight.js';
import { worthReading } from '../../src/report/worth-reading.js';
import { stats } from '../profile/bytes.js';

const said = (...kinds: FindingKind[]) =>
  worthReading(kinds.map((kind, i): Finding => ({ kind, sentence: `${kind} ${i}`, rows: [] }))).map(
    (one) => one.sentence,
  );

it('is three of one sort at most, then how many more there are, where they would stand', () => {
  expect(said('waiting', 'once-per', 'once-per', 'once-per', 'once-per', 'once-per', 'by-kind', 'cold')).toEqual([
    'waiting 0',
    'once-per 1',
    'once-per 2',
    'once-per 3',
    'by-kind 6',
    '2 more findings: see --json.',
    'cold 7',
  ]);
});

it('is six in all, and every doubt', () => {
  const doubts: FindingKind[] = ['clock-unknown', 'mixed', 'callers-differ', 'overhead', 'cold', 'let-pass', 'sampled'];
  const told = said(...doubts, 'waiting', 'once-per', 'once-per', 'once-per', 'by-kind', 'by-package', 'cold-work');
  expect(told).toHaveLength(doubts.length + 7);
  expect(told.at(-1)).toBe('1 more finding: see --json.');
  expect(told.join()).not.toContain('cold-work');
});

it('is everything where there are few', () => {
  expect(said('once-per', 'once-per', 'cold')).toEqual(['once-per 0', 'once-per 1', 'cold 2']);
});

it('is short for real captures, with what to doubt before what was found', () => {
  for (const capture of ['05-cold', '25-cold', '25-warm', '05-five-instances', 'own-threads', 'own-wall', 'ncpu']) {
    const told = worthReading(findings(stats(capture)));
    const doubts = told.filter((one) => /clock|were not the call's/.test(one.sentence));
    expect(told.length - doubts.length).toBeLessThanOrEqual(7);
  }
  expect(findings(stats('25-cold'))[0]!.kind).toBe('clock-unknown');
  expect(findings(stats('nova34-cprofile'))[0]!.kind).toBe('callers-differ');
});
