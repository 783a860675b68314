import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Restriction } from '../../src/profile/restrict.js';
import { SORT_KEYS } from '../../src/profile/sort.js';
import { dispute } from '../report/browse/judge.js';
import { type Case, disputes } from './pstats-judge.js';

const fixtures = join(import.meta.dirname, 'fixtures');
const files = readdirSync(fixtures).filter((name) => name.endsWith('.prof'));
const sorts = [
  [],
  ...[...SORT_KEYS.keys()].map((key) => [key]),
  ['ncalls', 'cumtime'],
  ['cu', 'na', 'f'],
  ['pcalls', 'stdname'],
];
const restrictions: Restriction[][] = [
  [],
  [{ limit: 10 }],
  [{ limit: 0 }],
  [{ limit: -3 }],
  [{ limit: 1_000_000 }],
  [{ fraction: 0.1 }],
  [{ fraction: 0.0 }],
  [{ fraction: 1.0 }],
  [{ fraction: 0.000001 }],
  [{ pattern: 'host' }],
  [{ pattern: String.raw`nova/.*\.py:\d+\(_?get` }],
  [{ pattern: String.raw`\{built-in|:0\(` }],
  [{ pattern: '(?i)HOST|(?P<x>cell)' }, { fraction: 0.5 }, { limit: 4 }],
  [{ limit: 50 }, { pattern: 'nothing is called this' }],
  [{ pattern: 'broken(' }, { limit: 3 }],
  [{ pattern: `it's [` }],
];

const isTimed = (name: string): boolean => /^own|cprofile/.test(name);

describe.each(files)('%s, against the pstats of Python', (name) => {
  const file = join(fixtures, name);
  const wholes = sorts.flatMap((sort) =>
    [true, false].flatMap((strip) =>
      [true, false].map((reverse): Case => ({ file, print: 'stats', sort, strip, reverse })),
    ),
  );

  it('prints every order of the whole table', () => {
    expect(disputes(wholes)).toEqual([]);
  }, 120_000);

  it('narrows every order by every restriction', () => {
    // Every order with a few restrictions, in turn, so that each restriction meets many orders.
    const cases = wholes.flatMap((one, i) =>
      [0, 1, 2].map((k): Case => ({ ...one, restrictions: restrictions[(3 * i + k) % restrictions.length]! })),
    );
    expect(disputes(cases)).toEqual([]);
  }, 120_000);

  it('prints who called and who was called', () => {
    const cases = (['callers', 'callees'] as const).flatMap((print) =>
      restrictions.flatMap((some) =>
        [true, false].map((strip): Case => ({ file, print, strip, sort: ['cumtime'], restrictions: some })),
      ),
    );
    expect(disputes(cases)).toEqual([]);
  }, 120_000);

  it('is added to others of its kind, stripped before and after, in every order', () => {
    const others = files.filter((other) => other !== name && isTimed(other) === isTimed(name));
    const shown = ['stats', 'sort cumulative', 'reverse', 'stats 40', 'callers 0.1', 'callees 0.1'];
    const steps = others.slice(0, 2).flatMap((other) => [`add ${join(fixtures, other)}`, ...shown, 'strip', ...shown]);
    expect(
      dispute({ files: [file], lines: [...steps, 'sort name', `add ${file}`, 'stats', 'strip', ...shown] }),
    ).toBeUndefined();
    expect(dispute({ files: [file, ...others.map((other) => join(fixtures, other))], lines: shown })).toBeUndefined();
  }, 180_000);
});
