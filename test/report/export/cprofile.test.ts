import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readProfile } from '../../../src/profile/stats.js';
import { pythons } from '../../pythons.js';
import { ALL, exportOf, made } from './subjects.js';

const folder = mkdtempSync(join(tmpdir(), 'profkit-cprofile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// All that Python finds in a file, and what SnakeViz, tuna and flameprof do with each caller: take it apart into four.
const JUDGE = `
import json, marshal, pstats, sys
answers = []
for path in json.load(sys.stdin):
    stats = pstats.Stats(path)
    rows = []
    for (file, line, name), (cc, nc, tt, ct, callers) in stats.stats.items():
        edges = []
        for caller, (enc, ecc, ett, ect) in callers.items():
            assert type(enc) is int and type(ecc) is int and type(ett) is float and type(ect) is float
            edges.append([list(caller), enc, ecc, ett, ect])
        rows.append([file, line, name, cc, nc, tt, ct, edges])
    answers.append({"rows": rows, "calls": stats.total_calls, "seconds": stats.total_tt})
json.dump(answers, sys.stdout)
`;

type Edge = [caller: [string, number, string], nc: number, cc: number, tt: number, ct: number];
interface Answer {
  rows: [file: string, line: number, name: string, cc: number, nc: number, tt: number, ct: number, callers: Edge[]][];
  calls: number;
  seconds: number;
}

const paths = ALL.map(([, stats], i) => {
  const path = join(folder, `${i}.prof`);
  writeFileSync(path, exportOf(stats, 'cprofile').bytes);
  return path;
});

describe.each(pythons())('$name', ({ path }) => {
  const output = execFileSync(path, ['-c', JUDGE], {
    input: JSON.stringify(paths),
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  const answers = JSON.parse(output) as Answer[];

  it.each(ALL.map(([name], i) => [name, i] as const))('%s: reads every figure, and each caller with times', (_, i) => {
    const stats = ALL[i]![1];
    const { rows, calls, seconds } = answers[i]!;
    expect(rows.map((row) => row.slice(0, 7))).toEqual(
      stats.rows.map(({ file, line, name, cc, nc, tt, ct }) => [file, line, name, cc, nc, tt, ct]),
    );
    expect([calls, seconds]).toEqual([stats.totals.calls, stats.totals.seconds]);
    const edges = stats.rows.map(({ callers }) =>
      callers.map(({ caller, nc }) => [
        [stats.name(caller).file, stats.name(caller).line, stats.name(caller).name],
        nc,
      ]),
    );
    expect(rows.map((row) => row[7].map(([caller, nc]) => [caller, nc]))).toEqual(edges);
  });
});

it.each(ALL)('%s: is read by ourselves as it was, and grows no more', (_, stats) => {
  const { bytes } = exportOf(stats, 'cprofile');
  const again = readProfile(bytes);
  expect(again.names.slice(0, 50)).toEqual(stats.names.slice(0, 50));
  const { bytes: twice, notes } = exportOf(again, 'cprofile');
  expect(Buffer.compare(twice, bytes)).toBe(0);
  expect(notes).toEqual([]);
});

describe('time shared out', () => {
  it('goes by calls, all of it, and is called an estimate', () => {
    const stats = made([
      ['a', 1, 1, 5],
      ['b', 1, 1, 5],
      [
        'c',
        8,
        4,
        8,
        [
          [0, 2],
          [1, 6],
        ],
      ],
      ['d', 1, 1, 1, [[2, 1]]],
    ]);
    const { bytes, notes } = exportOf(stats, 'cprofile');
    expect(readProfile(bytes).rows[2]!.callers).toEqual([
      { caller: 0, nc: 2, cc: 2, tt: 1, ct: 2 },
      { caller: 1, nc: 6, cc: 6, tt: 3, ct: 6 },
    ]);
    expect(notes).toEqual([expect.stringMatching(/^The times by caller are estimates for 1 function /)]);
  });

  it('of a recursive function is with those who began it', () => {
    const stats = made([
      ['main', 1, 0, 8],
      [
        'fib',
        8,
        8,
        8,
        [
          [0, 2],
          [1, 6],
        ],
      ],
    ]);
    expect(readProfile(exportOf(stats, 'cprofile').bytes).rows[1]!.callers).toEqual([
      { caller: 0, nc: 2, cc: 2, tt: 2, ct: 8 },
      { caller: 1, nc: 6, cc: 0, tt: 6, ct: 6 },
    ]);
  });

  it('leaves the part of calls from outside with nobody', () => {
    const stats = made([
      ['main', 1, 0, 2],
      ['f', 4, 4, 4, [[0, 1]]],
    ]);
    expect(readProfile(exportOf(stats, 'cprofile').bytes).rows[1]!.callers).toMatchObject([{ tt: 1, ct: 1 }]);
  });
});
