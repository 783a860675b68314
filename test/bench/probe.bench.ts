import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { decoratorLine } from '../../src/probe/decorator-line.js';
import { Bench, pythons } from '../python/bench.js';
import { table } from './table.js';

const made: Bench[] = [];
afterAll(() => Promise.all(made.map((bench) => bench.remove())));

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const judged = (figure: number, limit: number): string => `${figure <= limit ? 'met' : 'NOT MET'} (≤ ${limit})`;

async function run<T>(python: string, program: string, ...argv: string[]): Promise<T> {
  const path = join(import.meta.dirname, 'probe', program);
  const { stdout } = await execa(python, ['-B', '-W', 'ignore', path, ...argv]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

/** What a service imports before its own modules, so that their cost is not taken for the probe's. */
const subject = `import collections, functools, inspect, itertools, json, logging, marshal, operator, os, time, types, weakref
import _lsprof
DECORATED
def f(): return time.process_time()
`;

describe.each(pythons)('%s', (version, python) => {
  test('a call that is not captured', async () => {
    const rows = [['a call more, through a probe', 'ns', 'limit']];
    for (const [what, settings, limit] of [
      ['whose captures are all made', { max: 1 }, 1000],
      ['past its time', { until: 1 }, 1000],
      ["that --when leaves out: self.host == 'compute-2'", { when: "self.host == 'compute-2'" }, undefined],
      ['that --when leaves out: instance_uuids != None', { when: 'instance_uuids != None' }, undefined],
      ['whose --when cannot be told', { when: 'self.no == 1' }, undefined],
    ] as const) {
      const bench = await Bench.make(python, '', settings);
      made.push(bench);
      const ns = await run<number>(python, 'calls.py', bench.runtime, '15', '10000');
      expect(ns).toBeTypeOf('number');
      rows.push([what, `${ns}`, limit === undefined ? '' : judged(ns, limit)]);
    }
    console.log(`\n${version}\n${table(rows)}`);
  });

  test('a start, and the first captured call', async () => {
    const plain = await Bench.make(python, '');
    made.push(plain);
    const targets = 3;
    const names: [string, string][] = [['plain', subject.replace('DECORATED\n', '')]];
    names.push(['probed', subject.replace('DECORATED', decoratorLine('p1', plain.runtime))]);
    const several = Array.from(
      { length: targets },
      (_, n) => `${decoratorLine('p1', plain.runtime)}\ndef f${n}(): pass\n`,
    );
    names.push(['several', `${names[0]![1]}${several.join('')}`]);
    for (const [name, text] of names) await writeFile(join(plain.folder, `${name}.py`), text);
    const took: Record<string, number[]> = { plain: [], probed: [], several: [] };
    const first: number[] = [];
    for (let round = 0; round < 11; round += 1) {
      for (const [name] of names) {
        const [start, before] = await run<[number, number]>(python, 'start.py', plain.folder, name);
        took[name]!.push(start);
        if (name === 'probed') first.push(before);
      }
    }
    const more = (name: string) => median(took[name]!.map((ms, round) => ms - took.plain![round]!));
    const ms = (figure: number) => figure.toFixed(1);
    const rows = [
      ['more', 'ms', 'limit'],
      ['a start, with a probe', ms(more('probed')), judged(more('probed'), 50)],
    ];
    rows.push([`a start, with ${targets} targets`, ms(more('several')), judged(more('several'), 50)]);
    rows.push(['the first captured call, before it runs', ms(median(first)), '']);
    console.log(`\n${version}\n${table(rows)}`);
  });
});
