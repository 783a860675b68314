import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pythons } from './bench.js';
import { HookedService } from './hooked-service.js';

const services: HookedService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.remove()));
});

async function make(python: string, modules: Record<string, string>): Promise<HookedService> {
  const service = await HookedService.make(python, modules);
  services.push(service);
  return service;
}

/** Each kind of function that can be told by a name, and a call of it. */
const KINDS: [string, string][] = [
  ['function', 's.function(1)'],
  ['Plain.method', 's.Plain().method(1)'],
  ['Plain.static', 's.Plain.static(1)'],
  ['Plain.of_class', 's.Plain().of_class(1)'],
  ['Plain.attribute', 's.Plain().attribute'],
  ['Plain.__private', 's.Plain().public(1)'],
  ['Plain.Inner.method', 's.Plain.Inner().method(1)'],
  ['Plain.decorated', 's.Plain().decorated(1)'],
  ['Plain.hidden', 's.Plain().hidden(1)'],
  ['Plain.both', 's.Plain.both(1)'],
  ['conditional', 's.conditional(1)'],
];

const kinds = `import functools

def wraps(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)
    return wrapper

def hides(f):
    data = {n: {'many': [n]} for n in range(300)}
    def wrapper(*args):
        return data and f(*args)
    return wrapper

REGISTRY = []

def function(n):
    return n
REGISTRY.append(function)

class Plain(object):
    def method(self, n):
        return n
    @staticmethod
    def static(n):
        return n
    @classmethod
    def of_class(cls, n):
        return n
    @property
    def attribute(self):
        return 1
    @attribute.setter
    def attribute(self, value): pass
    def __private(self, n):
        return n
    def public(self, n): return self.__private(n)
    class Inner(object):
        def method(self, n):
            return n
    @wraps
    @wraps
    def decorated(self, n):
        return n
    @hides
    def hidden(self, n):
        return n
    @staticmethod
    @wraps
    def both(n):
        return n
    alias = method

if True:
    @wraps
    def conditional(n):
        return n
`;

/** The first line of a function: that of its first decorator. */
function firstLine(target: string): number {
  const lines = kinds.split('\n');
  let at = lines.findIndex((line) => line.includes(`def ${target.split('.').at(-1)}(`));
  if (target === 'Plain.Inner.method') at = lines.findIndex((line) => line.includes('class Inner')) + 1;
  while (/^\s*@/.test(lines[at - 1]!)) at -= 1;
  return at + 1;
}

describe.each(pythons)('the hook on %s', (name, python) => {
  const old = name.startsWith('Python 3.6'); // whose closures cannot be changed

  it('probes every kind of function, below its decorators', async () => {
    const service = await make(python, { kinds });
    await service.probe('p1', ...KINDS.map(([target]) => `kinds:${target}`));
    const calls = KINDS.map(([, call]) => call);
    const { result, stderr } = await service.run(
      `import kinds as s, json; print(json.dumps([${calls.join(', ')}, s.REGISTRY[0](1), s.Plain().alias(1)]))`,
    );
    expect(result).toEqual(Array(calls.length + 2).fill(1));
    const sidecars = await service.sidecars('p1');
    const expected = [...KINDS, KINDS[0]!, KINDS[1]!].map(([target]) => [`kinds:${target}`, firstLine(target)]);
    const found = sidecars.map((s) => [s.target, s.function.line]);
    if (old) expect(found.map(([target]) => target)).toEqual(expect.arrayContaining(['kinds:Plain.decorated']));
    else {
      expect(found).toEqual(expected);
      expect(stderr).toBe('');
    }
    for (const [n] of KINDS.entries()) {
      const note = await service.note('p1', n);
      if (!old) expect(note).toMatchObject({ probed: true, decorated: false, missed: [] });
    }
  });

  it('says what else holds the function, where a call is not captured', async () => {
    const held = `import functools
def f(n): return n
HELD = (f,)
PARTIAL = functools.partial(f, 1)
NAMES = {'f': f}
class Holder(object):
    def __init__(self, f): self.f = f
HOLDER = Holder(f)
@functools.lru_cache()
def cached(n): return n
`;
    const service = await make(python, { held });
    await service.probe('p1', 'held:f', 'held:cached');
    const { stderr } = await service.run(
      'import held; held.HELD[0](1); held.PARTIAL(); held.NAMES["f"](1); held.HOLDER.f(1); held.f(1); held.cached(1)',
    );
    expect((await service.sidecars('p1')).length).toBe(3);
    expect((await service.note('p1')).missed!.sort()).toEqual(['a partial', 'a tuple']);
    expect(stderr).toMatch(/probe p1: f is held by a (tuple|partial), a (tuple|partial) too/);
    expect(await service.note('p1', 1)).toMatchObject({ probed: false, why: 'a _lru_cache_wrapper holds it' });
    expect(stderr).toMatch(/probe p1: held:cached could not be probed \(a _lru_cache_wrapper holds it\)/);
  });

  it('lets the next sitecustomize run, and leaves nothing of itself on the path', async () => {
    const service = await make(python, { m: 'def f(): return 1' });
    await writeFile(join(service.folder, 'sitecustomize.py'), 'import sys\nsys.theirs = __file__\n');
    await service.probe('p1', 'm:f');
    const theirs = join(service.folder, 'sitecustomize.py');
    const program = `import sys, json; print(json.dumps([sys.theirs, sys.modules['sitecustomize'].__file__, [p for p in sys.path if 'probes' in p], __import__('m').f()]))`;
    expect((await service.run(program)).result).toEqual([theirs, theirs, [], 1]);
    expect((await service.sidecars('p1')).length).toBe(1);
    await writeFile(theirs, "raise ValueError('theirs')\n");
    const { stderr } = await service.run('import m; m.f()');
    expect(stderr).toMatch(/^Error in sitecustomize; set PYTHONVERBOSE for traceback:\nValueError: theirs$/);
    expect((await service.sidecars('p1')).length).toBe(2);
  });

  it('imports nothing when Python starts', async () => {
    const service = await make(python, { m: 'def f(): return 1' });
    const program = 'import sys; names = sorted(sys.modules); import json; print(json.dumps(names))';
    const before = (await service.run(program)).result as string[];
    await service.probe('p1', 'm:f');
    const after = (await service.run(program)).result as string[];
    expect(after.filter((m) => !before.includes(m) && m !== 'sitecustomize')).toEqual([]);
  });

  it('several probes live side by side, and go in any order', async () => {
    const service = await make(python, { m: 'def f(): return 1\ndef g(): return 2\n', n: 'def h(): return 3' });
    await service.probe('p1', 'm:f');
    await service.probe('p2', 'm:g');
    await service.probe('p3', 'n:h', 'm:f');
    const program = 'import m, n, json; print(json.dumps([m.f(), m.g(), n.h()]))';
    const counts = async () => Promise.all(['p1', 'p2', 'p3'].map(async (p) => (await service.sidecars(p)).length));
    await rm(join(service.directory('p3'), 'probe-2.py')); // two probes of one function are refused
    expect((await service.run(program)).result).toEqual([1, 2, 3]);
    expect(await counts()).toEqual([1, 1, 1]);
    await rm(join(service.directory('p2'), 'hook'), { recursive: true });
    expect(await service.run(program)).toEqual({ result: [1, 2, 3], stderr: '' });
    expect(await counts()).toEqual([2, 1, 2]);
    await rm(join(service.folder, 'state'), { recursive: true });
    expect(await service.run(program)).toEqual({ result: [1, 2, 3], stderr: '' });
  });

  it('a runtime or a hook that is broken leaves the service as it is', async () => {
    const service = await make(python, { m: 'def f(): return 1' });
    await service.probe('p1', 'm:f');
    const program = 'import m, json; print(json.dumps(m.f()))';
    await writeFile(join(service.directory('p1'), 'probe.py'), 'syntax error here\n');
    const broken = await service.run(program);
    expect(broken.result).toBe(1);
    expect(broken.stderr).toMatch(/^probe p1: m:f could not be probed \(SyntaxError/);
    expect(await service.note('p1')).toMatchObject({ probed: false, why: expect.stringMatching(/^SyntaxError/) });
    await rm(join(service.directory('p1'), 'captures'), { recursive: true });
    expect((await service.run(program)).result).toBe(1);
    await rm(join(service.directory('p1'), 'probe.py'));
    expect(await service.run(program)).toEqual({ result: 1, stderr: '' });
  });

  it('a target that is not there, a module that fails, and one that is imported anew', async () => {
    const service = await make(python, {
      m: 'class C(object): pass',
      bad: 'raise KeyError(1)',
      n: 'def f(): return 1',
    });
    await service.probe('p1', 'm:C.f', 'bad:f', 'n:f');
    const program = `import json, importlib, m, n
try: import bad
except KeyError as e: failed = [e.args[0]]
old = n.f
importlib.reload(n)
loader = n.__spec__.loader
print(json.dumps([failed, n.f(), old is n.f, 'exec_module' in vars(loader), type(loader).__name__]))`;
    expect((await service.run(program)).result).toEqual([[1], 1, false, false, 'SourceFileLoader']);
    expect(await service.note('p1')).toMatchObject({ probed: false, why: 'C has no f' });
    expect(await service.note('p1', 2)).toMatchObject({ probed: true });
    expect((await service.sidecars('p1')).length).toBe(1);
  });

  it('tells that the one that is bound is not the one in the line that was named', async () => {
    const def = (n: number) => `    @same\n    @same\n    def f(a,\n          b=1):\n        return ${n}`;
    const service = await make(python, {});
    for (const [bound, lines] of Object.entries({ True: [null, 3], False: [9, null] })) {
      await writeFile(join(service.folder, 'm.py'), `same = lambda f: f\nif ${bound}:\n${def(1)}\nelse:\n${def(2)}\n`);
      await service.probe(`p${bound}`, 'm:f:5', 'm:f:11');
      await service.run('import m; m.f(0)');
      for (const n of [0, 1])
        expect(await service.note(`p${bound}`, n)).toMatchObject({ probed: true, other: lines[n] });
      service.path = [];
    }
  });

  it('children that are forked carry it, and those started by -I, -E and -S do not', async () => {
    const service = await make(python, { m: 'def f(): return 1' });
    await service.probe('p1', 'm:f');
    await service.run('import m, os; child = os.fork() or (m.f() and os._exit(0)); os.waitpid(child, 0); m.f()');
    expect((await service.sidecars('p1')).length).toBe(2);
    const alone = `import sys; sys.path.insert(0, ${JSON.stringify(service.folder)}); import m; m.f()`;
    for (const option of ['-I', '-E', '-S']) await service.run(alone, [option]);
    expect((await service.sidecars('p1')).length).toBe(2);
  });
});
