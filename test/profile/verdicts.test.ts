import { describe, expect, it } from 'vitest';
import { relabelings, ways } from '../../src/profile/relabelings.js';
import { ruleFor, verdictsOf } from '../../src/profile/verdicts.js';

describe('the rule', () => {
  it('is that of how many captures there are', () => {
    const pairs = [[1, 1], [1, 9], [2, 2], [2, 3], [3, 3], [2, 5], [3, 4], [4, 4], [20, 20]] as const; // biome-ignore format: a row
    expect(pairs.map(([b, a]) => ruleFor(b, a))).toEqual([
      'none',
      'none',
      'apart',
      'apart',
      'apart',
      'exchange',
      'exchange',
      'exchange',
      'exchange',
    ]);
  });

  it('exchanges in all ways, each once, the real one first; and never in more than a thousand', () => {
    const all = relabelings(4, 8);
    expect(all).toHaveLength(70);
    expect(all[0]).toEqual([0, 1, 2, 3]);
    expect(new Set(all.map((one) => one.join())).size).toBe(70);
    expect(ways(6, 12)).toBe(924);
    const some = relabelings(10, 20);
    expect(some).toHaveLength(1000);
    expect(some).toEqual(relabelings(10, 20));
    expect(some.every((one) => new Set(one).size === 10)).toBe(true);
  });
});

const verdict = (before: number[], after: number[], least = 0.01) => verdictsOf([{ before, after }], least)[0];

describe('a verdict', () => {
  it.each([
    ['one capture a side', [1], [0.1], 'unclear'],
    ['one before', [1], [0.1, 0.1, 0.1, 0.1], 'unclear'],
    ['two, far apart', [1, 1.1], [0.5, 0.6], 'faster'],
    ['two, apart by little more than they differ', [1, 1.1], [1.25, 1.3], 'unclear'],
    ['three', [1, 1.1, 1.05], [1.3, 1.25, 1.28], 'slower'],
    ['three that overlap', [1, 1.1, 1.3], [1.3, 1.25, 1.28], 'unclear'],
    ['four', [1, 1.1, 1.05, 1.02], [0.8, 0.82, 0.79, 0.85], 'faster'],
    ['four that overlap', [1, 1.1, 1.05, 0.81], [0.8, 0.82, 0.79, 0.85], 'unclear'],
    ['four, less than the spread', [1, 1.2, 1.05, 1.02], [0.93, 0.92, 0.9, 0.95], 'unclear'],
    ['six with one disturbed', [1, 1.01, 1.02, 1.03, 1.02, 9], [0.5, 0.51, 0.52, 0.5, 0.51, 0.53], 'faster'],
    [
      'five with one disturbed',
      [0.0306, 0.0346, 0.0486, 0.0283, 0.0264],
      [0.012, 0.0166, 0.0122, 0.0118, 0.0118],
      'faster',
    ],
    ['less than counts', [1, 1, 1, 1], [1.005, 1.005, 1.005, 1.005], 'unclear'],
    ['nothing', [0, 0, 0, 0], [0, 0, 0, 0], 'unclear'],
    ['no numbers', [Number.NaN, 1, 1, 1], [2, 2, 2, 2], 'unclear'],
    ['endless ones', [1, 1, 1, 1], [2, 2, 2, Number.POSITIVE_INFINITY], 'unclear'],
    ['below zero', [-1, -1.01, -1, -1.02], [-2, -2.01, -2, -2.03], 'faster'],
  ])('%s: %j, %j', (_, before, after, expected) => {
    expect(verdict(before, after, Math.min(0.01, Math.abs(before[0]!) / 100))).toBe(expected);
  });

  it('of one is not prevented by the other that differs more', () => {
    const large = { before: [10, 10.1, 10.05, 10.2], after: [1, 1.1, 1.05, 1.2] };
    const small = { before: [1, 1.02, 1.03, 1.01], after: [0.8, 0.81, 0.82, 0.79] };
    const none = { before: [1, 1.02, 1.03, 1.01], after: [1.02, 1, 1.01, 1.03] };
    expect(verdictsOf([none, large, small], 0.01)).toEqual(['unclear', 'faster', 'faster']);
  });
});
