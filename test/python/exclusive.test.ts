import { afterEach, describe, expect, it } from 'vitest';
import { answer, Bench, greens, pythons, said } from './bench.js';
import { service, subject } from './small-service.js';

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.remove()));
});

async function make(python: string, subject: string, settings: Parameters<typeof Bench.make>[2]): Promise<Bench> {
  const bench = await Bench.make(python, subject, settings);
  benches.push(bench);
  return bench;
}

const plain = `import time

@PROBE
def f(n=0):
    time.sleep(0.02)
    return after(n) + len(sorted([n]))

def after(n): return n
`;
const recursive = `@PROBE
def f(n): return 1 if n == 0 else g(n)
def g(n): return f(n - 1) + f(0)
`;
const busy = 'another profiler is on: calls are not captured';
const unprofiled = ['another profiler is on: the call was not profiled'];

describe.each(pythons)('the engine cprofile on Python %s', (_version, python) => {
  const probed = (source: string) => make(python, source, { engine: 'cprofile' });

  it('captures a call, and lets pass what it calls of the target', async () => {
    const bench = await probed(recursive);
    expect(await bench.run('import subject; print(subject.f(10))')).toBe(11);
    const [{ sidecar, rows, target } = {} as never] = await bench.found();
    expect(sidecar).toMatchObject({ engine: 'cprofile', scope: null, clock: 'wall', active: null, measured: null });
    expect(sidecar.calls).toMatchObject({ number: 1, let_pass: 20, in_flight: 0 });
    expect(target).toMatchObject({ cc: 1, nc: 21, callers: ['g'] });
    expect(rows.map(({ key }) => key[2]).sort()).toEqual(['f', 'g']);
  });

  it('lets one probe pass inside another, and says so once', async () => {
    const bench = await probed('@PROBE\ndef f(n): return g(n)\n@PROBE\ndef g(n): return n\n');
    const program = 'import subject; print([subject.f(1), subject.f(2), subject.g(3)])';
    expect(await bench.run(program, said(busy))).toEqual([1, 2, 3]);
    const found = await bench.found();
    expect(found.map(({ sidecar: { function: f, errors } }) => [f.name, errors])).toEqual([
      ['f', []],
      ['g', unprofiled],
      ['f', []],
      ['g', []],
    ]);
    for (const one of [0, 2]) {
      expect(found[one]!.rows.map(({ key }) => key[2])).toEqual(expect.arrayContaining(['f', 'g']));
    }
    expect(found.flatMap(({ rows }) => rows).filter(({ key }) => key[0].endsWith('probe.py'))).toEqual([]);
  });

  it('keeps out of the way of another profiler', async () => {
    const bench = await probed(plain);
    const program = `
import cProfile, subject, sys, json
other = cProfile.Profile()
other.enable()
first = subject.f()
other.disable()
sys.setprofile(lambda *event: None)
second = subject.f()
still = sys.getprofile() is not None
sys.setprofile(None)
rows = {entry.code.co_name for entry in other.getstats() if not isinstance(entry.code, str)}
print(json.dumps([first, second, still, 'after' in rows, subject.f()]))`;
    expect(await bench.run(program, said(busy))).toEqual([1, 1, true, true, 1]);
    const found = await bench.found();
    expect(found.map(({ sidecar }) => [sidecar.profile === null, sidecar.errors])).toEqual([
      [true, unprofiled],
      [false, []],
    ]);
    expect(found[0]!.sidecar.wall_seconds).toBeGreaterThan(0.0195);
  });

  it('captures one of eight threads and lets the others pass', async () => {
    const bench = await probed(plain);
    const program = `
import subject, threading, json, sys
results = []
barrier = threading.Barrier(8)
def work(n):
    for turn in range(3):
        barrier.wait()
        results.append(subject.f(n) - n)
        results.append(sys.getprofile() is None)
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps([results.count(1), len(results)]))`;
    expect(await bench.run(program)).toEqual([48, 48]);
    const found = await bench.found();
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found.every(({ sidecar }) => sidecar.errors.length === 0)).toBe(true);
    const { let_pass, in_flight } = found[0]!.sidecar.calls;
    expect(let_pass + in_flight).toBeLessThanOrEqual(7);
    expect(found.filter(({ sidecar }) => sidecar.cold).length).toBeLessThanOrEqual(1);
  });
});

const yappis = pythons.filter(([, path]) => answer(path, 'import yappi; print("yes")') === 'yes');

it('finds a Python with yappi', ({ skip }) => {
  if (yappis.length > 0) return;
  if (process.env.CI === 'true') throw new Error('no Python here has yappi: apt-get install python3-yappi');
  skip('no Python here has yappi: apt-get install python3-yappi');
});

describe.each(yappis)('the engine yappi on Python %s', (_version, python) => {
  it('writes what cProfile would', async () => {
    const bench = await make(python, recursive, { engine: 'yappi' });
    expect(await bench.run('import subject; print(subject.f(10))')).toBe(11);
    const [{ sidecar, rows, target } = {} as never] = await bench.found();
    expect(sidecar).toMatchObject({ engine: 'yappi', scope: null, clock: 'wall', errors: [] });
    expect(sidecar.calls.let_pass).toBe(20);
    expect(target).toMatchObject({ cc: 1, nc: 21, callers: ['g'] });
    expect(rows.map(({ key }) => key[2]).sort()).toEqual(['f', 'g']);
  });

  it.each(['wall', 'cpu'] as const)('takes the %s clock', async (clock) => {
    const source = `import time
class C(object):
    @PROBE
    def f(self, n):
        time.sleep(0.02)
        return self.after([n]) + len(sorted([n]))

    def after(self, some):
        some.append(1)
        return some.pop()
`;
    const bench = await make(python, source, { engine: 'yappi', clock });
    const program = 'import subject, sys; print([subject.C().f(1), int(sys.getprofile() is None)])';
    expect(await bench.run(program)).toEqual([2, 1]);
    const [{ sidecar, rows, target } = {} as never] = await bench.found();
    expect(sidecar).toMatchObject({ clock, measured: null, active_seconds: null });
    expect(target!.ct > 0.0195).toBe(clock === 'wall');
    expect(rows.map(({ key }) => key[2]).sort()).toEqual([
      '<built-in method builtins.len>',
      '<built-in method builtins.sorted>',
      '<built-in method time.sleep>',
      "<method 'append' of 'list' objects>",
      "<method 'pop' of 'list' objects>",
      'after',
      'f',
    ]);
  });

  it("leaves another's figures alone", async () => {
    const bench = await make(python, plain, { engine: 'yappi' });
    const program = `
import json, subject, yappi
yappi.start(); subject.f(); running = yappi.is_running(); yappi.stop()
subject.f()
kept = 'after' in [one.name for one in yappi.get_func_stats()]
yappi.clear_stats(); subject.f()
print(json.dumps([running, kept, yappi.get_func_stats().empty()]))`;
    const word = `${said(busy)}\n${said('yappi holds the figures of another: calls are not captured')}`;
    expect(await bench.run(program, word)).toEqual([true, true, true]);
    const why = 'yappi holds the figures of another: the call was not profiled';
    expect((await bench.found()).map(({ sidecar }) => sidecar.errors)).toEqual([unprofiled, [why], []]);
  });

  it('follows the greenlet of the call alone', async ({ skip }) => {
    if (!greens.some(([, path]) => path === python)) skip('this Python has no eventlet');
    const bench = await make(python, subject, { engine: 'yappi' });
    const program = `${service}print(json.dumps([subject.f(1, listener), innocent]))`;
    expect(await bench.run(program)).toEqual([1, []]);
    const [{ sidecar, rows, target } = {} as never] = await bench.found();
    expect(target).toMatchObject({ cc: 1, nc: 1 });
    expect(target!.ct / sidecar.wall_seconds).toBeGreaterThan(0.8);
    expect(rows.filter(({ key }) => /^(loop|guarded|serve)$/.test(key[2]))).toEqual([]);
    expect(rows.find(({ key }) => key[2] === 'child')!.nc).toBe(1); // the other is in a greenlet of its own
  });
});

describe.each(pythons.filter((one) => !yappis.includes(one)))('without yappi on Python %s', (_version, python) => {
  it('the call runs, and its capture says why it has no profile', async () => {
    const bench = await make(python, plain, { engine: 'yappi' });
    const why = 'yappi cannot be imported here (ModuleNotFoundError)';
    expect(await bench.run('import subject; print(subject.f())', said(`${why}: calls are not captured`))).toBe(1);
    const [{ sidecar } = {} as never] = await bench.found();
    expect(sidecar).toMatchObject({
      profile: null,
      outcome: 'returned',
      errors: [`${why}: the call was not profiled`],
    });
  });
});
