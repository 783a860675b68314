import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ENGINE_NAMES } from '../../src/probe/engines.js';
import { probeRuntime } from '../../src/probe/runtime.js';
import { Bench, pythons, said } from './bench.js';

beforeAll(() => {
  if (pythons.length === 0) throw new Error('no Python to test the probe with');
});

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.remove()));
});

async function make(python: string, subject: string, settings?: Record<string, unknown>): Promise<Bench> {
  const bench = await Bench.make(python, subject, settings);
  benches.push(bench);
  return bench;
}

const plain = `import time

def before(): pass

@PROBE
def f(n=0, ids=None):
    time.sleep(0.02)
    if n < 0: raise KeyError('secret')
    return after(n)

def after(n): return n + 1
`;

const root = process.getuid?.() === 0;

describe.each(pythons)('the probe on Python %s', (_version, python) => {
  it.each(ENGINE_NAMES)('compiles without a warning, with the engine %s', async (engine) => {
    const check =
      "import sys; n = {}; text = sys.stdin.read(); exec(compile(text, 'probe.py', 'exec'), n); compile(n['REST'], 'probe.py', 'exec')";
    const input = await probeRuntime(engine);
    execFileSync(python, ['-W', 'error', '-W', 'ignore::ResourceWarning', '-c', check], { input });
  });

  it('captures a call that returns, with the rows of the unprobed source', async () => {
    const bench = await make(python, plain);
    expect(await bench.run('import subject, sys; print([subject.f(1), int(sys.getprofile() is None)])')).toEqual([
      2, 1,
    ]);
    const [capture, ...others] = await bench.found();
    expect(others).toEqual([]);
    const { sidecar, rows, target, active } = capture!;
    expect(sidecar).toMatchObject({
      format: 1,
      probe: 'p1',
      target: 'subject:f',
      function: { file: bench.subject, line: 5, name: 'f' },
      ids: [],
      ids_error: null,
      sizes: {},
      outcome: 'returned',
      exception: null,
      engine: 'profkit',
      scope: 'tree',
      clock: 'wall',
      cold: true,
      eventlet: null,
      active: null,
      waits: null,
      stacks: null,
      when: null,
      calls: { number: 1, let_pass: 0, in_flight: 0, when_missed: 0, when_undecided: 0 },
      errors: [],
    });
    expect(sidecar.started).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(Math.abs(Date.now() - Date.parse(sidecar.started))).toBeLessThan(60_000);
    expect(sidecar.cpu_seconds).toBeLessThan(sidecar.wall_seconds);
    expect(target).toMatchObject({ cc: 1, nc: 1 });
    expect(target!.ct).toBeGreaterThan(0.0195);
    expect(sidecar.wall_seconds - target!.ct).toBeLessThan(0.1);
    expect(rows.map(({ key }) => key[2]).sort()).toEqual(['<built-in method time.sleep>', 'after', 'f']);
    expect(rows.find(({ key }) => key[2] === 'after')!.key[1]).toBe(10);
    expect(active).toEqual([]); // what a thread waits for cannot be seen
    expect(sidecar.active_seconds).toBeLessThanOrEqual(sidecar.wall_seconds);
    expect(sidecar.measured).toMatchObject({ greenlets: 0, threads: 0, tasks: 0, unfinished: 0 });
    for (const name of readdirSync(bench.captures)) {
      expect(statSync(join(bench.captures, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('captures a call that raises, and the profiler is off', async () => {
    const bench = await make(python, plain);
    const program = `
import subject, sys, traceback
class Odd(BaseException): pass
seen = []
for error in KeyError, SystemExit, Odd:
    def after(n): raise error('x')
    subject.after = after
    try: subject.f(0)
    except BaseException as caught:
        names = [frame.name for frame in traceback.extract_tb(caught.__traceback__)]
        held = [type(v).__name__ for f, _ in traceback.walk_tb(caught.__traceback__) for v in f.f_locals.values()]
        seen.append([type(caught) is error, names, caught.__context__ is None, 'Shot' in held, sys.getprofile() is None])
import json; print(json.dumps(seen))
`;
    const one = [true, ['<module>', 'wrapper', 'f', 'after'], true, false, true];
    expect(await bench.run(program)).toEqual([one, one, one]);
    const found = await bench.found();
    expect(found.map(({ sidecar }) => [sidecar.outcome, sidecar.exception])).toEqual([
      ['raised', 'KeyError'],
      ['raised', 'SystemExit'],
      ['raised', '__main__.Odd'],
    ]);
    expect(found.map(({ target }) => target!.nc)).toEqual([1, 1, 1]);
    expect(found.flatMap(({ rows }) => rows).filter(({ key }) => /exc_info|disable|probe\.py/.test(`${key}`))).toEqual(
      [],
    );
  });

  it('counts a recursive target through its wrapper', async () => {
    const bench = await make(
      python,
      `@PROBE
def f(n): return 1 if n == 0 else g(n)
def g(n): return f(n - 1) + f(0)
`,
    );
    expect(await bench.run('import subject; print(subject.f(10))')).toBe(11);
    const [{ sidecar, rows, target } = {} as never] = await bench.found();
    expect(sidecar.calls).toMatchObject({ number: 1, let_pass: 0, in_flight: 0 });
    expect(target).toMatchObject({ cc: 1, nc: 21, callers: ['g'] });
    expect(rows.map(({ key }) => key[2]).sort()).toEqual(['f', 'g']);
  });

  it('takes one probe inside another for a part of its call', async () => {
    const bench = await make(
      python,
      `@PROBE
def f(n): return g(n)
@PROBE
def g(n): return n
`,
    );
    expect(await bench.run('import subject; print([subject.f(1), subject.g(2)])')).toEqual([1, 2]);
    const found = await bench.found();
    expect(found.map(({ sidecar }) => [sidecar.function.name, sidecar.function.line])).toEqual([
      ['f', 1],
      ['g', 2],
    ]);
    expect(found.map(({ rows }) => rows.map(({ key, callers }) => [key[2], callers]))).toEqual([
      expect.arrayContaining([
        ['f', []],
        ['g', ['f']],
      ]),
      [['g', []]],
    ]);
    expect(found[0]!.rows).toHaveLength(2);
  });

  it('leaves generators and coroutines as they are', async () => {
    const bench = await make(
      python,
      `import types
@PROBE
def g(): yield 1
@PROBE
async def c(): pass
@PROBE
async def a(): yield 1
@types.coroutine
@PROBE
def o(): yield 1
`,
    );
    const program = `import subject; print(str([hasattr(x, '__wrapped__') for x in (subject.g, subject.c, subject.a)]).lower())`;
    expect(await bench.run(program)).toEqual([false, false, false]);
  });

  it('goes below staticmethod, classmethod, property and others', async () => {
    const bench = await make(
      python,
      `import functools
class C(object):
    @staticmethod
    @PROBE
    def s(a, *, b=1): return a + b
    @classmethod
    @PROBE
    def c(cls): return cls.__name__
    @property
    @PROBE
    def p(self): return 3
    @PROBE
    def m(self, *rest, **named): 'what it does'; return len(rest) + len(named)
    @functools.lru_cache()
    @PROBE
    def l(self): return 4
`,
      { max: 100 },
    );
    const program = `
import json, subject
c = subject.C()
print(json.dumps([c.s(1), c.s(1, b=2), c.c(), c.p, c.m(1, 2, x=3), c.l(), c.m.__name__, c.m.__doc__]))`;
    expect(await bench.run(program)).toEqual([2, 3, 'C', 3, 3, 4, 'm', 'what it does']);
    const found = await bench.found();
    // as in the unprobed source, where a function starts at its first decorator
    const lines = found.map(({ sidecar: { function: f } }) => [f.name, f.line]);
    expect(lines).toEqual([
      ['s', 3],
      ['s', 3],
      ['c', 5],
      ['p', 7],
      ['m', 9],
      ['l', 10],
    ]);
    expect(found.every(({ target }) => target?.nc === 1)).toBe(true);
    expect(found.map(({ sidecar }) => sidecar.cold)).toEqual([true, false, true, true, true, true]);
    expect(found[4]!.sidecar.sizes).toEqual({ rest: 2, named: 1 });
  });

  it('tells the request that a call is a part of, and runs nothing of what it looks at', async () => {
    const subject = `class Context(object):
    def __init__(self, **fields): self.__dict__.update(fields)
class Trap(object):
    def __getattr__(self, name): raise SystemExit("looked at by a call")
class Holder(object):
    def __init__(self, context): self._context = context
    @PROBE
    def save(self): pass
@PROBE
def f(context=None, other=None): pass
`;
    const bench = await make(python, subject);
    const program = `import subject as s, json, uuid
req = "req-" + "5" * 8
s.f(s.Context(request_id=req, global_request_id="req-g"))
s.f(other=s.Context(request_id=req))
s.f(s.Trap())
s.f(s.Context(request_id="a secret of many words", global_request_id=["x"]))
s.Holder(s.Context(request_id=req)).save()
print(1)`;
    expect(await bench.run(program)).toBe(1);
    const found = (await bench.found()).map(({ sidecar }) => [sidecar.request_id, sidecar.global_request_id]);
    expect(found.toSorted()).toEqual(
      [
        ['req-55555555', 'req-g'],
        [null, null],
        [null, null],
        [null, null],
        ['req-55555555', null],
      ].toSorted(),
    );
    expect((await bench.found())[0]!.sidecar.host).toBe(hostname());
  });

  it('is nothing at all where its file is missing, broken or unreadable', async () => {
    const bench = await make(python, plain);
    const program = 'import subject, json; print(json.dumps([subject.f(1), hasattr(subject.f, "__wrapped__")]))';
    for (const text of ['def (', 'raise ValueError', 'wrap = 1 / 0', '\0', '']) {
      writeFileSync(bench.runtime, text);
      expect(await bench.run(program)).toEqual([2, false]);
    }
    const { rmSync, mkdirSync } = await import('node:fs');
    rmSync(bench.runtime);
    expect(await bench.run(program)).toEqual([2, false]);
    mkdirSync(bench.runtime);
    expect(await bench.run(program)).toEqual([2, false]);
  });

  it('finds ids by a path, and says why not', { timeout: 120_000 }, async () => {
    const subject = `@PROBE
def f(ids=None, spec=None, **more): return 1
`;
    const program = (call: string) => `
import subject, uuid, json
class Spec(object):
    id = 'u/1:x'
    many = {'b', 'b'}
    nothing = None
    nested = {'list': [{'id': 7}], 'attr': uuid.UUID(int=5)}
    secret = {'password': 'hunter2'}
    objects = [object(), 'x']
    @property
    def lazy(self): raise RuntimeError('hunter2')
    def __repr__(self): return 'hunter2'
seven = [str(uuid.UUID(int=i)) for i in range(7)]
assert subject.f(${call}) == 1`;
    const seven = Array.from({ length: 7 }, (_, i) => `00000000-0000-0000-0000-00000000000${i}`);
    const cases: [path: string, call: string, ids: string[], error: string | null, stem: string][] = [
      ['ids', 'seven', seven, null, seven[0]!],
      ['ids', 'None', [], 'None', 'call'],
      ['ids', '[]', [], 'empty', 'call'],
      ['ids', '("x" * 300,)', ['x'.repeat(300)], null, 'x'.repeat(64)],
      ['ids', '"../../etc/passwd"', ['../../etc/passwd'], null, '_.._etc_passwd'],
      ['ids', '"..."', ['...'], null, 'call'],
      ['ids', '17', ['17'], null, '17'],
      ['ids', '"\\u00e9\\n"', ['é\n'], null, '__'],
      ['ids[1]', 'seven', [seven[1]!], null, seven[1]!],
      ['ids[9]', 'seven', [], '[9]: IndexError', 'call'],
      ['spec.id', 'spec=Spec()', ['u/1:x'], null, 'u_1_x'],
      ['spec.many', 'spec=Spec()', ['b'], null, 'b'],
      ['spec.nothing', 'spec=Spec()', [], 'None', 'call'],
      ['spec.nested.list[0].id', 'spec=Spec()', ['7'], null, '7'],
      ['spec.nested.attr', 'spec=Spec()', [seven[5]!], null, seven[5]!],
      ['spec.secret', 'spec=Spec()', [], '1 of 1 are no ids', 'call'],
      ['spec.objects', 'spec=Spec()', ['x'], '1 of 2 are no ids', 'x'],
      ['spec.lazy', 'spec=Spec()', [], 'lazy: RuntimeError', 'call'],
      ['spec.no.such', 'spec=Spec()', [], 'no: AttributeError', 'call'],
      ['other', 'other="o"', ['o'], null, 'o'],
      ['other', '', [], 'other: KeyError', 'call'],
      ["spec.nested['list'][-1]['id'], ids[0]", 'seven, spec=Spec()', ['7', seven[0]!], null, '7'],
      ["spec.nested['no'], ids[0]", 'seven, spec=Spec()', [seven[0]!], "['no']: KeyError", seven[0]!],
    ];
    await Promise.all(
      cases.map(async ([ids, call, wanted, error, stem]) => {
        const bench = await make(python, subject, { ids });
        await bench.run(program(call));
        const [sidecar = {} as never] = await bench.sidecars();
        expect([ids, sidecar.ids, sidecar.ids_error]).toEqual([ids, wanted, error]);
        expect(sidecar.profile!.replace(/-\d+-\d+\.prof$/, '')).toBe(stem);
        expect(JSON.stringify(sidecar)).not.toContain('hunter2');
      }),
    );
  });

  it('captures only what --when holds for, and counts the rest', { timeout: 120_000 }, async () => {
    const subject = `class Host(object):
    @property
    def lazy(self): raise RuntimeError('hunter2')
    @PROBE
    def f(self, n, ids=(), **more): return n
    def __eq__(self, other): raise KeyError('hunter2')
`;
    const program = (calls: string) => `import subject; h = subject.Host(); print(str([${calls}]).lower())`;
    const cases: [when: string, calls: string, captured: number[], missed: number, undecided: number, says: string][] =
      [
        ['n > 1 and len(ids) == 2', 'h.f(1), h.f(2), h.f(3, [1, 2]), h.f(n=4, ids="ab")', [3, 4], 2, 0, ''],
        ["x == 'a' or n in (1, 3)", 'h.f(1, x="b"), h.f(2, x="a"), h.f(3)', [1, 2], 0, 1, 'x: KeyError'],
        ['self.lazy', 'h.f(1), h.f(2)', [], 0, 0, 'lazy: RuntimeError'],
        ['self == n', 'h.f(1), h.f(2)', [], 0, 0, 'KeyError'],
        ['n < ids', 'h.f(1), h.f(2)', [], 0, 0, 'TypeError'],
      ];
    await Promise.all(
      cases.map(async ([when, calls, captured, missed, undecided, error]) => {
        const bench = await make(python, subject, { when, ids: 'n' });
        const why = error && said(`--when cannot be told of a call (${error}): it is not captured`);
        await bench.run(program(calls), why);
        const sidecars = await bench.sidecars();
        expect([when, sidecars.flatMap(({ ids }) => ids.map(Number))]).toEqual([when, captured]);
        const last = sidecars.at(-1);
        if (last === undefined) return;
        const of = { when_missed: missed, when_undecided: sidecars.length === 1 ? undecided : 0 };
        expect(last).toMatchObject({ when, calls: of });
      }),
    );
  });

  it('wraps what makes a method of a function, as a hook finds it in a class', async () => {
    const bench = await make(
      python,
      `class C(object):
    @staticmethod
    def s(a): return a
    @classmethod
    def c(cls): return cls.__name__
    @property
    def p(self):
        'what it is'
        return self.x
    @p.setter
    def p(self, x): self.x = x
    @staticmethod
    def g(): yield 1
`,
      { max: 100 },
    );
    const program = `
import functools, json, subject
C = subject.C
n = {}
exec(compile(open(${JSON.stringify(bench.runtime)}).read(), ${JSON.stringify(bench.runtime)}, 'exec'), n)
def on(name):
    old = vars(C)[name]
    new = n['wrap'](old)
    setattr(C, name, new)
    return type(new) is type(old) and new is not old
done = [on(name) for name in ('s', 'c', 'p', 'g')]
c = C(); c.p = 5
none = [n['wrap'](x) for x in (None, len, property(), functools.lru_cache()(lambda: 1), functools.partial(len))]
def deep(): yield 1
@functools.wraps(deep)
def outer(): return deep()
loop = lambda: 1
loop.__wrapped__ = loop
print(json.dumps([done, C.s(1), c.c(), c.p, C.p.__doc__, [hasattr(x, '__wrapped__') for x in none[:3]],
    n['wrap'](outer) is outer, n['wrap'](loop) is loop]))`;
    const answer = [[true, true, true, false], 1, 'C', 5, 'what it is', [false, false, false], true, true];
    expect(await bench.run(program)).toEqual(answer);
    const names = (await bench.found()).map(({ sidecar: { function: f }, target }) => [f.name, f.line, target?.nc]);
    expect(names).toEqual([
      ['s', 2, 1],
      ['c', 4, 1],
      ['p', 6, 1],
    ]);
  });

  it('keeps the captures of several targets of a probe apart, and their revert', async () => {
    const bench = await make(python, plain, { max: 3 });
    const second = join(bench.directory, 'probe-2.py');
    const text = readFileSync(bench.runtime, 'utf8').replace('"runtime\\":\\"probe.py', '"runtime\\":\\"probe-2.py');
    writeFileSync(second, text.replace('subject:f', 'subject:after'));
    const program = `
import os, subject
n = {}
exec(compile(open(${JSON.stringify(second)}).read(), ${JSON.stringify(second)}, 'exec'), n)
subject.after = n['wrap'](subject.after)
for _ in range(2):
    subject.f(), subject.after(1)
os.unlink(${JSON.stringify(second)})
subject.after(1)
print(1)`;
    await bench.run(program);
    const sidecars = await bench.sidecars();
    expect(sidecars.map(({ target, profile }) => [target, profile!.replace(/-\d+-/, '-')])).toEqual([
      ['subject:f', 'call-1.prof'],
      ['subject:after', 'call-2-1.prof'],
      ['subject:f', 'call-2.prof'],
    ]);
  });

  it('lets a wrong call fail as it would', async () => {
    const bench = await make(python, plain, { ids: 'ids' });
    const program = `
import subject, json
try: subject.f(nonsense=1)
except TypeError as error: print(json.dumps(str(error)))`;
    expect(await bench.run(program)).toContain("got an unexpected keyword argument 'nonsense'");
    expect(readdirSync(bench.captures)).toEqual([]);
  });

  it('never makes more captures than allowed, however many processes there are', async () => {
    const bench = await make(python, plain, { max: 7 });
    await Promise.all(
      Array.from({ length: 4 }, () => bench.run('import subject; print(sum(subject.f() for _ in range(10)))')),
    );
    expect(await bench.found()).toHaveLength(7);
    expect(await bench.run('import subject; print(subject.f())')).toBe(1);
    expect(await bench.found()).toHaveLength(7);
  });

  it('is a plain call after its time', async () => {
    const bench = await make(python, plain, { until: Date.now() / 1000 - 1 });
    expect(await bench.run('import subject; print(subject.f())')).toBe(1);
    expect(readdirSync(bench.captures)).toEqual([]);
  });

  it('is a plain call once it is reverted, also in the middle of a call', async () => {
    const bench = await make(python, plain);
    const program = `
import os, shutil, subject
directory = ${JSON.stringify(bench.directory)}
real = subject.after
def after(n):
    shutil.rmtree(directory)
    return real(n)
subject.f(); subject.after = after; subject.f(); subject.after = real
print(subject.f())`;
    const gone = said('a capture could not be written: No such file or directory');
    expect(await bench.run(program, gone)).toBe(1);
    expect(existsSync(bench.directory)).toBe(false);
  });

  it('runs on where it may not write', async () => {
    const bench = await make(python, plain);
    chmodSync(bench.folder, 0o755);
    chmodSync(bench.captures, 0o500);
    // root may write anywhere: so the program ceases to be root, once it has imported what only root may read here
    const program = `
import _lsprof, cProfile, dis, inspect, logging, marshal, operator, os, subject, types, weakref
if os.getuid() == 0: os.setuid(65534)
subject.f(); print(subject.f())`;
    expect(await bench.run(program, said('a call could not be captured: Permission denied'))).toBe(1);
  });

  it('runs on when the disk is full', async ({ skip }) => {
    if (!root) skip('only root can mount a small tmpfs');
    const bench = await make(python, plain);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=700', 'tmpfs', bench.captures], { stdio: 'pipe' });
    } catch {
      skip('no tmpfs may be mounted here');
    }
    try {
      writeFileSync(join(bench.captures, 'filler'), Buffer.alloc(16384 - 4096));
      const program = 'import subject; print([subject.f() for _ in range(6)])';
      const full = said('a capture could not be written: No space left on device');
      expect(await bench.run(program, full)).toEqual([1, 1, 1, 1, 1, 1]);
      expect(readdirSync(bench.captures).filter((name) => !/^\.slot-\d$|^filler$/.test(name))).toEqual([]);
    } finally {
      execFileSync('umount', [bench.captures]);
    }
  });

  it('overwrites nothing and needs no luck with process ids', async () => {
    const bench = await make(python, plain);
    const program = `
import os, subject
for suffix in '.prof', '.json':
    open(${JSON.stringify(bench.captures)} + '/call-%d-%d' % (os.getpid(), 1 if suffix == '.prof' else 2) + suffix, 'w').write('{"old": 1}')
print(subject.f())`;
    expect(await bench.run(program)).toBe(1);
    const names = readdirSync(bench.captures).filter((name) => !name.startsWith('.'));
    expect(names.map((name) => name.replace(/-\d+-/, '-')).sort()).toEqual([
      'call-1.prof',
      'call-2.json',
      'call-3.json',
      'call-3.prof',
    ]);
  });

  it('counts anew in a process that was forked', async () => {
    const bench = await make(python, plain);
    const program = `
import os, subject
real = subject.after
def after(n):
    if os.fork() == 0: os.environ['child'] = '1'
    else: os.wait()
    return real(n)
subject.f(); subject.after = after; subject.f(); subject.after = real
subject.f()
if 'child' in os.environ: os._exit(0)
print(1)`;
    expect(await bench.run(program)).toBe(1);
    const numbers = (await bench.found()).map(({ sidecar }) => sidecar.calls.number).sort();
    expect(numbers).toEqual([1, 1, 2, 3]);
  });
});
