import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readProfile } from '../../src/profile/stats.js';
import { fixture } from '../profile/bytes.js';

interface Done {
  read: number;
  refused: number;
  /** CPU seconds of the slowest file. */
  slowest: number;
  /** Bytes. */
  largest: number;
  peak: number;
  wrong: { bytes: string; stack: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'profkit-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));
const seeds = join(folder, 'seeds.json');
const kept = join(folder, 'kept.json');
const COUNT = 100_000;

// On a clock of their own, so that every run spoils the same. Small ones of every kind: what is spoilt should hit the grammar, not the tenth of a thousand names.
const SEEDS = `
import base64, cProfile, itertools, json, marshal, profile, sys
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def work(): fib(4); sorted([3, 1, 2], key=lambda x: -x); "x".encode()
found = []
for module in profile, cProfile:
    pr = module.Profile(itertools.count().__next__)
    pr.runcall(work)
    pr.create_stats()
    found += [marshal.dumps(pr.stats, version) for version in range(5)]
key, other = ("f\\u00e9.py", 1, "a"), ("~", 0, "<built-in method len>")
found.append(marshal.dumps({("__sampled__",): True, key: (1, 1, 0.5, 2 ** 60, {other: 1}), other: (-1, -1, 0.0, 0.0, {})}))
found.append(b"{(\\3\\0\\0\\0t\\1\\0\\0\\0fi\\1\\0\\0\\0s\\1\\0\\0\\0g(\\5\\0\\0\\0i\\1\\0\\0\\0i\\1\\0\\0\\0f\\0030.5f\\0030.5{(\\3\\0\\0\\0R\\0\\0\\0\\0i\\2\\0\\0\\0R\\0\\0\\0\\0i\\1\\0\\0\\00000")
found.append(marshal.dumps({}))
print(json.dumps([base64.b64encode(one).decode() for one in found]))`;

/**
 * Python's own marshal says what each file holds, if all of it is one value. Null of what
 * only 2.7's knew: the type code R, and interned texts that are not UTF-8.
 */
const JUDGE = `
import base64, io, json, marshal, sys
said = []
for one in json.load(open(sys.argv[1])):
    stream = io.BytesIO(base64.b64decode(one))
    try:
        rows = marshal.load(stream)
    except ValueError as e:
        if b"R" not in stream.getvalue() and not isinstance(e, UnicodeDecodeError):
            raise
        said.append(None)
        continue
    marked = rows.pop(("__sampled__",), None)
    said.append([stream.read() == b"", [[v[0], v[1], float(v[2]), float(v[3]), len(v[4])] for v in rows.values()]])
json.dump(said, sys.stdout)`;

function run(count: number, seed: number, from: string): Done {
  const script = join(import.meta.dirname, 'fuzz.mjs');
  const said = execFileSync(process.execPath, [script, `${count}`, `${seed}`, from, kept], { encoding: 'utf8' });
  return JSON.parse(said) as Done;
}

beforeAll(() => {
  const small = JSON.parse(execFileSync('python3', ['-c', SEEDS], { encoding: 'utf8' })) as string[];
  writeFileSync(seeds, JSON.stringify(small));
});

it('files spoilt in every way are read or refused, at an offset, and what is read is what Python reads', () => {
  const done = run(COUNT, 4, seeds);
  console.log(JSON.stringify({ ...done, wrong: done.wrong.length }));
  expect(done.wrong).toEqual([]);
  expect(done.read + done.refused).toBe(COUNT);
  expect(done.read).toBeGreaterThan(COUNT / 50); // else it is the first byte that is tested, again and again
  const files = JSON.parse(readFileSync(kept, 'utf8')) as string[];
  const judged = JSON.parse(
    execFileSync('python3', ['-c', JUDGE, kept], { encoding: 'utf8', maxBuffer: 2 ** 28 }),
  ) as unknown[];
  expect(judged.filter((one) => one !== null).length).toBeGreaterThan(files.length / 2);
  const mine = files.map((one, i) => {
    const { rows } = readProfile(Buffer.from(one, 'base64'));
    return judged[i] === null
      ? null
      : [true, rows.map(({ cc, nc, tt, ct, callers }) => [cc, nc, tt, ct, callers.length])];
  });
  expect(mine).toEqual(judged);
}, 600_000);

it('so are captures of real size', () => {
  const real = ['25-warm', 'nova34-cprofile'].map((name) => Buffer.from(fixture(name)).toString('base64'));
  writeFileSync(join(folder, 'real.json'), JSON.stringify(real));
  const done = run(300, 7, join(folder, 'real.json'));
  console.log(JSON.stringify({ ...done, wrong: done.wrong.length }));
  expect(done.wrong).toEqual([]);
  expect(done.read + done.refused).toBe(300);
  // Each in a process of its own: what a process needs for many depends on when it cleans up.
  for (let seed = 1; seed <= 10; seed++) {
    const one = run(1, seed, join(folder, 'real.json'));
    expect(one.peak).toBeLessThan(20 * one.largest + 100 * 2 ** 20);
  }
}, 600_000);
