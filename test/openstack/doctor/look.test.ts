import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostLook, Versions } from '../../../src/openstack/doctor/facts.js';
import { locateProgram } from '../../../src/python/ask.js';
import { template } from '../../../src/templates.js';
import { pythons } from '../../pythons.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  mkdirSync(join(folder, 'state'));
  const secret = 'transport_url = rabbit://stack:hunter22@h/\n';
  writeFileSync(
    join(folder, 'nova.conf'),
    `[DEFAULT]\n${secret}compute_driver = fake.FakeDriver\nstate_path = /nowhere\n`,
  );
  writeFileSync(
    join(folder, 'fake.conf'),
    `[DEFAULT]\nstate_path = ${folder}/state\n[api]\nconcurrency_backend = no\n`,
  );
  writeFileSync(join(folder, 'state/compute_id'), 'id');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the parts of a program answer, on that Python. */
function ask<T>(python: string, parts: string[], request: object): T {
  const program = parts.map((part) => readFileSync(template(`${part}.py`), 'utf8')).join('\n\n');
  const env = { ...process.env, OS_NOVA_DISABLE_EVENTLET_PATCHING: 'yes', OS_PASSWORD: 'hunter22' };
  const r = spawnSync(python, ['-B', '-'], { input: locateProgram(request, program), encoding: 'utf8', env });
  expect(r.status, r.stderr).toBe(0);
  expect(r.stdout).not.toContain('hunter22');
  return JSON.parse(r.stdout) as T;
}

describe.each(pythons().map(({ name, path }) => [name, path] as const))('on %s', (_name, python) => {
  const look = (argv: string[]): HostLook =>
    ask(python, ['oslo_config', 'doctor/look'], {
      state: join(folder, 'not/made/yet'),
      users: ['root', 'no-such-user'],
      services: [{ name: 's', nova: true, argv, main: process.pid, pids: [process.pid, 2 ** 22 + 1] }],
    });

  test('looks at the host, its services and their configuration; makes nothing', () => {
    const before = readdirSync(folder);
    const argv = ['nova-compute', '--config-file', join(folder, 'nova.conf'), `--config-file=${folder}/fake.conf`];
    const it = look(argv);
    expect(it).toMatchObject({ linux: true, disk: { path: folder, readonly: false } });
    expect(it.memory.total).toBeGreaterThan(it.memory.available);
    expect(it.services.s).toMatchObject({
      settings: {
        compute_driver: { value: 'fake.FakeDriver', file: join(folder, 'nova.conf') },
        state_path: { value: join(folder, 'state'), file: join(folder, 'fake.conf') },
      },
      unread: [],
      identity: join(folder, 'state/compute_id'),
    });
    expect(it.services.s!.settings).not.toHaveProperty('concurrency_backend');
    expect(it.services.s!.processes[0]).toMatchObject({ pid: process.pid, wrapped: false });
    expect(it.services.s!.processes[0]!.threads).toBeGreaterThan(1);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('a file that is not there is said to be unread', () => {
    const it = look(['nova-compute', '--config-file', join(folder, 'none.conf')]);
    expect(it.services.s).toMatchObject({ settings: {}, unread: [join(folder, 'none.conf')] });
  });

  test('tells versions, and that there are none', () => {
    const it = ask<Versions>(python, ['doctor/versions'], { path: [folder], names: ['no-such-thing', 'pip'] });
    expect(it.python).toMatch(/^3\.\d+\.\d+$/);
    expect(it).toMatchObject({ kind: 'cpython', versions: { 'no-such-thing': null } });
  });
});
