// The commands on several hosts at once: each an sshd with processes and a folder of its own, with profkit demo's service.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noHosts, startHosts, type TestHosts } from './start-hosts.js';

const ROOT = join(import.meta.dirname, '../..');
const TARGET = 'manager:SchedulerManager.select_destinations';
let hosts: TestHosts;
let folder: string;
beforeAll(async () => {
  if (noHosts) return;
  hosts = await startHosts(4);
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  const command = (verb: string) => `["/usr/bin/python3", "${hosts.here}/code/service.py", ${verb}, "${hosts.here}"]`;
  for (const name of hosts.names)
    cpSync(join(ROOT, 'templates/demo'), join(hosts.on(name), 'code'), { recursive: true });
  writeFileSync(
    join(folder, 'profkit.yaml'),
    `host: '@all'
hosts:
  all: ['@first', 'c[3:4]']
  first: 'c[1:2]'
  gone: [c1, gone]
services:
  demo: {start: ${command('start')}, stop: ${command('stop')}, pids: ${command('pids')}}
`,
  );
  writeFileSync(
    join(folder, 'ssh_config'),
    `Host gone\n  HostName 127.0.0.1\n  Port 1\nHost again\n  HostKeyAlias c1\n  Port ${portOf('c1')}\n${readFileSync(hosts.config, 'utf8')}`,
  );
}, 300_000);
afterAll(async () => {
  await hosts?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, 120_000);

const portOf = (name: string) =>
  new RegExp(`Host ${name}\\n *Port (\\d+)`).exec(readFileSync(hosts.config, 'utf8'))![1]!;

const environment = () => ({ ...process.env, PROFKIT_STATE: `${hosts.here}/state`, PROFKIT_HOST: undefined });
async function profkit(...argv: string[]) {
  const words = [join(ROOT, 'bin/profkit.js'), ...argv, '--ssh-config', join(folder, 'ssh_config')];
  return execa(process.execPath, words, { cwd: folder, env: environment(), reject: false });
}
const lines = (text: string) => text.split('\n').map((line) => line.trim().split(/\s{2,}/));
const ask = (name: string) =>
  execa('ssh', ['-F', hosts.config, name, `/usr/bin/python3 ${hosts.here}/code/client.py ${hosts.here} x1`]);
const source = (name: string) => readFileSync(join(hosts.on(name), 'code/manager.py'), 'utf8');

describe.skipIf(noHosts)(`several hosts${noHosts && ` (${noHosts})`}`, () => {
  test('all steps, on all hosts at once, and every source is as it was', async () => {
    const before = source('c1');
    const started = await profkit('restart', 'demo');
    expect(started.exitCode, started.stderr).toBe(0);
    expect(lines(started.stdout).map((cells) => cells.slice(0, 2))).toEqual([
      ['host', 'state'],
      ...hosts.names.map((name) => [name, 'restarted']),
    ]);

    const patched = await profkit('patch', TARGET, '--service', 'demo', '--id', 'instance_uuids', '--json');
    expect(patched.exitCode, patched.stderr).toBe(0);
    const put = JSON.parse(patched.stdout);
    expect(Object.keys(put)).toEqual([...hosts.names]);
    const ids = new Set(hosts.names.map((name) => put[name].result.probe));
    expect(ids.size).toBe(1); // one id to the user
    const [id] = ids as Set<string>;
    for (const name of hosts.names) expect(source(name)).toContain(`# profkit:${id}`);

    await profkit('restart', 'demo');
    for (const name of hosts.names) await ask(name);
    await ask('c2');
    const status = await profkit('status');
    expect(lines(status.stdout).slice(-4)).toEqual([
      ['c1', 'probed', `${id} in 1 process, 1 capture`],
      ['c2', 'probed', `${id} in 1 process, 2 captures`],
      ['c3', 'probed', `${id} in 1 process, 1 capture`],
      ['c4', 'probed', `${id} in 1 process, 1 capture`],
    ]);

    const collected = await profkit('collect', id!);
    expect(collected.exitCode, collected.stderr).toBe(0);
    for (const name of hosts.names) {
      const [probe] = readdirSync(join(folder, 'profkit-captures', name));
      const found = readdirSync(join(folder, 'profkit-captures', name, probe!)).filter((f) => /-\d\.prof$/.test(f));
      expect(found, name).toHaveLength(name === 'c2' ? 2 : 1);
    }
    const analyzed = await profkitAlone('analyze', 'profkit-captures');
    expect(analyzed.stdout).toMatch(/captures +median +least +most +host\n(.*\n)*? +2 +[\d.]+ +[\d.]+ +[\d.]+ +c2\n/);

    const reverted = await profkit('revert', id!, '--restart');
    expect(reverted.exitCode, reverted.stderr).toBe(0);
    expect(
      lines(reverted.stdout)
        .slice(1)
        .map((cells) => cells[1]),
    ).toEqual(Array(4).fill('taken out'));
    for (const name of hosts.names) expect(source(name)).toBe(before);
    const clean = await profkit('status', '--json');
    expect(Object.values(JSON.parse(clean.stdout))).toEqual(Array(4).fill({ state: 'clean', result: [] }));
  }, 300_000);

  test('one that fails does not stop the rest, is told with what to do, and gives the status', async () => {
    const r = await profkit('status', '--host', '@gone,c2');
    expect(r.exitCode).toBe(1);
    expect(lines(r.stdout)).toEqual([
      ['host', 'state', 'what'],
      ['c1', 'clean'],
      ['gone', 'failed', expect.stringMatching(/^gone cannot be reached: /)],
      ['c2', 'clean'],
    ]);
    expect(r.stderr).toContain('! gone: Mend that until this works: ssh gone true.');
    const document = JSON.parse((await profkit('status', '--host', '@gone', '--json')).stdout);
    expect(document).toEqual({
      c1: { state: 'clean', result: [] },
      gone: { state: 'failed', error: expect.objectContaining({ code: 'SSH_UNREACHABLE' }) },
    });
  });

  test('a host of two names is worked on once', async () => {
    const r = await profkit('status', '--host', 'c1,again,c2');
    const states = lines(r.stdout)
      .slice(1)
      .map((cells) => cells[1]);
    expect(states.toSorted()).toEqual(['clean', 'clean', 'same']);
    expect(r.stdout).toMatch(/the same host as (c1|again)/);
  });

  test('one host is answered as one, a group of one as a group', async () => {
    expect((await profkit('status', '--host', 'c1')).stdout).toBe('There is no probe on c1.');
    expect(JSON.parse((await profkit('status', '--host', 'c1', '--json')).stdout)).toEqual([]);
    expect(JSON.parse((await profkit('status', '--host', 'c[1:1]', '--json')).stdout)).toEqual({
      c1: { state: 'clean', result: [] },
    });
  });

  test('what is for one host says so', async () => {
    const r = await profkit('targets', 'x', '--host', 'c1,c2');
    expect(r.exitCode).toBe(2);
    expect(r.stderr).toContain('profkit targets is about one host, and "c1,c2" says several.');
  });

  test('what is on none of them is missing, what is on one is not', async () => {
    const none = await profkit('revert', 'nosuch', '--host', 'c1,c2');
    expect(none.exitCode).toBe(2);
    expect(
      lines(none.stdout)
        .slice(1)
        .map((cells) => cells[1]),
    ).toEqual(['none', 'none']);
  });

  test('Ctrl-C ends all: those whose turn had not come are told', async () => {
    hosts.said('c1');
    const words = [
      'status',
      '--host',
      'c[1:4],gone',
      '--hosts-at-once',
      '1',
      '--ssh-config',
      join(folder, 'ssh_config'),
    ];
    const child = spawn(process.execPath, [join(ROOT, 'bin/profkit.js'), ...words], {
      cwd: folder,
      env: environment(),
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    // as soon as the first one is being reached
    for (let n = 0; n < 3000 && !hosts.said('c1').includes('Connection from'); n += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, err).toBe(130);
    expect(lines(out).at(-1)).toEqual(['gone', 'not begun', 'interrupted before its turn']);
  });

  test('an inventory of Ansible that cannot be read is told, with how it could', async () => {
    const file = join(folder, 'inventory.ini');
    writeFileSync(file, '[computes]\nc1\nc2\n');
    const bare = { ...environment(), PATH: join(folder, 'nothing') };
    mkdirSync(bare.PATH, { recursive: true });
    const words = [join(ROOT, 'bin/profkit.js'), 'status', '--inventory', file, '--host', 'computes'];
    const without = await execa(process.execPath, words, { cwd: folder, env: bare, extendEnv: false, reject: false });
    expect(without.exitCode).toBe(2);
    expect(without.stderr).toContain('There is no ansible-inventory here, which reads the inventory');
    expect(existsSync(join(folder, 'nothing'))).toBe(true);
  });
});

async function profkitAlone(...argv: string[]) {
  return execa(process.execPath, [join(ROOT, 'bin/profkit.js'), ...argv], { cwd: folder, reject: false });
}
