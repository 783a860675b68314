import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type HotNode, hotPath } from '../../src/profile/hot-path.js';
import { findings } from '../../src/profile/insight.js';
import { readProfile } from '../../src/profile/stats.js';
import { targetOf } from '../../src/profile/target.js';
import { sidecar } from './example-sidecar.js';

interface Happened {
  profile: string;
  target: string;
  planted: string | null;
  /** By `a>b>c`: calls, seconds. */
  paths: Record<string, [number, number]>;
  calls: Record<string, number>;
  seconds: Record<string, number>;
  /** In whose code, seconds. */
  packages: Record<string, number>;
}

const SEED = 20261124;
const PROGRAMS = 200;
/** Where the target calls itself, the loop ran in several calls: then that is what is said. */
const PLANTED = /once for each of \d+ hosts|times by \d+ calls of hosts, \d+ a call on average/;

function programs(): Happened[] {
  const argv = [join(import.meta.dirname, 'truth-programs.py'), String(SEED), String(PROGRAMS)];
  const text = execFileSync('python3', argv, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Happened);
}

/** What a sentence says happened: how often the function was called, by or below how many calls of whom. */
function claimed(sentence: string, parent: string): { calls: number; by: number; who: string } {
  const average = /is called (\d+) times (?:by|below) (\d+) calls of (\S+),/.exec(sentence);
  if (average) return { calls: Number(average[1]), by: Number(average[2]), who: average[3]! };
  const one = /is called (\d+) times (?:by|below) one call of (\S+),/.exec(sentence);
  if (one) return { calls: Number(one[1]), by: 1, who: one[2]! };
  const each = /is called once for each of (\d+) \w+,/.exec(sentence);
  return { calls: Number(each![1]), by: 1, who: parent };
}

it('all that is said of random programs is what happened in them, and what was planted is found', () => {
  const all = programs();
  let [said, found, planted, nodes, shared] = [0, 0, 0, 0, 0];
  for (const program of all) {
    const stats = readProfile(Buffer.from(program.profile, 'base64'));
    const row = stats.rows.find(({ name }) => name === 'target')!;
    const wall = program.seconds.target!;
    const beside = sidecar({
      function: { file: row.file, line: row.line, name: row.name },
      wall_seconds: wall,
      sizes: {},
      engine: 'cprofile',
    });
    const target = targetOf(stats, beside);
    expect(target.seconds).toBeCloseTo(wall, 6);
    for (const { kind, sentence, share, rows, parts } of findings(stats, beside)) {
      if (kind === 'by-package') {
        shared++;
        const told = parts!.map(({ name, seconds }): [string, string] => [name, seconds.toFixed(6)]);
        const truth = Object.entries(program.packages).map(([name, seconds]) => [name, seconds.toFixed(6)]);
        expect(told.toSorted()).toEqual(truth.toSorted());
      }
      if (kind !== 'once-per') continue;
      said++;
      const what = rows[0]!.name;
      const { calls, by, who } = claimed(sentence, rows.at(-1)!.name);
      expect([sentence, calls, by]).toEqual([sentence, program.calls[what], program.calls[who]]);
      expect(share).toBeCloseTo(program.seconds[what]! / wall, 6);
      // every one of its calls was below such a call
      const below = Object.keys(program.paths).filter((path) => path.split('>').at(-1) === what);
      expect([sentence, below.filter((path) => !path.split('>').includes(who))]).toEqual([sentence, []]);
    }
    const walk = (node: HotNode, above: string): void => {
      const path = above === '' ? node.row.name : `${above}>${node.row.name}`;
      nodes++;
      expect([path, node.calls, node.seconds.toFixed(6)]).toEqual([
        path,
        // of the target all are told, also those by itself
        above === '' ? program.calls.target : program.paths[path]![0],
        program.paths[path]![1].toFixed(6),
      ]);
      for (const child of node.children) walk(child, path);
    };
    for (const root of hotPath(stats, target)) walk(root, '');
    if (program.planted !== null && program.seconds[program.planted]! >= 0.1 * wall) {
      planted++;
      const sentences = findings(stats, beside).map(({ sentence }) => sentence);
      if (sentences.some((one) => one.startsWith('get_by_host') && PLANTED.test(one))) found++;
    }
  }
  expect(said).toBeGreaterThan(PROGRAMS / 4);
  expect(nodes).toBeGreaterThan(PROGRAMS);
  expect(shared).toBeGreaterThan(PROGRAMS / 4);
  expect(planted).toBeGreaterThan(PROGRAMS / 10);
  expect(found).toBe(planted);
});
