// Whole commands over a real sshd.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SshHost } from '../../../src/host/ssh-host.js';
import { demo } from '../../../src/workflow/demo.js';
import { RecordedProgress } from '../../fakes/recorded-progress.js';
import { noUsers, PASSWORD, type Sshd, startSshd } from './sshd.js';

const PROFKIT = join(import.meta.dirname, '../../../bin/profkit.js');
const folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
let sshd: Sshd;
beforeAll(async () => {
  if (noUsers) return;
  chmodSync(folder, 0o755); // users of the host look into it
  sshd = await startSshd({
    plain: { shell: '/bin/sh' },
    sudoer: { shell: '/bin/bash', sudo: 'ALL=(root) NOPASSWD: /usr/bin/python3' },
    asked: { shell: '/bin/bash', sudo: 'ALL=(root) ALL' },
  });
}, 180_000);
afterAll(async () => {
  await sshd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function profkit(argv: string[], more: Record<string, string> = {}) {
  const env = { ...process.env, ...more };
  const r = spawnSync(process.execPath, [PROFKIT, ...argv], { env, cwd: folder, encoding: 'utf8' });
  return { status: r.status, stdout: r.stdout, stderr: r.stderr };
}

/** Answers what a program asks on its terminal, which is all that it says there but for its output. */
const TERMINAL = `
import os, pty, select, sys
questions = [q.encode() for q in sys.argv[1].split('|')]
answers = sys.argv[2].split('|')
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
seen = b''
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    seen += data
    if questions and questions[0] in seen:
        os.write(fd, answers.pop(0).encode() + b'\\r')
        questions.pop(0)
os.write(1, seen)
sys.exit(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
`;

describe.skipIf(noUsers !== '')(`commands over SSH${noUsers && ` (${noUsers})`}`, () => {
  test('a whole run, from a service that runs there to its analysis here', async () => {
    const openHost = (state: string) => SshHost.open('sudoer@there', { configFile: sshd.config, state });
    const progress = new RecordedProgress();
    const interruption = {
      signal: new AbortController().signal,
      during: <T>(_: string, work: () => Promise<T>) => work(),
    };
    const { result } = await demo({ progress, interruption, openHost, python: '/usr/bin/python3' });
    expect(result.shots[0].capture.sidecar).toMatchObject({ outcome: 'returned', engine: 'profkit' });
  }, 120_000);

  test('--host and PROFKIT_HOST say where', () => {
    const told = { status: 0, stdout: 'There is no probe on sudoer@there.\n' };
    const config = ['--ssh-config', sshd.config];
    const state = { PROFKIT_STATE: join(folder, 'state') };
    expect(profkit(['status', '--host', 'sudoer@there', ...config], state)).toMatchObject(told);
    expect(profkit(['status', ...config], { ...state, PROFKIT_HOST: 'sudoer@there' })).toMatchObject(told);
    expect(profkit(['status', '--host', ''], { ...state, PROFKIT_HOST: 'sudoer@there' }).stdout).toContain('this host');
  });

  test('profkit.yaml says where, after both, and profkit says so', () => {
    writeFileSync(join(folder, 'profkit.yaml'), 'host: sudoer@there\n');
    const config = ['--ssh-config', sshd.config];
    const state = { PROFKIT_STATE: join(folder, 'state') };
    try {
      const r = profkit(['status', ...config], state);
      expect(r).toMatchObject({ status: 0, stdout: 'There is no probe on sudoer@there.\n' });
      expect(r.stderr).toContain('on sudoer@there, as profkit.yaml says');
      expect(profkit(['status', '--host', ''], state).stdout).toContain('this host');
      expect(profkit(['status', ...config], { ...state, PROFKIT_HOST: 'plain@there' }).stdout).toContain('plain@there');
    } finally {
      rmSync(join(folder, 'profkit.yaml'));
    }
  });

  test('a user who may not look is told so, and not that there is no probe', () => {
    const shut = mkdtempSync(join(folder, 'shut-'));
    const argv = ['status', '--host', 'plain@there', '--ssh-config', sshd.config];
    const r = profkit(argv, { PROFKIT_STATE: join(shut, 'state') });
    expect(r).toMatchObject({ status: 1, stdout: '' });
    expect(r.stderr).toContain('Permission denied');
  });

  test('a key of which nothing is known ends with status 3, and one JSON document', () => {
    const configFile = join(folder, 'strict');
    writeFileSync(configFile, readFileSync(sshd.config, 'utf8').replace(sshd.knownHosts, join(folder, 'known')));
    const r = profkit(['status', '--host', 'plain@there', '--ssh-config', configFile, '--json']);
    expect(r.status).toBe(3);
    expect(JSON.parse(r.stdout)).toMatchObject({ error: { code: 'SSH_KEY_UNKNOWN' } });
    expect(profkit(['status', '--host', 'plain@there', '--ssh-config', configFile, '--accept-new']).status).toBe(0);
  });

  test('a password and a passphrase are asked for on the terminal, and not shown', () => {
    const key = join(folder, 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', key]);
    writeFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${key}.pub`), { flag: 'a' });
    const configFile = join(folder, 'locked-config');
    writeFileSync(configFile, readFileSync(sshd.config, 'utf8').replace(sshd.key, key));
    const argv = ['status', '--host', 'asked@there', '--ssh-config', configFile, '--ask-sudo'];
    const terminal = [TERMINAL, 'Passphrase of|, for sudo: ', `open sesame|${PASSWORD}`, process.execPath, PROFKIT];
    const env = { ...process.env, PROFKIT_STATE: join(folder, 'state') };
    const r = spawnSync('/usr/bin/python3', ['-c', ...terminal, ...argv], { env, cwd: folder, encoding: 'utf8' });
    expect(r.stdout).toContain('There is no probe on asked@there.');
    expect(r.stdout).not.toMatch(/sesame|horse/);
    expect(r.status).toBe(0);
    const without = spawnSync('setsid', ['-w', process.execPath, PROFKIT, ...argv], { env, encoding: 'utf8' });
    expect(without.stderr).toContain('has a passphrase, and there is no terminal to ask for it on');
    expect(without.status).toBe(1);
  });
});
