import { expect, it } from 'vitest';
import { findings } from '../../src/profile/insight.js';
import { summaryLines } from '../../src/report/summary.js';
import { stats } from '../profile/bytes.js';

it('breaks each finding between words, below one another', () => {
  const lines = summaryLines(findings(stats('25-cold')), 72);
  const from = lines.findIndex((line) => line.startsWith('* get_by_host'));
  expect(lines.slice(from, from + 3)).toEqual([
    '* get_by_host (nova/objects/host_mapping.py:103) is called once for each',
    '  of 25 hosts, 46 % of the method (0.333 of 0.727 s); each time one',
    '  database query, 0.234 s in all.',
  ]);
  expect(lines.every((line) => line.length <= 72)).toBe(true);
});

it('leaves a word whole that is wider than there is room', () => {
  expect(summaryLines([{ sentence: 'extraordinarily long' }], 8)).toEqual(['* extraordinarily', '  long']);
  expect(summaryLines([])).toEqual([]);
});
