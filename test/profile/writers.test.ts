import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SORT_KEYS } from '../../src/profile/sort.js';
import { pythons } from '../pythons.js';
import { dispute, python as judge, ours } from '../report/browse/judge.js';

const program = join(import.meta.dirname, 'writers.py');
const folder = mkdtempSync(join(tmpdir(), 'profkit-writers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shown = ['stats', 'callers', 'callees'];
const orders = [...SORT_KEYS.keys()].flatMap((key) => [
  `sort ${key}`,
  'stats',
  'reverse',
  'stats 5',
  'callers fib|even 4',
]);

/** Every order; then stripped and added in all orders, and callees kept through it. */
function dialogues(one: string, other: string): string[][] {
  const add = `add ${other}`;
  const steps = [
    ['strip', add],
    [add, 'strip'],
    [add, 'strip', add],
    ['sort name', add, 'sort nc cu', 'strip', 'sort stdname'],
  ];
  return [
    [...shown, ...orders],
    ...steps.map((some) => [...some.flatMap((step) => [step, ...shown]), `read ${one}`]),
    [...shown, add, ...shown, 'strip', ...shown, 'read', add, add, 'sort cumulative', 'reverse', ...shown],
  ];
}

/** Profiles of two runs, and what is in them. */
function write(python: string, writer: string): { one: string; other: string; holds: string[] } {
  const name = `${python.replaceAll('/', '_')}-${writer}`;
  const [one, other] = [1, 2].map((n) => join(folder, `${name}-${n}.prof`)) as [string, string];
  const holds = [one, other].map((file, i) =>
    execFileSync(python, ['-W', 'ignore', program, writer, String(i + 1), file], { encoding: 'utf8' }),
  );
  return { one, other, holds };
}

const canImport = (python: string, module: string): boolean =>
  spawnSync(python, ['-W', 'ignore', '-c', `import ${module}`]).status === 0;

describe.each(pythons())('$name', ({ path }) => {
  const more = ['eventlet', 'yappi'].filter((module) => canImport(path, module));
  it.each(['profile', 'cprofile', ...more])(
    '%s: prints what pstats prints, added and stripped in all orders',
    (writer) => {
      const { one, other } = write(path, writer);
      const lines = dialogues(one, other).flat();
      expect(dispute({ files: [one], lines })).toBeUndefined();
      expect(dispute({ files: [other, one, one], lines: shown })).toBeUndefined();
    },
  );
});

// Later Pythons cannot read what 2.7 writes, so they are given the same in their own format.
const old = globSync(join(homedir(), '.pyenv/versions/2.7*/bin/python')).filter(existsSync);
describe.each(old)('%s', (path) => {
  it.each(['profile', 'cprofile'])('%s: prints what pstats prints of the same rows', (writer) => {
    const { one, other, holds } = write(path, writer);
    const copies = [one, other].map((file) => `${file}.copy`) as [string, string];
    const convert =
      'import ast, marshal, os, sys\nfor f, g, rows in zip(sys.argv[1::3], sys.argv[2::3], sys.argv[3::3]):\n marshal.dump(dict(ast.literal_eval(rows)), open(g, "wb"))\n os.utime(g, (os.stat(f).st_atime, os.stat(f).st_mtime))';
    execFileSync('python3', ['-c', convert, ...[0, 1].flatMap((i) => [[one, other][i]!, copies[i]!, holds[i]!])]);
    const lines = dialogues(...copies).flat();
    expect(dispute({ files: [copies[0]], lines })).toBeUndefined();
    const said = ours({ files: [one], lines: dialogues(one, other).flat() });
    expect(said).toBe(judge({ files: [copies[0]], lines }).text.replaceAll('.prof.copy', '.prof'));
  });
});

describe('made by hand', () => {
  const rows: Record<string, string> = {
    pyinstrument:
      '{("a/x.py", 1, "f"): (-1, -1, 0.25, 1.5, {}), ("b/x.py", 1, "f"): (-1, -1, 0.5, 0.75, {("a/x.py", 1, "f"): (-1, -1, 0.5, 0.75)})}',
    'none primitive, negative times':
      '{("~", 0, "<built-in method x>"): (0, 3, -0.25, -1.5, {("b.py", 2, "g"): (3, 0, -0.25, -0.0005)}), ("b.py", 2, "g"): (0, 0, 0.0, 0.0, {("b.py", 2, "g"): (1, 1, 1.0, 1.0)})}',
    'strange names':
      '{("a;b\\nc/\\u4e16.py", 3, "h\\u00e9\\U0001f600"): (1, 2, 0.5, 0.5, {("/", 0, ""): (1, 1, 0.1, 0.1)}), ("/", 0, ""): (1, 1, 1.0, 1.0, {}), ("", 0, "len"): (4, 4, 0.0, 0.0, {("/", 0, ""): (4, 4, 0.0, 0.0)})}',
    'callers without rows':
      '{("b.py", 2, "g"): (2, 2, 0.5, 0.5, {("gone.py", 9, "x"): (2, 2, 0.5, 0.5), ("b.py", 2, "g"): (1, 1, 0.0, 0.0)})}',
    'same after stripping':
      '{("a/x.py", 1, "f"): (1, 2, 0.5, 1.5, {("q/y.py", 2, "g"): 2, ("r/y.py", 2, "g"): 1}), ("b/x.py", 1, "f"): (3, 3, 0.25, 0.75, {("q/y.py", 2, "g"): 3, ("a/x.py", 1, "f"): 1}), ("q/y.py", 2, "g"): (1, 1, 0.0, 2.0, {}), ("r/y.py", 2, "g"): (1, 1, 0.0, 1.0, {})}',
    'named above the table':
      '{("jprofile", 0, "profiler"): (1, 1, 0.0, 1.0, {}), ("x.py", 1, "main"): (1, 1, 1.0, 1.0, {("jprofile", 0, "profiler"): 1})}',
  };

  function made(name: string, source: string): string {
    const file = join(folder, `${name}.prof`);
    execFileSync('python3', ['-c', `import marshal, sys; marshal.dump(${source}, open(sys.argv[1], "wb"))`, file]);
    return file;
  }

  it.each(Object.entries(rows))('%s', (name, source) => {
    const file = made(name, source);
    const lines = [
      ...shown,
      ...orders,
      'reverse',
      `add ${file}`,
      ...shown,
      'strip',
      ...shown,
      `add ${file}`,
      'sort calls',
      ...shown,
    ];
    expect(dispute({ files: [file], lines })).toBeUndefined();
  });

  it("what Python 3.15's sampling profiler marks, which pstats before 3.15 cannot read", () => {
    const row = '("x.py", 1, "f"): (1, 2, 0.5, 1.5, {("x.py", 7, "g"): 2}), ("x.py", 7, "g"): (3, 3, 0.0, 2.0, {})';
    const plain = made('sampled', `{${row}}`);
    const lines = [...shown, 'strip', ...orders];
    const { text, crashed } = judge({ files: [plain], lines });
    expect(crashed).toBe(false);
    const marked = made('sampled', `{("__sampled__",): True, ${row}}`);
    expect(ours({ files: [marked], lines }).replaceAll(/\w{3} \w{3} .{16} {4}/g, '')).toBe(
      text.replaceAll(/\w{3} \w{3} .{16} {4}/g, ''),
    );
  });

  it('counted and timed callers together, which pstats cannot add', () => {
    const counted = made('counted', '{("x.py", 1, "f"): (1, 2, 0.5, 1.5, {("x.py", 7, "g"): 2, ("y.py", 1, "h"): 1})}');
    const timed = made(
      'timed',
      '{("x.py", 1, "f"): (1, 1, 0.5, 0.5, {("x.py", 7, "g"): (1, 1, 0.5, 0.5), ("z.py", 1, "i"): (4, 4, 0.1, 0.2)})}',
    );
    const script = { files: [counted], lines: [`add ${timed}`, 'stats 1', 'callers'] };
    expect(judge(script).crashed).toBe(true);
    const said = ours(script);
    expect(said).toContain('        3 function calls (2 primitive calls) in 1.000 seconds');
    expect(said).toContain('x.py:7(g)(3) ');
    expect(said).toMatch(/y\.py:1\(h\)\(1\) \n +4 {4}0\.100 {4}0\.200 {2}z\.py:1\(i\)\n/);
  });
});
