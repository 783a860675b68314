import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

const PROFKIT = join(import.meta.dirname, '../../bin/profkit.js');
const why = process.env.CI || existsSync('/usr/bin/supervisord') ? '' : 'needs supervisord (Debian: supervisor)';

/** A main process and one worker, which needs its time to end: that of the main process is not yet the service's. */
const SERVICE = `import os, signal, socket, time
import work

listener = socket.socket(socket.AF_UNIX)
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "socket")
if os.path.exists(path):
    os.unlink(path)
listener.bind(path)
listener.listen(5)
worker = os.fork()
if worker == 0:
    def slowly(*_):
        time.sleep(0.7)
        os._exit(0)
    signal.signal(signal.SIGTERM, slowly)
    while True:
        connection, _ = listener.accept()
        names = connection.recv(4096).decode().split()
        connection.sendall(str(work.lengths(names)).encode())
        connection.close()

def end(*_):
    os.kill(worker, signal.SIGTERM)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
os.wait()
`;
const WORK = `def length(name):
    return len(name)


def lengths(names):
    return [length(name) for name in names]
`;
const CLIENT = `import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(os.path.join(os.path.dirname(os.path.abspath(__file__)), "socket"))
s.sendall(" ".join(sys.argv[1:]).encode())
print(s.recv(4096).decode())
`;

let folder: string;
let supervisord: ChildProcess;

/** Sections of an ini file, for a supervisord of our own that is no daemon and touches nothing of the machine's. */
const conf = () => `[unix_http_server]
file = ${folder}/supervisor.sock
[supervisord]
nodaemon = true
logfile = ${folder}/supervisord.log
pidfile = ${folder}/supervisord.pid
childlogdir = ${folder}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl = unix://${folder}/supervisor.sock
[program:small]
command = /usr/bin/python3 ${folder}/service.py
startsecs = 1
`;

const ctl = (...words: string[]) =>
  spawnSync('/usr/bin/supervisorctl', ['-c', join(folder, 'supervisord.conf'), ...words], { encoding: 'utf8' }).stdout;

/** The example of docs/services.md, with the private configuration in it. */
function config(): Record<string, unknown> {
  const docs = readFileSync(join(import.meta.dirname, '../../docs/services.md'), 'utf8');
  const example = /```yaml\n(services:\n {2}my-api: # supervisor\n[^`]*)```/.exec(docs)![1]!;
  const text = example.replaceAll('supervisorctl', `supervisorctl -c ${folder}/supervisord.conf`);
  return { text: text.replaceAll(/\bmy-api\b/g, 'small') };
}

beforeEach(async () => {
  if (why) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'profkit-test-')));
  writeFileSync(join(folder, 'service.py'), SERVICE);
  writeFileSync(join(folder, 'work.py'), WORK);
  writeFileSync(join(folder, 'client.py'), CLIENT);
  writeFileSync(join(folder, 'supervisord.conf'), conf());
  const rest = {
    service: 'small',
    target: 'work:lengths',
    id: 'names',
    mode: 'source',
    trigger: ['/usr/bin/python3', join(folder, 'client.py'), 'x1'],
    into: 'here',
  };
  writeFileSync(join(folder, 'profkit.yaml'), `${config().text}${stringify(rest)}`);
  supervisord = spawn('/usr/bin/supervisord', ['-c', join(folder, 'supervisord.conf')], { stdio: 'ignore' });
  for (let n = 0; n < 300 && !/RUNNING/.test(ctl('status')); n++) await delay(100);
});
afterEach(async () => {
  if (why) return;
  const closed = new Promise((resolve) => supervisord.once('close', resolve));
  supervisord.kill('SIGTERM');
  await closed;
  for (let n = 0; n < 100 && running().length > 0; n++) await delay(100);
  expect(running()).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const running = () =>
  execFileSync('ps', ['-eo', 'args'])
    .toString()
    .split('\n')
    .filter((line) => line.includes(`${folder}/service.py`));

/** profkit in the folder of profkit.yaml, which says all that is not said here. */
function profkit(...argv: string[]) {
  const env = { ...process.env, PROFKIT_STATE: join(folder, 'state') };
  const options = { cwd: folder, env, encoding: 'utf8', timeout: 120_000 } as const;
  const r = spawnSync(process.execPath, [PROFKIT, ...argv, '--json'], options);
  expect(r.status, `${argv.join(' ')}: ${r.stdout}${r.stderr}`).toBe(0);
  return JSON.parse(r.stdout);
}

describe.skipIf(why !== '')(`a service under supervisor, told by profkit.yaml${why && `: ${why}`}`, () => {
  test('step by step, and back', { timeout: 180_000 }, () => {
    const { ino } = statSync(join(folder, 'work.py'));
    const first = Number(ctl('pid', 'small'));
    const patched = profkit('patch');
    expect(patched).toMatchObject({ applied: true, target: 'work:lengths', services: ['small'], mode: 'source' });
    const [restarted] = profkit('restart');
    expect(restarted).toMatchObject({ service: 'small', killed: [], kept: [], mainPid: Number(ctl('pid', 'small')) });
    expect(restarted.mainPid).not.toBe(first);
    expect(running()).toHaveLength(2); // the old worker is gone, and was waited for
    const triggered = profkit('trigger');
    expect(triggered.sidecar).toMatchObject({ target: 'work:lengths', ids: ['x1'], outcome: 'returned' });
    const [collected] = profkit('collect');
    expect(collected.files).toHaveLength(1);
    expect(collected.files[0]).toMatch(/^here\/.*x1.*\.prof$/);
    const { rows } = profkit('analyze', collected.files[0]);
    expect(JSON.stringify(rows)).toContain('lengths');
    profkit('revert', patched.probe, '--restart');
    expect(readFileSync(join(folder, 'work.py'), 'utf8')).toBe(WORK);
    expect(statSync(join(folder, 'work.py')).ino).not.toBe(ino); // it was another one meanwhile
    expect(profkit('status')).toEqual([]);
    expect(Number(ctl('pid', 'small'))).not.toBe(restarted.mainPid);
  });

  test('the whole run, without a word on the command line', { timeout: 180_000 }, () => {
    const done = profkit('run');
    expect(done).toMatchObject({ target: 'work:lengths', sidecar: { ids: ['x1'], cold: true } });
    expect(readFileSync(join(folder, 'work.py'), 'utf8')).toBe(WORK);
    expect(profkit('status')).toEqual([]);
    expect(readdirSync(join(folder, 'here'))).toHaveLength(1);
  });

  test('one that is stopped is told to be, and nothing is changed', { timeout: 60_000 }, () => {
    ctl('stop', 'small');
    const env = { ...process.env, PROFKIT_STATE: join(folder, 'state') };
    const r = spawnSync(process.execPath, [PROFKIT, 'run', '--json'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(JSON.parse(r.stdout)).toMatchObject({ error: { code: 'SERVICE_INACTIVE' } });
    expect(r.status).toBe(3);
    expect(readFileSync(join(folder, 'work.py'), 'utf8')).toBe(WORK);
  });
});
