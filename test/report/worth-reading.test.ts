import { expect, it } from 'vitest';
import type { Finding, FindingKind } from '../../src/profile/finding.js';
import { worthReading } from '../../src/report/worth-reading.js';

const said = (...kinds: FindingKind[]) =>
  worthReading(kinds.map((kind, i): Finding => ({ kind, sentence: `${kind} ${i}`, rows: [] }))).map(
    (one) => one.sentence,
  );

it('is three of one sort at most, then how many more there are, where they would stand', () => {
  expect(said('waiting', 'once-per', 'once-per', 'once-per', 'once-per', 'once-per', 'by-kind')).toEqual([
    'waiting 0',
    'once-per 1',
    'once-per 2',
    'once-per 3',
    '2 more of that sort cost less each (--json tells them).',
    'by-kind 6',
  ]);
});

it('is everything where there are few', () => {
  expect(said('once-per', 'once-per', 'cold')).toEqual(['once-per 0', 'once-per 1', 'cold 2']);
});
