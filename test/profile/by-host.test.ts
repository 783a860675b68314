import { expect, test } from 'vitest';
import { byHost, outlierHosts } from '../../src/profile/by-host.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { byHostLines } from '../../src/report/by-host-lines.js';
import { sidecar } from './example-sidecar.js';

const calls = (host: string, seconds: readonly number[], more: Partial<Sidecar> = {}): Sidecar[] =>
  seconds.map((wall_seconds) => sidecar({ host, wall_seconds, ...more }));

test('how long the calls took on each host, the longest first', () => {
  const shares = byHost([...calls('c1', [1, 2, 3]), ...calls('c2', [5, 4])]);
  expect(shares).toEqual([
    { host: 'c1', target: sidecar().target, captures: 3, seconds: { median: 2, least: 1, most: 3 } },
    { host: 'c2', target: sidecar().target, captures: 2, seconds: { median: 4.5, least: 4, most: 5 } },
  ]);
  expect(byHostLines(shares)).toEqual([
    'captures  median  least   most  host',
    '       2   4.500  4.000  5.000  c2',
    '       3   2.000  1.000  3.000  c1',
  ]);
});

test('of one host, or where one does not tell its own, there is nothing to compare', () => {
  expect(byHost(calls('c1', [1, 2]))).toEqual([]);
  expect(byHost([...calls('c1', [1]), ...calls('c2', [1], { host: null })])).toEqual([]);
  expect(byHost([...calls('c1', [1]), undefined, ...calls('c2', [1])])).toEqual([]);
});

const even = ['c1', 'c2', 'c3', 'c4'].flatMap((host, n) =>
  calls(
    host,
    [0.8, 0.9, 1, 1.1, 1.2].map((s) => s + n / 50),
  ),
);

test('the host whose calls all take much longer is said, with its figures and those of the others', () => {
  expect(outlierHosts(even)).toEqual([]);
  const slow = [...even, ...calls('c5', [2.5, 2.6, 2.7, 2.8, 2.4])];
  expect(outlierHosts(slow).map((one) => one.sentence)).toEqual([
    'On c5 the call takes longer than on the other 4 hosts: 2.600 s in the median of 5 warm calls, elsewhere 1.030 s (1.000 to 1.060 by host).',
  ]);
  const fast = [...even, ...calls('c5', [0.1, 0.11, 0.1, 0.12, 0.1])];
  expect(outlierHosts(fast).map((one) => one.kind)).toEqual(['outlier-host']);
});

test.each([
  ['one call among its own is long', calls('c5', [1, 1, 1, 1, 30])],
  ['its calls are few', calls('c5', [3, 3, 3, 3])],
  ['its long calls are cold', [...calls('c5', [3, 3, 3, 3, 3], { cold: true }), ...calls('c5', [1, 1, 1, 1, 1])]],
  ['its long calls failed', calls('c5', [3, 3, 3, 3, 3], { outcome: 'raised' })],
  ['it is a little slower', calls('c5', [1.3, 1.3, 1.3, 1.3, 1.3])],
])('nothing is said where %s', (_, more) => {
  expect(outlierHosts([...even, ...more])).toEqual([]);
});

test('nothing is said of two hosts', () => {
  expect(outlierHosts([...calls('c1', [1, 1, 1, 1, 1]), ...calls('c2', [9, 9, 9, 9, 9])])).toEqual([]);
});

test('hosts that are alike are taken for it in less than 1 of 100 analyses, and one that is thrice as slow in most', () => {
  const random = generator(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const fleet = (hosts: number, slow: number) =>
    Array.from({ length: hosts }, (_, n) => {
      const host = (n === 0 ? slow : 1) * Math.exp(0.05 * normal());
      return calls(
        `c${n}`,
        Array.from({ length: 8 }, () => host * Math.exp(0.3 * normal())),
      );
    }).flat();
  let [wrong, right] = [0, 0];
  for (let round = 0; round < 300; round += 1) {
    if (outlierHosts(fleet(3 + (round % 10), 1)).length > 0) wrong += 1;
    if (outlierHosts(fleet(3 + (round % 10), 3)).some((one) => one.sentence.startsWith('On c0 '))) right += 1;
  }
  expect(wrong).toBeLessThan(3);
  expect(right).toBeGreaterThan(240);
});

/** mulberry32: the same numbers on every machine. */
function generator(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
