// The script that lies beside each journal, on its own: as on a host where profkit is gone.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { revertProgram } from '../../src/host/agent-program.js';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { pythons } from '../pythons.js';
import { applyRequest } from './apply-request.js';

const BEFORE = 'def f():\n    return 1\n';
const LINE = '@eval("lambda f:f")  # profkit:abcdef';

let folder: string;
let path: string;
let script: string;
let host: Host;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  path = join(folder, 'm.py');
  script = join(folder, 'state/probes/abcdef/revert');
  host = await localHost({ state: join(folder, 'state'), sudo: false });
  writeFileSync(path, BEFORE);
  await host.apply(applyRequest(path, LINE, 'def f', { services: ['my-api'] }));
  await host.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = () => readFileSync(path, 'utf8');
const run = (...argv: string[]) => spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8', cwd: '/' });

test.each(pythons())('restores everything and leaves nothing: $name', ({ path: python }) => {
  const { stdout, stderr, status } = run(python, script);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`${path} restored\n`);
  expect([text(), readdirSync(folder)]).toEqual([BEFORE, ['m.py']]);
});

test('is executable by itself, from anywhere, and not led astray by what lies beside it', () => {
  expect(statSync(script).mode & 0o777).toBe(0o755);
  writeFileSync(join(folder, 'state/probes/abcdef/json.py'), 'raise SystemExit("led astray")');
  expect(run(script)).toMatchObject({ status: 0, stderr: '' });
  expect(text()).toBe(BEFORE);
});

test('keeps captures and says where; profkit, should it come back, finds them', async () => {
  writeFileSync(join(folder, 'state/probes/abcdef/captures/a.json'), '{}');
  expect(run(script).stdout).toContain(`1 files of captures are kept in ${folder}/state/probes/abcdef/captures`);
  expect(text()).toBe(BEFORE);
  expect(run(script).stdout).toContain('was restored already'); // twice is no harm
  const again = await localHost({ state: join(folder, 'state'), sudo: false });
  expect(await again.probes()).toMatchObject([{ state: 'reverted', captures: ['a.json'] }]);
  await again.close();
});

test('refuses what profkit refuses, with the same diff, and says what to do', () => {
  const edited = `${text().replace(LINE, `${LINE} mine`)}`;
  writeFileSync(path, edited);
  const conflict = run(script);
  expect(conflict).toMatchObject({ status: 1, stderr: expect.stringMatching(/with the probe[\s\S]*by hand/) });
  expect(text()).toBe(edited);
  rmSync(path);
  expect(run(script)).toMatchObject({ status: 1, stderr: expect.stringContaining('--missing') });
  expect(run(script, 'nonsense')).toMatchObject({ status: 1, stderr: expect.stringContaining('usage') });
  expect(run(script, '--missing').status).toBe(0);
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('a broken journal is told in words', () => {
  writeFileSync(join(folder, 'state/probes/abcdef/journal.json'), '{"form');
  expect(run(script)).toMatchObject({ status: 1, stderr: expect.stringContaining('original-0') });
});

test('is a whole program of its own, without what only the agent needs', async () => {
  const program = revertProgram();
  expect(program).toMatch(/^#!\/usr\/bin\/env python3\n/);
  expect(program).not.toContain('def op_run(');
  execFileSync('python3', ['-W', 'error', '-c', 'import sys; compile(sys.stdin.read(), "revert", "exec")'], {
    input: program,
  });
});

test('a journal of format 1, of an older profkit, is restored too', async () => {
  const home = join(folder, 'state/probes/old111');
  mkdirSync(join(home, 'captures'), { recursive: true });
  const file = join(folder, 'old.py');
  const line = '@eval("lambda f:f")  # profkit:old111';
  writeFileSync(join(home, 'original'), BEFORE);
  writeFileSync(join(home, 'probe.py'), '');
  writeFileSync(file, `${line}\n${BEFORE}`);
  const sum = (data: string) => execFileSync('sha256sum', { input: data }).toString().slice(0, 64);
  const [before, after] = [sum(BEFORE), sum(`${line}\n${BEFORE}`)];
  const files = [{ path: file, before, after, line, temporary: join(folder, '.profkit-old111') }];
  const known = {
    target: 'old:f',
    by: 'me',
    ids: null,
    engine: 'profkit',
    scope: 'tree',
    clock: 'wall',
    max: 3,
    until: 9e9,
  };
  const more = { owner: 'root', services: [], state: 'applied', created: 1, compiled: [] };
  writeFileSync(join(home, 'journal.json'), JSON.stringify({ format: 1, probe: 'old111', ...known, files, ...more }));
  const again = await localHost({ state: join(folder, 'state'), sudo: false });
  const old = (await again.probes()).find((p) => p.probe === 'old111');
  expect(old).toMatchObject({
    targets: [{ target: 'old:f' }],
    mode: 'source',
    files: [{ now: 'in place', lines: [line] }],
  });
  expect(await again.revert('old111')).toEqual({ [file]: 'restored' });
  await again.forget('old111');
  await again.close();
  expect(readFileSync(file, 'utf8')).toBe(BEFORE);
});
