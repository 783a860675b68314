import { execFileSync } from 'node:child_process';
import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import type { Located } from '../../src/python/place.js';
import { SystemdService } from '../../src/service/systemd-service.js';
import type { FoundTargets } from '../../src/workflow/find-targets.js';
import { modeFacts } from '../../src/workflow/mode-facts.js';

let folder: string;
let host: Host;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-facts-'));
  host = await localHost({ state: join(folder, 'state'), sudo: false });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A unit whose command is known. */
function service(...command: string[]): SystemdService {
  const unit = new SystemdService(host, 'x.service');
  unit.interpreter = async () => ({ path: command[0]!, modules: [], searchPath: '', command });
  return unit;
}

const facts = (file: string, unit = service('/usr/bin/python3', '/usr/bin/x'), role = 'method') => {
  const target = { file, module: 'a.b', name: 'C.f', role, blocked: null } as Located;
  return modeFacts(host, { targets: [target], services: [unit] } as unknown as FoundTargets);
};

function source(name: string): string {
  writeFileSync(join(folder, name), 'pass\n');
  return join(folder, name);
}

test('a file of nobody that may be written, through a link too', async () => {
  const file = source('free.py');
  symlinkSync(file, join(folder, 'link.py'));
  for (const path of [file, join(folder, 'link.py')]) {
    expect(await facts(path)).toEqual({ file: path, package: undefined, edit: undefined, hook: undefined });
  }
});

const stdlib = execFileSync('/usr/bin/python3', ['-c', 'import os; print(os.__file__)']).toString().trim();
const owned = (() => {
  try {
    return execFileSync('dpkg-query', ['--search', stdlib], { stdio: 'pipe' }).toString().split(':')[0];
  } catch {
    return undefined;
  }
})();

test.skipIf(owned === undefined && !process.env.CI)('a file that a package owns', async () => {
  expect(await facts(stdlib)).toMatchObject({ package: owned });
});

test('a file with hard links, and one that may not be written', async () => {
  const file = source('linked.py');
  linkSync(file, join(folder, 'other.py'));
  expect((await facts(file)).edit).toBe('it has several hard links');
});

const immutable = (file: string, sign: '+' | '-') => {
  try {
    execFileSync('chattr', [`${sign}i`, file], { stdio: 'pipe' });
    return true;
  } catch {
    return false; // not root, or a file system without it
  }
};

test('a file that is immutable', async ({ skip }) => {
  const file = source('immutable.py');
  if (!immutable(file, '+') && !process.env.CI) skip('this file system knows no immutable files, or this is not root');
  try {
    expect((await facts(file)).edit).toBe('it may not be written');
  } finally {
    immutable(file, '-');
  }
});

test('what no hook can reach', async () => {
  const file = source('hooked.py');
  expect((await facts(file, service('/usr/bin/python3', '-I', '/usr/bin/x'))).hook).toMatch(/^x.service: .* -I/);
  expect((await facts(file, service('/usr/bin/python3', file))).hook).toMatch(/the program of x.service itself/);
  expect((await facts(file, service('/usr/bin/python3', '-m', 'a.b', 'x'))).hook).toMatch(/the program of x.service/);
  expect((await facts(file, undefined, 'setter')).hook).toMatch(/the getter, not the setter/);
  const unset = service('/usr/bin/python3', '/usr/bin/x');
  unset.unsets = async () => true;
  expect((await facts(file, unset)).hook).toBe('x.service has UnsetEnvironment=PYTHONPATH');
  const commands = { name: 'demo' } as unknown as SystemdService;
  expect((await facts(file, commands)).hook).toBe('demo is no unit of systemd');
});

/** A host whose systemctl tells these properties; all else is done on this one. */
function telling(properties: Record<string, string>): Host {
  const run: Host['run'] = async (argv, options) => {
    if (argv[0] !== 'systemctl') return host.run(argv, options);
    const name = /^--property=(\w+)$/.exec(argv.find((w) => w.startsWith('--property=')) ?? '')?.[1];
    const stdout = name ? (properties[name] ?? '') : `Environment=${properties.Environment ?? ''}\n`;
    return { code: 0, timedOut: false, stdout, stderr: '' };
  };
  return { ...host, run, read: (path, options) => host.read(path, options) } as Host;
}

test('PYTHONPATH by a pattern of files, of which the last counts, and what takes it away', async () => {
  for (const [name, value] of Object.entries({ 'b e.env': '/b', 'a e.env': '/a', 'x.other': '/x' }))
    writeFileSync(join(folder, name), `PYTHONPATH=${value}\n`);
  const files = `${folder}/*e.env (ignore_errors=yes)\n`;
  const of = (properties: Record<string, string>) => new SystemdService(telling(properties), 'x.service');
  const [Environment, EnvironmentFiles] = ['A=1 "PYTHONPATH=/c d"', files];
  expect(await of({ Environment }).pythonPath()).toEqual({ value: '/c d', byFile: false });
  expect(await of({ Environment, EnvironmentFiles }).pythonPath()).toEqual({ value: '/b', byFile: true });
  expect(await of({ Environment, UnsetEnvironment: 'B PYTHONPATH' }).pythonPath()).toMatchObject({ value: '' });
  const one = of({ Environment, UnsetEnvironment: '"PYTHONPATH=/c d"' });
  expect([await one.pythonPath(), await one.unsets()]).toEqual([{ value: '', byFile: false }, false]);
  expect(await of({ Environment, UnsetEnvironment: 'PYTHONPATH=/other' }).pythonPath()).toMatchObject({
    value: '/c d',
  });
});
