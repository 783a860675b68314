import { describe, expect, it } from 'vitest';
import { estimateStacks, THE_REST } from '../../src/profile/stack-estimate.js';
import type { Stats } from '../../src/profile/stats.js';
import { ALL, HARD, made, ownSeconds } from '../report/export/subjects.js';

/** Stacks with a word a function, root first. */
function stacks(stats: Stats, bounds?: Parameters<typeof estimateStacks>[1]): Record<string, number> {
  const { nodes } = estimateStacks(stats, bounds);
  const path = (at: number): string => {
    const { id, parent } = nodes[at]!;
    const name = id === THE_REST ? '…' : stats.name(id).name;
    return parent < 0 ? name : `${path(parent)} ${name}`;
  };
  return Object.fromEntries(nodes.map(({ seconds }, at) => [path(at), Number(seconds.toFixed(9))]));
}

describe.each(ALL)('%s', (_, stats) => {
  it.each([
    { stacks: 10_000, depth: 250 },
    { stacks: 50, depth: 250 },
    { stacks: 10_000, depth: 3 },
    { stacks: 1, depth: 1 },
  ])('has every second once within %o', (bounds) => {
    const { nodes, seconds, guessed } = estimateStacks(stats, bounds);
    const depths: number[] = [];
    nodes.forEach(({ parent }, at) => {
      expect(parent).toBeLessThan(at);
      depths.push(parent < 0 ? 1 : depths[parent]! + 1);
    });
    expect(seconds).toBeCloseTo(ownSeconds(stats), 9);
    expect(nodes.reduce((sum, node) => sum + node.seconds, 0)).toBeCloseTo(seconds, 6);
    expect(nodes.every((node) => node.seconds >= 0 && node.calls >= 0)).toBe(true);
    expect(nodes.filter(({ id }) => id !== THE_REST).length).toBeLessThanOrEqual(bounds.stacks);
    expect(depths.every((depth) => depth <= bounds.depth + 1)).toBe(true);
    expect(guessed).toBeLessThanOrEqual(seconds);
  });
});

it('is exact where each function has one caller', () => {
  const tree = made([
    ['main', 1, 1, 6],
    ['a', 2, 2, 5, [[0, 2]]],
    ['b', 3, 3, 3, [[1, 3]]],
  ]);
  expect(stacks(tree)).toEqual({ main: 1, 'main a': 2, 'main a b': 3 });
  expect(estimateStacks(tree).guessed).toBe(0);
});

it('goes by the times of callers where there are any, and by their calls where not', () => {
  const timed = made([
    ['a', 1, 1, 4],
    ['b', 1, 1, 2],
    [
      'c',
      10,
      4,
      4,
      [
        [0, 1, 3, 3],
        [1, 9, 1, 1],
      ],
    ],
  ]);
  expect(stacks(timed)).toEqual({ a: 1, 'a c': 3, b: 1, 'b c': 1 });
  const counted = made([
    ['a', 1, 1, 4],
    ['b', 1, 1, 2],
    [
      'c',
      10,
      4,
      4,
      [
        [0, 1],
        [1, 9],
      ],
    ],
  ]);
  expect(stacks(counted)).toEqual({ a: 1, 'a c': 0.4, b: 1, 'b c': 3.6 });
});

it('shows recursion once, and enters a circle where it was called from outside', () => {
  expect(stacks(HARD.recursion!)).toEqual({ main: 0.5, 'main fib': 2.5 });
  const circle = made([
    [
      'a',
      3,
      1,
      9,
      [
        [1, 2],
        [2, 1],
      ],
    ],
    ['b', 3, 2, 8, [[0, 3]]],
    ['main', 1, 1, 10],
  ]);
  expect(stacks(circle)).toEqual({ main: 1, 'main a': 1, 'main a b': 2 });
});

it('puts what it does not tell apart below the function that called it', () => {
  const tree = made([
    ['main', 1, 1, 10],
    ['a', 1, 5, 5, [[0, 1]]],
    ['b', 1, 3, 3, [[0, 1]]],
    ['c', 1, 1, 1, [[0, 1]]],
  ]);
  expect(stacks(tree, { stacks: 2, depth: 9 })).toEqual({ main: 1, 'main a': 5, 'main …': 4 });
});

it('bounds a graph in which the number of stacks doubles at each level', () => {
  const levels = made([
    ['main', 1, 0, 1],
    ...Array.from({ length: 120 }, (_, i) => {
      const above = i < 2 ? [0] : [2 * Math.floor(i / 2) - 1, 2 * Math.floor(i / 2)];
      return [`f${i}`, above.length, 1, 1, above.map((caller) => [caller, 1] as const)] as const;
    }),
  ]);
  const { nodes, seconds } = estimateStacks(levels);
  expect(nodes.length).toBeLessThanOrEqual(20_001);
  expect(nodes.reduce((sum, node) => sum + node.seconds, 0)).toBeCloseTo(seconds, 6);
});
