import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { factsOf } from '../../src/probe/engines.js';
import { template } from '../../src/templates.js';
import { greens } from '../python/bench.js';
import { table } from './table.js';

const folder = mkdtempSync(join(tmpdir(), 'profkit-bench-'));
const engine = join(folder, 'engine.py');
beforeAll(async () => {
  const parts = ['settings', 'imports', ...factsOf('profkit').parts].map((part) =>
    readFile(template(`probe/${part}.py`), 'utf8'),
  );
  await writeFile(engine, (await Promise.all(parts)).join('\n\n'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Profiler = 'plain' | 'cprofile' | 'eventlet' | 'profkit';
type Seconds = Record<Profiler, number[]>;

/** What a program in ./engine says as JSON. */
async function run<T>(python: string, program: string, ...argv: string[]): Promise<T> {
  const path = join(import.meta.dirname, 'engine', program);
  const { stdout } = await execa(python, ['-B', '-W', 'ignore', path, engine, ...argv], { cwd: folder });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
/** The median of the ratios within a round. */
const ratio = (a: number[], b: number[]): number => median(a.map((seconds, round) => seconds / b[round]!));
const times = (figure: number): string => `× ${figure.toFixed(figure < 10 ? 2 : 0)}`;
const judged = (figure: number, sign: '≤' | '≥', limit: number): string =>
  `${(sign === '≤' ? figure <= limit : figure >= limit) ? 'met' : 'NOT MET'} (${sign} ${limit})`;

describe.each(greens)('%s', (version, python) => {
  test('CPU time', async () => {
    const threaded = Number(/ 3\.(\d+)/.exec(version)![1]) >= 12;
    const rows: string[][] = [['CPU time', 'plain', 'cProfile', 'eventlet', 'profkit', 'is', 'limit']];
    for (const [workload, rounds, names] of [
      ['calls', 5, 'plain cprofile eventlet profkit'],
      ['greenlets', 15, 'plain cprofile eventlet profkit'],
      ['threads', 25, 'plain cprofile profkit'],
    ] as const) {
      const spent = await run<Seconds>(python, 'measure.py', workload, `${rounds}`, ...names.split(' '));
      const { plain, cprofile, eventlet, profkit } = spent;
      expect(profkit).toHaveLength(rounds);
      const toPlain = ratio(profkit, plain);
      const toCProfile = ratio(profkit, cprofile);
      const figures = [`${(median(plain) * 1000).toFixed(1)} ms`, times(ratio(cprofile, plain))];
      figures.push(eventlet ? times(ratio(eventlet, plain)) : '', times(toPlain));
      const row = (...rest: string[]) => rows.push([workload, ...figures, ...rest]);
      const more = (...rest: string[]) => rows.push(['', '', '', '', '', ...rest]);
      const limit = {
        calls: '',
        greenlets: judged(toCProfile, '≤', 1.3),
        threads: threaded ? judged(toCProfile, '≤', 1.5) : '',
      };
      row(`${times(toCProfile)} cProfile`, limit[workload]);
      if (workload === 'greenlets') {
        const toOurs = ratio(eventlet, profkit);
        more(`${times(toPlain)} plain`, judged(toPlain, '≤', 2.2));
        more(`eventlet ${times(toOurs)}`, judged(toOurs, '≥', 4));
      }
    }
    console.log(`\n${version}\n${table(rows)}`);
  });

  test('where it goes', async () => {
    const costs = await run<Record<string, number>>(python, 'costs.py');
    const limit = (what: string, ns: number): string =>
      what.endsWith('in a thread out of scope') ? judged(ns, '≤', 200) : '';
    const rows = Object.entries(costs).map(([what, ns]) => [what, `${ns}`, limit(what, ns)]);
    console.log(`\n${version}\n${table([['CPU time more, with a session open', 'ns', 'limit'], ...rows])}`);
  });
});
