import { describe, expect, it } from 'vitest';
import { type HotNode, hotPath } from '../../src/profile/hot-path.js';
import { targetOf } from '../../src/profile/target.js';
import { hotPathLines } from '../../src/report/hot-path-lines.js';
import { stats } from './bytes.js';
import { made } from './made.js';

const [A, B, C, D, E] = ['a', 'b', 'c', 'd', 'e'].map((name) => `/l/dist-packages/p/${name}.py:1 ${name}`) as [
  string,
  string,
  string,
  string,
  string,
];

/** Names and seconds, as deep as it goes. */
const shape = ({ row, seconds, children }: HotNode): unknown => [
  `${row.name} ${seconds.toFixed(1)}`,
  ...children.map(shape),
];

describe('the way down from the target', () => {
  it('has the time of each function for just the one above', () => {
    const profile = made({ [A]: { tt: 0, ct: 1 } }, [
      { from: A, to: B, ct: 0.6 },
      { from: A, to: C, ct: 0.4 },
      { from: B, to: D, ct: 0.5 },
      { from: C, to: D, ct: 0.3 },
      { from: D, to: E, ct: 0.7 },
    ]);
    // how much of e was for b and how much for c, nobody measured
    expect(hotPath(profile, targetOf(profile)).map(shape)).toEqual([
      ['a 1.0', ['b 0.6', ['d 0.5']], ['c 0.4', ['d 0.3']]],
    ]);
    const text = hotPathLines(hotPath(profile, targetOf(profile)));
    expect(text.filter((line) => line.includes('not told apart'))).toHaveLength(2);
    expect(text[1]).toBe('    0.600 s  60 %  ├ p/b.py:1 b');
  });

  it('knows times from counts alone only where there is one caller', () => {
    const profile = made({ [A]: { tt: 0.1, ct: 1 }, [B]: { tt: 0, ct: 0.6 }, [C]: { tt: 0, ct: 0.3 } }, [
      { from: A, to: B, nc: 0 },
      { from: A, to: C, nc: 1 },
    ]);
    const target = { rows: [profile.row(0)], seconds: 1, how: 'sidecar' as const };
    // b and c were called once more each, by nobody that is known
    expect(hotPath(profile, target).map(shape)).toEqual([['a 1.0']]);
  });

  it('does not give a function calls of it that have no known caller', () => {
    // c was called by b for 0.2 s, and for 1.2 s by what ran before anything above it was seen
    const profile = made({ [A]: { tt: 0, ct: 1 }, [B]: { tt: 0, ct: 1.2 } }, [
      { from: A, to: B, ct: 0.2 },
      { from: B, to: C, ct: 1.3 },
    ]);
    const target = { rows: [profile.row(0)], seconds: 1, how: 'sidecar' as const };
    expect(hotPath(profile, target).map(shape)).toEqual([['a 1.0', ['b 0.2']]]);
  });

  it('ends where functions call each other', () => {
    const profile = made({ [A]: { tt: 0, ct: 1 } }, [
      { from: A, to: B, ct: 1 },
      { from: B, to: C, ct: 1 },
      { from: C, to: B, ct: 1 },
    ]);
    expect(hotPath(profile, targetOf(profile)).map(shape)).toEqual([['a 1.0', ['b 1.0']]]);
  });

  it("is the guide's in the capture of a cold scheduler", () => {
    const lines = hotPathLines(hotPath(stats('25-cold'), targetOf(stats('25-cold'))));
    expect(lines.find((line) => line.includes('_get_cell_mapping_for_host'))).toMatch(
      /0\.335 s {2}46 % .*└ nova\/scheduler\/host_manager\.py:817 _get_cell_mapping_for_host {2}25×$/,
    );
  });

  it('tells a long way without a branch by its ends', () => {
    const places = Array.from({ length: 9 }, (_, i) => `/l/dist-packages/p/m.py:${i + 1} f${i}`);
    const calls = places.slice(1).map((to, i) => ({ from: places[i]!, to, ct: 1 }));
    const profile = made({ [places[0]!]: { tt: 0, ct: 1 } }, calls);
    expect(hotPathLines(hotPath(profile, targetOf(profile)))).toEqual([
      '    1.000 s 100 %  p/m.py:1 f0',
      `${' '.repeat(18)}… 7 more functions, one in the other`,
      '    1.000 s 100 %  └ p/m.py:9 f8',
    ]);
  });
});
