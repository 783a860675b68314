import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SORT_KEYS } from '../../src/profile/sort.js';
import { readProfile } from '../../src/profile/stats.js';
import { type Case, disputes } from './pstats-judge.js';

const versions = join(homedir(), '.pyenv', 'versions');
const others = existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name, 'bin', 'python')) : [];
const pythons = ['python3', ...others.filter(existsSync)];
const folder = mkdtempSync(join(tmpdir(), 'profkit-generated-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Runs under 2.7 too, and prints the rows as JSON besides, since 2.7 has its own order.
const PROGRAM = `# -*- coding: utf-8 -*-
import cProfile, json, marshal, profile, sys
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
def even(n):
    return True if n == 0 else odd(n - 1)
def odd(n):
    return False if n == 0 else even(n - 1)
def generate(n):
    for i in range(n):
        yield str(i).encode("utf-8")
source = u"def h\\u00e9llo_\\u4e16(): return sorted([3, 1, 2], key=lambda x: -x)"
scope = {}
exec(compile(source if sys.version_info[0] > 2 else "def hello(): return sorted([3, 1, 2], key=lambda x: -x)", u"d\\u00eer/\\U0001f600.py".encode("utf-8") if sys.version_info[0] == 2 else u"d\\u00eer/\\U0001f600.py", "exec"), scope)
named = [value for name, value in sorted(scope.items()) if name != "__builtins__"][0]
def work():
    fib(9)
    even(12)
    list(generate(20))
    try:
        {}["missing"]
    except KeyError:
        pass
    [named() for _ in range(5)]
    return max(map(abs, range(-30, 30)))
module = {"profile": profile, "cProfile": cProfile}[sys.argv[1]]
pr = module.Profile()
pr.runcall(work)
pr.dump_stats(sys.argv[2])
with open(sys.argv[2], "rb") as f:
    stats = marshal.load(f)
print(json.dumps([[k[0], k[1], k[2], v[0], v[1], v[2], v[3], len(v[4])] for k, v in stats.items()]))
`;

describe.each(pythons)('%s', (python) => {
  it.each(['profile', 'cProfile'])(
    'writes with %s what we read',
    (module) => {
      const file = join(folder, `${python.replaceAll('/', '_')}-${module}.prof`);
      const answer = execFileSync(python, ['-', module, file], { input: PROGRAM, encoding: 'utf8' });
      const rows = readProfile(readFileSync(file)).rows;
      const mine = rows.map((row) => [
        row.file,
        row.line,
        row.name,
        row.cc,
        row.nc,
        row.tt,
        row.ct,
        row.callers.length,
      ]);
      const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
      expect(mine.sort(byText)).toEqual((JSON.parse(answer) as unknown[]).sort(byText));
      if (python.includes('/2.7')) return;
      const keys = [[], ...[...SORT_KEYS.keys()].map((key) => [key])];
      const cases = keys.flatMap((sort) =>
        [true, false].flatMap((strip) =>
          (['stats', 'callers', 'callees'] as const).map(
            (print): Case => ({ file, print, sort, strip, reverse: strip }),
          ),
        ),
      );
      expect(disputes(cases)).toEqual([]);
    },
    120_000,
  );
});
