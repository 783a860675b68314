import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { Bench, greens } from '../python/bench.js';

/** Minutes go by for each Python: the first that has eventlet, and with PROFKIT_SOAK=all every one. */
const tested = process.env.PROFKIT_SOAK === 'all' ? greens : greens.slice(0, 1);
const CLIENTS = 200;
const SECONDS = 60;
const CAPTURES = 1000;

const here = (name: string) => join(import.meta.dirname, name);
let bench: Bench | undefined;
let server: ChildProcess | undefined;
afterEach(async () => {
  server?.kill('SIGKILL');
  await bench?.remove();
});

async function start(python: string): Promise<{ port: string; stderr: () => string }> {
  bench = await Bench.make(python, readFileSync(here('subject.py'), 'utf8'), { max: CAPTURES });
  copyFileSync(here('server.py'), join(bench.folder, 'server.py'));
  const child = spawn(python, ['-B', '-W', 'ignore', 'server.py'], { cwd: bench.folder });
  server = child;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
    child.once('close', () => reject(new Error(stderr)));
  });
  return { port: port.trim(), stderr: () => stderr };
}

async function clients(python: string, port: string, what: string, seconds: number) {
  const argv = [port, what, `${CLIENTS}`, `${seconds}`];
  const { stdout } = await execa(python, ['-B', '-W', 'ignore', here('clients.py'), ...argv]);
  return JSON.parse(stdout) as {
    requests: number;
    refused: number;
    failures: number;
    failed: string[];
    most_at_once: number;
  };
}

async function state(port: string) {
  const response = await fetch(`http://127.0.0.1:${port}/state`);
  return (await response.json()) as { resident: number; blocks: number; left: string[] };
}

if (tested.length === 0) {
  it('a service under load', ({ skip }) => skip('no Python here has eventlet: apt-get install python3-eventlet'));
}

describe.each(tested)('200 concurrent requests through a probed method on Python %s', (_version, python) => {
  it('none fails, nothing is logged, captures are bounded and exact, memory comes back', {
    timeout: 300_000,
  }, async () => {
    const { port, stderr } = await start(python);
    const { folder, captures } = bench!;
    // What the load takes and Python keeps of it for the next time: without the probe, then with a capture for each client.
    await clients(python, port, 'plain', 5);
    const unprobed = await state(port);
    const warm = await clients(python, port, 'probed', 1);
    const before = await state(port);
    const load = await clients(python, port, 'probed', SECONDS);
    const after = await state(port);
    const memory = { unprobed, before, after };

    expect(load).toMatchObject({ failures: 0, failed: [], most_at_once: CLIENTS });
    expect(warm).toMatchObject({ failures: 0, failed: [] });
    expect(load.requests).toBeGreaterThan(CAPTURES);
    expect(load.refused).toBeGreaterThan(load.requests / 20);
    expect(readFileSync(join(folder, 'service.log'), 'utf8')).toBe('');
    expect(stderr().replace(/^\d+ RLock\(s\) were not greened.*\n?/m, '')).toBe('');
    const requests = readFileSync(join(folder, 'requests.log'), 'utf8').split('\n').slice(0, -1);
    expect(requests.filter((line) => !/^(200 GET \/|\(\d+\) (wsgi starting up|accepted) )/.test(line))).toEqual([]);

    const names = readdirSync(captures).filter((name) => !name.startsWith('.slot-'));
    const sidecars = names
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Sidecar);
    expect(sidecars).toHaveLength(CAPTURES);
    expect(names).toHaveLength(4 * CAPTURES);
    expect(sidecars.flatMap(({ errors }) => errors)).toEqual([]);
    const profiles = sidecars.map(({ profile }) => join(captures, profile!));
    const { stdout } = await execa(python, [here('tally.py'), ...profiles]);
    expect(JSON.parse(stdout)).toEqual({ 'f 1 work 1 part 2 leaf 24 talk 1': CAPTURES });

    expect(after.left).toEqual([]);
    expect(after.resident / before.resident, JSON.stringify(memory)).toBeLessThan(1.1);
    expect(after.blocks / unprobed.blocks, JSON.stringify(memory)).toBeLessThan(1.1);
  });
});
