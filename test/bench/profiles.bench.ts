import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { table } from './table.js';

const folder = mkdtempSync(join(tmpdir(), 'profkit-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));
const here = (name: string): string => join(import.meta.dirname, 'profiles', name);
const PROFKIT = join(import.meta.dirname, '..', '..', 'bin', 'profkit.js');
const PSTATS = 'import pstats, sys; pstats.Stats(*sys.argv[1:]).sort_stats("cumulative").print_stats(20)';

interface Spent {
  seconds: number[];
  bytes: number[];
}

let python: string;
beforeAll(async () => {
  // the interpreter itself, not what a version manager puts before it
  python = (await execa('python3', ['-c', 'import sys; print(sys.executable)'])).stdout.trim();
  await execa(python, [here('generate.py'), folder]);
}, 300_000);

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const ratio = (a: number[], b: number[]): number => median(a.map((one, round) => one / b[round]!));
const judged = (figure: number, limit: number): string => `${figure <= limit ? 'met' : 'NOT MET'} (≤ ${limit})`;

async function inTurn(
  files: string[],
  rounds: number,
): Promise<Record<'pstats' | 'profkit' | 'node' | 'python', Spent>> {
  const commands = {
    pstats: [python, '-c', PSTATS, ...files],
    profkit: [process.execPath, PROFKIT, 'analyze', ...files, '--format', 'pstats', '--limit', '20'],
    python: [python, '-c', 'pass'],
    node: [process.execPath, '-e', '0'],
  };
  const { stdout } = await execa(python, [here('measure.py')], { input: JSON.stringify({ rounds, commands }) });
  return JSON.parse(stdout) as Record<'pstats' | 'profkit' | 'node' | 'python', Spent>;
}

test('whole processes against pstats, sorted, the 20 first', async () => {
  const fixture = join(import.meta.dirname, '..', 'profile', 'fixtures', '25-cold.prof');
  const many = readdirSync(join(folder, 'many')).map((name) => join(folder, 'many', name));
  const head = ['', 'pstats', 'profkit', 'starting python', 'node', 'CPU', 'limit', 'memory', 'limit'];
  const rows = [head];
  for (const [what, files, rounds, limit] of [
    ['100,000 functions, 500,000 counted edges', [join(folder, 'large-ints.prof')], 5, 0.5],
    ['100,000 functions, 500,000 timed edges', [join(folder, 'large-tuples.prof')], 5, 0.5],
    ["the guide's size", [fixture], 25, 1.5],
    ['1,000 files added up', many, 1, 0.4],
  ] as const) {
    const { pstats, profkit, python: bare, node } = await inTurn([...files], rounds);
    expect(profkit.seconds).toHaveLength(rounds);
    const cpu = ratio(profkit.seconds, pstats.seconds);
    const memory = ratio(profkit.bytes, pstats.bytes);
    const seconds = (spent: Spent) => `${median(spent.seconds).toFixed(2)} s`;
    rows.push([
      what,
      ...[pstats, profkit, bare, node].map(seconds),
      `× ${cpu.toFixed(2)}`,
      judged(cpu, limit),
      `× ${memory.toFixed(2)}`,
      judged(memory, 1),
    ]);
  }
  console.log(`\n${table(rows)}`);
}, 1_200_000);
