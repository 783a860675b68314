import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { findInterpreter } from '../../src/service/find-interpreter.js';

let folder: string;
let host: Host;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  mkdirSync(join(folder, 'bin'));
  for (const [name, head] of [
    ['absolute', '#! /opt/venv/bin/python3.11 -I'],
    ['by-env', '#!/usr/bin/env python3'],
    ['shell', '#!/bin/sh'],
    ['python3', '#!/bin/sh'],
  ] as const) {
    writeFileSync(join(folder, 'bin', name), `${head}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  host = await localHost({ state: join(folder, 'state'), sudo: false });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const find = (command: string[], environment: Record<string, string> = {}) =>
  findInterpreter(host, 's', { processes: [], command, environment: { PATH: join(folder, 'bin'), ...environment } });

test('from the shebang of the script that starts it', async () => {
  expect(await find([join(folder, 'bin/absolute'), '--config-file', 'x'])).toMatchObject({
    path: '/opt/venv/bin/python3.11',
    modules: [join(folder, 'bin')],
  });
  expect(await find(['by-env'])).toMatchObject({ path: join(folder, 'bin/python3') });
});

test('from a command that is a Python', async () => {
  expect(await find(['/usr/bin/python3', '/opt/x/service.py'], { PYTHONPATH: '/a:/b' })).toMatchObject({
    path: '/usr/bin/python3',
    modules: ['/opt/x', '/a', '/b'],
  });
});

test('from the virtual environment of uwsgi', async () => {
  expect(await find(['/usr/bin/uwsgi', '--plugin', 'python3', '--venv', '/opt/venv'])).toMatchObject({
    path: '/opt/venv/bin/python3',
  });
  expect(await find(['/usr/bin/uwsgi', '--ini', 'x'])).toMatchObject({ path: join(folder, 'bin/python3') });
});

test('a live process tells best', async () => {
  const processes = [
    { pid: 999_999_999, argv: ['/venv/bin/python3', '/venv/bin/nova-scheduler'], user: 'stack', started: 0 },
  ];
  expect(await findInterpreter(host, 's', { processes, command: ['/bin/sh'], environment: {} })).toMatchObject({
    path: '/venv/bin/python3',
    modules: ['/venv/bin'],
  });
});

test('what is no Python is told', async () => {
  await expect(find(['shell'])).rejects.toMatchObject({ code: 'NO_INTERPRETER' });
  await expect(find([])).rejects.toMatchObject({ code: 'NO_INTERPRETER' });
});
