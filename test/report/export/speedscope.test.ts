import { describe, expect, it } from 'vitest';
import { type SpeedscopeFrame, speedscopeImporter } from './speedscope-importer.js';
import { ALL, exportOf, HARD, made, ownSeconds } from './subjects.js';

const imported = speedscopeImporter();

describe.each(ALL)('%s, read by speedscope itself', (name, stats) => {
  it('is all of the time, once, from each of the formats with stacks', async () => {
    const seconds = ownSeconds(stats);
    const own = await imported('x.speedscope.json', exportOf(stats, 'speedscope').bytes);
    expect(own.getTotalWeight()).toBeCloseTo(seconds, 6);
    if (seconds === 0) return;
    const folded = await imported('x.folded', exportOf(stats, 'folded').bytes);
    expect(folded.getTotalWeight()).toBeCloseTo(Math.round(seconds * 1e6), 0);
    const pprof = await imported('x.pb.gz', exportOf(stats, 'pprof').bytes);
    expect(pprof.getTotalWeight() / 1e9).toBeCloseTo(seconds, 6);
  });

  it('gives no function more own time than it has', async () => {
    const frames: SpeedscopeFrame[] = [];
    const { bytes } = exportOf(stats, 'speedscope');
    (await imported('x.speedscope.json', bytes)).forEachFrame((frame) => frames.push(frame));
    const own = new Map<string, number>();
    const keyOf = (file: string | undefined, line: number | undefined, of: string) => `${file}:${line}:${of}`;
    for (const row of stats.rows) {
      const isIn = row.file !== '' && row.file !== '~';
      const key = keyOf(isIn ? row.file : undefined, isIn && row.line > 0 ? row.line : undefined, row.name);
      own.set(key, (own.get(key) ?? 0) + Math.max(0, row.tt));
    }
    for (const frame of frames) {
      if (frame.name === '[the rest]') continue;
      const least = own.get(keyOf(frame.file, frame.line, frame.name)) ?? 0;
      expect(frame.getSelfWeight(), `${name}: ${frame.name}`).toBeLessThanOrEqual(least + 1e-9);
    }
  });
});

it('says in its name that stacks are estimates, where they are', async () => {
  const guess = made([
    ['a', 1, 1, 2],
    ['b', 1, 1, 2],
    [
      'c',
      4,
      2,
      2,
      [
        [0, 1],
        [1, 3],
      ],
    ],
  ]);
  const { bytes, notes } = exportOf(guess, 'speedscope', 'x.prof');
  expect((await imported('x.speedscope.json', bytes)).getName()).toBe('x.prof (stacks estimated from callers)');
  expect(notes).toEqual([expect.stringContaining('The stacks are estimates for 50 % of the time (2.000 s)')]);
  const sure = exportOf(HARD.names!, 'speedscope', 'x.prof');
  expect((await imported('x.speedscope.json', sure.bytes)).getName()).toBe('x.prof');
  expect(sure.notes).toEqual([]);
});
