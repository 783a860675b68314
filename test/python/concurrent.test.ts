import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseFolded } from '../../src/profile/folded.js';
import { Bench, type Capture, greens, pythons, said } from './bench.js';
import { service, subject } from './small-service.js';

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.remove()));
});

async function make(python: string, source: string, settings?: Parameters<typeof Bench.make>[2]): Promise<Bench> {
  const bench = await Bench.make(python, source, settings);
  benches.push(bench);
  return bench;
}

const counts = ({ rows }: Capture, ...names: string[]) =>
  names.map((name) => rows.filter(({ key }) => key[2] === name).reduce((sum, { nc }) => sum + nc, 0));
const ours = (captures: Capture[]) =>
  captures.flatMap(({ rows, active }) => [...rows, ...active]).filter(({ key }) => /probe\.py|_lsprof/.test(`${key}`));
/** Microseconds of folded lines. */
const waited = (lines: string[]) => lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
const modern = (version: string) => Number(/3\.(\d+)/.exec(version)![1]) >= 12;

const plain = `import time

@PROBE
def f(n=0):
    time.sleep(0.01)
    return sum(after(i) for i in range(n)) + busy()

def after(i): return 1

def busy():
    return sum(range(20000)) * 0
`;

describe.each(pythons)('the engine profkit in threads on Python %s', (version, python) => {
  it('captures each of eight at once, with its own rows', async () => {
    const bench = await make(python, plain, { max: 30, ids: 'n' });
    const program = `
import subject, threading, json, sys
results = []
barrier = threading.Barrier(8)
def work(n):
    for turn in range(3):
        barrier.wait()
        results.append(subject.f(n) - n)
        results.append(sys.getprofile() is not None)
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps([results.count(0), len(results)]))`;
    expect(await bench.run(program)).toEqual([48, 48]);
    const found = await bench.found();
    expect(found).toHaveLength(24);
    for (const one of found) {
      expect(one.sidecar).toMatchObject({ errors: [], calls: { let_pass: 0 } });
      expect([one.target!.nc, ...counts(one, 'after', 'busy')]).toEqual([1, Number(one.sidecar.ids[0]), 1]);
      expect(one.target!.ct).toBeGreaterThan(0.0099);
      expect(one.target!.ct).toBeLessThan(one.sidecar.wall_seconds);
    }
    expect(ours(found)).toEqual([]);
    expect(found.filter(({ sidecar }) => sidecar.cold)).toHaveLength(1);
    expect(Math.max(...found.map(({ sidecar }) => sidecar.calls.in_flight))).toBeGreaterThan(0);
  });

  it('runs unprofiled where another profiler is in its way, and says so once', async () => {
    const bench = await make(python, plain);
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
print(json.dumps([first, second, still, 'busy' in rows, subject.f()]))`;
    const why = 'another profiler is on';
    expect(await bench.run(program, said(`${why}: calls are not captured`))).toEqual([0, 0, true, true, 0]);
    const found = await bench.found();
    const got = found.map(({ sidecar, target }) => [sidecar.errors, sidecar.profile === null, target?.nc]);
    const good = [[], false, 1];
    const bad = [[`${why}: the call was not profiled`], true, undefined];
    expect(got).toEqual(modern(version) ? [good, bad, good] : [bad, good]); // from 3.12 on cProfile is in no one's way
  });

  it('knows the clock of the CPU', async () => {
    const bench = await make(python, plain, { clock: 'cpu' });
    expect(await bench.run('import subject; print(subject.f(3))')).toBe(3);
    const [{ sidecar, target, rows } = {} as never] = await bench.found();
    expect(sidecar).toMatchObject({ clock: 'cpu', active: null, waits: null, active_seconds: null, errors: [] });
    expect(sidecar.wall_seconds).toBeGreaterThan(0.0099);
    expect(target!.ct).toBeLessThan(0.0099);
    expect(rows.find(({ key }) => key[2] === 'after')!.nc).toBe(3);
  });
});

describe.each(pythons)('the engine sample on Python %s', (_version, python) => {
  it('writes stacks of each call, whole or not at all', async () => {
    const source = `import time
@PROBE
def f(n):
    return busy(n)

def busy(n):
    end = time.perf_counter() + 0.2
    while time.perf_counter() < end:
        sum(range(500))
    return n
`;
    const bench = await make(python, source, { engine: 'sample' });
    const program = `
import subject, sys, threading
threads = [threading.Thread(target=subject.f, args=(n,)) for n in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print([subject.f(3), int('_profkit' in sys.modules)])`;
    expect(await bench.run(program)).toEqual([3, 0]);
    const found = await bench.found();
    expect(found).toHaveLength(3);
    for (const { sidecar } of found) {
      expect(sidecar).toMatchObject({ engine: 'sample', profile: null, active: null, waits: null, errors: [] });
      expect(sidecar.measured!.samples).toBeGreaterThan(2);
      const stacks = parseFolded(readFileSync(join(bench.captures, sidecar.stacks!.folded), 'utf8'));
      const names = stacks.map(({ frames }) => frames.map(({ name, line }) => `${name}:${line}`).join(' '));
      expect(names).toContain('f:2 busy:5');
      expect(new Set(names.map((name) => name.split(' ')[0]))).toEqual(new Set(['f:2']));
      const { shared } = JSON.parse(readFileSync(join(bench.captures, sidecar.stacks!.speedscope), 'utf8'));
      expect(shared.frames).toContainEqual({ name: 'busy', file: bench.subject, line: 5 });
    }
    for (const name of readdirSync(bench.captures)) {
      expect(statSync(join(bench.captures, name)).mode & 0o777).toBe(0o600);
    }
  });
});

if (greens.length === 0) {
  it('the engine profkit in greenlets', ({ skip }) => {
    if (process.env.CI === 'true') throw new Error('no Python here has eventlet: apt-get install python3-eventlet');
    skip('no Python here has eventlet: apt-get install python3-eventlet');
  });
}

describe.each(greens)('the engine profkit in greenlets on Python %s', (_version, python) => {
  it('captures each of eight at once, with its own rows and waits, and keeps nothing', async () => {
    const bench = await make(python, subject, { ids: 'n', max: 50 });
    const program = `${service}
pool = eventlet.GreenPool(8)
right = 0
for turn in range(4):
    right += list(pool.imap(lambda n: subject.f(n, listener), range(8))) == list(range(8))
gc.collect()
left = [type(one).__name__ for one in gc.get_objects() if type(one).__name__ in ('Session', 'Shot', 'Own')]
print(json.dumps([right, innocent, sys.getprofile() is None, left, '_profkit' in sys.modules]))`;
    expect(await bench.run(program)).toEqual([4, [], true, [], false]);
    const found = await bench.found();
    expect(found).toHaveLength(32);
    for (const one of found) {
      expect(one.sidecar).toMatchObject({ errors: [], calls: { let_pass: 0 }, measured: { greenlets: 1 } });
      expect([one.target!.nc, ...counts(one, 'child', 'deep', 'talk', 'loop', 'serve')]).toEqual([1, 2, 240, 1, 0, 0]);
      expect(one.target!.ct / one.sidecar.wall_seconds).toBeGreaterThan(0.9);
      expect(one.target!.ct / one.sidecar.wall_seconds).toBeLessThan(1.001);
      const active = one.active.find(({ key }) => `${key}` === `${one.target!.key}`)!;
      expect(active.ct).toBeLessThan(one.target!.ct - 0.03);
      expect(one.sidecar.active_seconds!).toBeGreaterThanOrEqual(active.ct - 0.001);
      const own = one.waits.filter((line) => line.startsWith(`f (${bench.subject}:6);`));
      expect(Math.abs(waited(own) / 1e6 - (one.target!.ct - active.ct))).toBeLessThan(0.002);
      expect(one.waits.join()).not.toContain('probe.py');
    }
    expect(ours(found)).toEqual([]);
    const in_flight = found.slice(0, 8).map(({ sidecar }) => sidecar.calls.in_flight);
    expect(in_flight).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('ends each with its call, however it ends', async () => {
    const bench = await make(python, subject);
    const program = `${service}
import greenlet
seen = []
def attempt(error=None):
    try: subject.f(1, None, error)
    except BaseException as caught: seen.append(type(caught).__name__)
attempt(ValueError('x'))
attempt(greenlet.GreenletExit())
eventlet.Timeout(0.01); attempt()
victim = eventlet.spawn(attempt); eventlet.sleep(0.01); victim.kill()
with eventlet.Timeout(0.01, False): subject.f(1)
seen.append(sys.getprofile() is None)
seen.append(subject.f(3))
print(json.dumps([seen, innocent, '_profkit' in sys.modules]))`;
    const seen = ['ValueError', 'GreenletExit', 'Timeout', 'GreenletExit', true, 3];
    expect(await bench.run(program)).toEqual([seen, [], false]);
    const found = await bench.found();
    const green = 'greenlet.GreenletExit';
    const timeout = 'eventlet.timeout.Timeout';
    const exceptions = found.map(({ sidecar }) => sidecar.exception);
    expect(exceptions).toEqual(['ValueError', green, timeout, green, timeout, null]);
    expect(found.map(({ target }) => target?.nc)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(found.flatMap(({ sidecar }) => sidecar.errors)).toEqual([]);
  });

  it('makes no more than allowed, and counts those that ran unprofiled beside one', async () => {
    const bench = await make(python, subject, { ids: 'n', max: 5 });
    const program = `${service}
print(list(eventlet.GreenPool(8).imap(lambda n: subject.f(n), range(8))) == list(range(8)) and 1)`;
    expect(await bench.run(program)).toBe(1);
    const found = await bench.found();
    expect(found.map(({ sidecar }) => [sidecar.ids, sidecar.calls.let_pass])).toEqual(
      ['0', '1', '2', '3', '4'].map((n) => [[n], 3]),
    );
    expect(readdirSync(bench.captures).filter((name) => name.startsWith('.slot-'))).toHaveLength(5);
  });

  it.each([
    ['call', 1],
    ['tree', 2],
    ['process', 2],
  ] as const)('follows the scope %s', async (scope, children) => {
    const bench = await make(python, subject, { scope });
    const program = `
import eventlet; eventlet.monkey_patch()
import subject
def other():
    for _ in range(9): eventlet.sleep(0.004)
eventlet.spawn_n(other)
eventlet.sleep(0)
print(subject.f(1))`;
    expect(await bench.run(program)).toBe(1);
    const [capture] = await bench.found();
    expect(capture!.sidecar).toMatchObject({ scope, errors: [] });
    expect(counts(capture!, 'f', 'child', 'talk')).toEqual([1, children, 0]);
    const others = capture!.waits.filter((line) => line.includes('other (<string>'));
    expect(others.length > 0).toBe(scope === 'process');
  });

  it('takes a recursion and another probe for parts of the call', async () => {
    const bench = await make(
      python,
      `import eventlet

@PROBE
def f(n):
    eventlet.sleep(0.002)
    return n and g(n)

@PROBE
def g(n): return f(n - 1)
`,
    );
    const program = `
import eventlet; eventlet.monkey_patch()
import subject
print(list(eventlet.GreenPool(3).imap(subject.f, [2, 3, 4])))`;
    expect(await bench.run(program)).toEqual([0, 0, 0]);
    const found = await bench.found();
    expect(found.map((one) => counts(one, 'f', 'g'))).toEqual([
      [3, 2],
      [4, 3],
      [5, 4],
    ]);
    expect(found.map(({ sidecar }) => sidecar.calls.let_pass)).toEqual([0, 0, 0]);
    expect(ours(found)).toEqual([]);
  });

  it('begins anew in a process that was forked while captures were open', async () => {
    const bench = await make(python, subject, { ids: 'n' });
    const program = `${service}
import os
calls = [eventlet.spawn(subject.f, n) for n in range(2)]
eventlet.sleep(0.01)
if os.fork() == 0:
    child = subject.f(7)
    clean = sys.getprofile() is None and '_profkit' not in sys.modules
    os._exit(0 if child == 7 and clean and not innocent else 1)
code = os.wait()[1]
print(json.dumps([[one.wait() for one in calls], code, '_profkit' in sys.modules]))`;
    expect(await bench.run(program)).toEqual([[0, 1], 0, false]);
    const found = await bench.found();
    const calls = found.map((one) => [one.sidecar.ids[0], one.sidecar.calls.number, ...counts(one, 'f', 'child')]);
    expect(calls.sort()).toEqual([
      ['0', 1, 1, 2],
      ['1', 2, 1, 2],
      ['7', 1, 1, 2],
    ]);
  });

  it('is a plain call once it is reverted, in the middle of calls', async () => {
    const bench = await make(python, subject);
    const program = `${service}
import shutil
pool = eventlet.GreenPool(3)
calls = [pool.spawn(subject.f, n) for n in range(3)]
eventlet.sleep(0.01)
shutil.rmtree(${JSON.stringify(bench.directory)})
print(json.dumps([[one.wait() for one in calls], subject.f(3), '_profkit' in sys.modules]))`;
    const gone = said('a capture could not be written: No such file or directory');
    expect(await bench.run(program, gone)).toEqual([[0, 1, 2], 3, false]);
  });
});
