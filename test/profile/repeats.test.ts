import { expect, test } from 'vitest';
import { middleOf, repeatsOf } from '../../src/profile/repeats.js';
import { repeatsLines } from '../../src/report/repeats-table.js';
import { ownSidecar, sidecar } from './example-sidecar.js';

const call = (pid: number, cold: boolean, wall_seconds: number, more = {}) =>
  ownSidecar({ pid, cold, wall_seconds, active_seconds: wall_seconds / 2, ...more });
const CALLS = [call(7, true, 0.7), call(8, true, 0.9), call(7, false, 0.2), call(8, false, 0.4), call(7, false, 0.3)];

test('cold calls and warm ones are never in one figure: each process has one cold call', () => {
  expect(repeatsOf(CALLS)).toEqual({
    cold: {
      captures: 2,
      processes: 2,
      wall: { median: 0.8, least: 0.7, most: 0.9 },
      active: { median: 0.4, least: 0.35, most: 0.45 },
    },
    warm: {
      captures: 3,
      processes: 2,
      wall: { median: 0.3, least: 0.2, most: 0.4 },
      active: { median: 0.15, least: 0.1, most: 0.2 },
    },
  });
});

test('there may be none of a kind, and captures that know no waits', () => {
  expect(repeatsOf([sidecar({ cold: true })])).toMatchObject({ cold: { captures: 1, active: null }, warm: null });
});

test('the one in the middle', () => {
  const of = (walls: number[]) =>
    middleOf(walls.map((wall) => ({ sidecar: call(1, false, wall) })))?.sidecar.wall_seconds;
  expect(of([0.3, 0.1, 0.2])).toBe(0.2);
  expect(of([0.4, 0.1])).toBe(0.1);
  expect(of([])).toBeUndefined();
});

test('as lines', () => {
  const rows = CALLS.map((one, i) => ({ n: i + 1, sidecar: one, outcome: 'ACTIVE' }));
  rows[3] = { n: 4, sidecar: call(8, false, 0.4, { outcome: 'raised', exception: 'NoValidHost' }), outcome: 'ERROR' };
  expect(repeatsLines(rows, repeatsOf(CALLS)).join('\n')).toBe(`\
   5 calls of SchedulerManager._select_destinations: 2 cold (the first of their processes), 3 warm

n  process         wall  active  outcome
1        7  cold  0.700   0.350  ACTIVE
2        8  cold  0.900   0.450  ACTIVE
3        7  warm  0.200   0.100  ACTIVE
4        8  warm  0.400   0.200  NoValidHost, ERROR
5        7  warm  0.300   0.150  ACTIVE

   cold: 0.800 s (0.700 to 0.900); without waiting 0.400 s (0.350 to 0.450)
   warm: 0.300 s (0.200 to 0.400); without waiting 0.150 s (0.100 to 0.200)`);
});
