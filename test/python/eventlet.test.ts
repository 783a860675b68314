import { afterEach, describe, expect, it } from 'vitest';
import { Bench, greens } from './bench.js';
import { service, subject } from './small-service.js';

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.remove()));
});

async function make(python: string): Promise<Bench> {
  const bench = await Bench.make(python, subject, { engine: 'eventlet', ids: 'n' });
  benches.push(bench);
  return bench;
}

if (greens.length === 0) {
  it('the engine eventlet', ({ skip }) => {
    if (process.env.CI === 'true') throw new Error('no Python here has eventlet: apt-get install python3-eventlet');
    skip('no Python here has eventlet: apt-get install python3-eventlet');
  });
}

describe.each(greens)('the engine eventlet on Python %s', (_version, python) => {
  it('captures a call whose waiting is part of its time', async () => {
    const bench = await make(python);
    expect(await bench.run(`${service}print(subject.f(1, listener))`)).toBe(1);
    const [{ sidecar, rows, target } = {} as never] = await bench.found();
    expect(sidecar).toMatchObject({
      function: { file: bench.subject, line: 6, name: 'f' },
      engine: 'eventlet',
      clock: 'wall',
      eventlet: expect.stringMatching(/^\d/),
      greenlet: expect.stringMatching(/^\d/),
      errors: [],
    });
    expect(target).toMatchObject({ cc: 1, nc: 1, callers: ['start'] });
    // the row leaves out what the profiler itself takes
    expect(target!.ct).toBeGreaterThan(0.034);
    expect(target!.ct).toBeLessThanOrEqual(sidecar.wall_seconds);
    const named = (name: string) => rows.filter(({ key }) => key[2] === name).map(({ key, nc }) => [key[1], nc]);
    expect(named('child')).toEqual([[21, 2]]);
    expect(named('talk')).toEqual([[28, 1]]);
    expect(named('new_tasklet')).toEqual([[0, 1]]);
    expect(named('deep')).toEqual([[25, 240]]);
    expect(rows.filter(({ key }) => /probe\.py|,(setprofile|exc_info)$/.test(`${key}`))).toEqual([]);
    // none of those that have nothing to do with the call
    expect(rows.filter(({ key }) => /^(loop|guarded|serve)$/.test(key[2]))).toEqual([]);
  });

  it('hurts nobody with eight calls at once', async () => {
    const bench = await make(python);
    const program = `${service}
pool = eventlet.GreenPool(8)
right = 0
for turn in range(4):
    right += list(pool.imap(lambda n: subject.f(n, listener), range(8))) == list(range(8))
print(json.dumps([right, innocent, sys.getprofile() is None]))`;
    expect(await bench.run(program)).toEqual([4, [], true]);
    const found = await bench.found();
    expect(found.length).toBeGreaterThanOrEqual(4);
    for (const { sidecar, rows, target } of found) {
      expect(sidecar.errors).toEqual([]);
      expect(target).toMatchObject({ cc: 1, nc: 1 });
      expect(rows.find(({ key }) => key[2] === 'child')!.nc).toBe(2);
      expect(target!.ct).toBeGreaterThan(0.034);
    }
    expect(found[0]!.sidecar).toMatchObject({ cold: true, calls: { number: 1, let_pass: 7, in_flight: 0 } });
  });

  it('ends with the call, however it ends', async () => {
    const bench = await make(python);
    const program = `${service}
import greenlet
seen = []
def attempt(error=None):
    try: subject.f(1, None, error)
    except BaseException as caught: seen.append(type(caught).__name__)
    seen.append(sys.getprofile() is None)
attempt(ValueError('x'))
attempt(greenlet.GreenletExit())
eventlet.Timeout(0.01); attempt()
victim = eventlet.spawn(attempt); eventlet.sleep(0.01); on = sys.getprofile() is not None; victim.kill()
seen.append(on)
with eventlet.Timeout(0.01, False): subject.f(1)
seen.append(sys.getprofile() is None)
seen.append(subject.f(3))
print(json.dumps([seen, innocent]))`;
    const seen = ['ValueError', true, 'GreenletExit', true, 'Timeout', true, 'GreenletExit', true, true, true, 3];
    expect(await bench.run(program)).toEqual([seen, []]);
    const found = await bench.found();
    expect(found.map(({ sidecar }) => sidecar.exception)).toEqual([
      'ValueError',
      'greenlet.GreenletExit',
      'eventlet.timeout.Timeout',
      'greenlet.GreenletExit',
      'eventlet.timeout.Timeout',
      null,
    ]);
    expect(found.every(({ target }) => target?.nc === 1)).toBe(true);
    expect(found.flatMap(({ sidecar }) => sidecar.errors)).toEqual([]);
  });

  it('keeps its capture when somebody takes the profiler away', async () => {
    const bench = await make(python);
    const program = `${service}
def child(n): sys.setprofile(None); return n
subject.child = child
print(json.dumps([subject.f(1), innocent]))`;
    expect(await bench.run(program)).toEqual([1, []]);
    const [{ sidecar } = {} as never] = await bench.found();
    expect(sidecar.errors).toContain('profiler taken away: 1 times');
  });

  it('reads its call deep in the stack, to the end of it', async () => {
    const bench = await make(python);
    const program = `${service}
def down(n): return n and down(n - 1)
def child(n):
    try: down(10 ** 6)
    except RecursionError: pass
    return n
subject.child = child
print(json.dumps([subject.f(1), sys.getprofile() is None, innocent]))`;
    expect(await bench.run(program)).toEqual([1, true, []]);
    expect(await bench.found()).toHaveLength(1);
  });

  it('measures where eventlet is, patched or not, and says so where it is not', async () => {
    const bench = await make(python);
    await bench.run('import eventlet, subject; print(subject.f(1))');
    const plain = await Bench.make(python, '@PROBE\ndef f(): return 1\n', { engine: 'eventlet' });
    benches.push(plain);
    const word = 'probe p1: eventlet is not in this process: calls are not captured';
    expect(await plain.run('import subject, sys; print([int("eventlet" in sys.modules), subject.f()])', word)).toEqual([
      0, 1,
    ]);
    const [[patched], [without]] = [await bench.found(), await plain.found()];
    expect(patched!.target).toBeDefined();
    expect(without!.sidecar).toMatchObject({
      profile: null,
      errors: ['eventlet is not in this process: the call was not profiled'],
    });
  });
});
