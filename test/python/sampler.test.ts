import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseFolded } from '../../src/profile/folded.js';
import { Bench, greens, pythons } from './bench.js';

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.remove()));
});

async function make(...of: Parameters<typeof Bench.make>): Promise<Bench> {
  const bench = await Bench.make(...of);
  benches.push(bench);
  return bench;
}

/** Seconds by the path of functions of the subject, and the seconds of all. */
async function stacks(bench: Bench): Promise<{ of: (path: string) => number; all: number; paths: string[] }> {
  const name = (await readdir(bench.captures)).find((one) => one.endsWith('.folded'))!;
  const found = parseFolded(await readFile(join(bench.captures, name), 'utf8')).map(({ frames, seconds }) => ({
    path: frames
      .filter(({ file, name }) => file === bench.subject || name.startsWith('['))
      .map((f) => f.name)
      .join(' '),
    seconds,
  }));
  const sum = (those: typeof found) => those.reduce((total, { seconds }) => total + seconds, 0);
  return {
    of: (path) => sum(found.filter((one) => one.path === path || one.path.startsWith(`${path} `))),
    all: sum(found),
    paths: found.map(({ path }) => path),
  };
}

/** Work is measured on the processor, so that a machine that is busy with other things does as much of it. */
const burn = `import time
clock = getattr(time, 'thread_time', time.process_time)

def burn(seconds):
    end = clock() + seconds
    while clock() < end:
        for _ in range(1000): pass
`;

const plain = `${burn}
def tiny(): pass
def often(): burn(0.24)
def seldom(): burn(0.06)

@PROBE
def f():
    often()
    seldom()
`;

describe.each(pythons)('the sampler on %s', (_version, python) => {
  it('finds where the time goes, and gives back what it has changed', async () => {
    const bench = await make(python, plain, { engine: 'sample' });
    const program = `
import subject, sys, threading, time
before = sys.getswitchinterval(), sys.getprofile()
subject.f()
time.sleep(0.05)
print(int((sys.getswitchinterval(), sys.getprofile()) == before and threading.active_count() == 1))
`;
    expect(await bench.run(program)).toBe(1);
    const [{ sidecar } = {} as never] = await bench.found();
    expect(sidecar).toMatchObject({ engine: 'sample', profile: null, active: null, waits: null, errors: [] });
    const { of, all } = await stacks(bench);
    expect(all).toBeCloseTo(sidecar.wall_seconds, 2); // what was run is known, the looks share it out
    // a look each ms, more or less, where the machine has time for it
    expect(of('f often burn') / all).toBeGreaterThan(0.6);
    expect(of('f seldom burn') / all).toBeGreaterThan(0.08);
    expect(sidecar.measured!.samples).toBeGreaterThan(20);
    const scope = JSON.parse(await readFile(join(bench.captures, sidecar.stacks!.speedscope), 'utf8')) as {
      shared: { frames: { name: string }[] };
      profiles: { unit: string; samples: number[][]; weights: number[]; endValue: number }[];
    };
    const [profile] = scope.profiles;
    expect(profile!.unit).toBe('seconds');
    expect(profile!.weights).toHaveLength(profile!.samples.length);
    expect(profile!.weights.reduce((a, b) => a + b)).toBeCloseTo(profile!.endValue, 6);
    expect(scope.shared.frames.map(({ name }) => name)).toContain('often');
    expect(Math.max(...profile!.samples.flat())).toBeLessThan(scope.shared.frames.length);
  });

  it('costs a call that makes a million calls less than twice its time', async () => {
    const bench = await make(python, plain, { engine: 'sample' });
    const program = `
import subject, time
def cpu(call):
    began = time.process_time(); call(); return time.process_time() - began
def million(): [subject.tiny() for _ in range(1000000)]
subject.burn = lambda seconds: million()
plain = min(cpu(million) for _ in range(3))
print(cpu(subject.f) / 2 / plain)
`;
    // it is 1.0 to 1.2 here; where another process has the core's caches, the next try may be told better
    let ratio = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 4 && ratio >= 3; tries += 1) ratio = (await bench.run(program)) as number;
    expect(ratio).toBeLessThan(3);
  });
});

const green = `import eventlet
${burn}
def child():
    burn(0.1)
    eventlet.sleep(0.06)

@PROBE
def f():
    burn(0.1)
    one = eventlet.spawn(child)
    one.wait()
`;

describe.each(greens)('the sampler among greenlets, %s', (_version, python) => {
  it('has the stacks of all that the call has started, running and waiting, and of nothing else', async () => {
    const bench = await make(python, green, { engine: 'sample' });
    const program = `
import eventlet, subject
def other():
    while True:
        subject.burn(0.002)
        eventlet.sleep(0)
eventlet.spawn(other)
eventlet.sleep(0)
subject.f()
print(1)
`;
    expect(await bench.run(program)).toBe(1);
    const [{ sidecar } = {} as never] = await bench.found();
    const { of, paths } = await stacks(bench);
    expect(sidecar.measured).toMatchObject({ greenlets: 1, threads: 0 });
    // waiting is timed at the switches, and holds what another greenlet does meanwhile
    expect(of('f [waiting]')).toBeGreaterThan(0.15);
    expect(of('child [waiting]')).toBeGreaterThan(0.05);
    expect(of('f') + of('child burn')).toBeGreaterThan(sidecar.wall_seconds);
    expect(of('f burn')).toBeGreaterThan(0.03);
    expect(of('child burn')).toBeGreaterThan(0.03);
    expect(paths.filter((path) => !/^(f|child)\b/.test(path))).toEqual([]);
  });

  it('--clock cpu: processor time, without what others use while the call waits', async () => {
    const bench = await make(python, green, { engine: 'profkit', clock: 'cpu' });
    const program = `
import eventlet, subject
def other():
    for _ in range(20):
        subject.burn(0.02)
        eventlet.sleep(0)
eventlet.spawn(other)
subject.f()
print(1)
`;
    expect(await bench.run(program)).toBe(1);
    const [{ sidecar, rows, target } = {} as never] = await bench.found();
    expect(sidecar).toMatchObject({ clock: 'cpu', active: null, waits: null, errors: [] });
    expect(sidecar.wall_seconds).toBeGreaterThan(0.22);
    expect(target!.ct).toBeGreaterThan(0.099); // its own: the child is a root beside it
    expect(target!.ct).toBeLessThan(0.15);
    expect(rows.find(({ key }) => key[2] === 'burn')!.nc).toBe(2);
    expect(rows.filter(({ key }) => key[2] === 'other')).toEqual([]);
  });
});
