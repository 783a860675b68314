// The commands on several hosts at once: each an sshd with processes and a folder of its own, and a service that hands its
// requests on to the next host.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHAIN, chainCommand, putChain } from './put-chain.js';
import { noHosts, startHosts, type TestHosts } from './start-hosts.js';

const ROOT = join(import.meta.dirname, '../..');
let hosts: TestHosts;
let folder: string;
beforeAll(async () => {
  if (noHosts) return;
  hosts = await startHosts(3);
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  const groups = "host: '@all'\nhosts:\n  all: ['@first', 'c[3:3]']\n  first: 'c[1:2]'\n";
  writeFileSync(join(folder, 'profkit.yaml'), groups + (await putChain(hosts)));
  const gone = 'Host gone\n  HostName 127.0.0.1\n  Port 1\n';
  const again = `Host again\n  Port ${hosts.port('c1')}\n`;
  writeFileSync(join(folder, 'ssh_config'), `${gone}${again}${readFileSync(hosts.config, 'utf8')}`);
}, 300_000);
afterAll(async () => {
  await hosts?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, 120_000);

const environment = () => ({ ...process.env, PROFKIT_STATE: `${hosts.here}/state`, PROFKIT_HOST: undefined });
const program = (argv: readonly string[]) => {
  const at = argv.indexOf('--');
  const [own, rest] = at < 0 ? [argv, []] : [argv.slice(0, at), argv.slice(at)];
  return [join(ROOT, 'bin/profkit.js'), ...own, '--ssh-config', join(folder, 'ssh_config'), ...rest];
};
const profkit = (...argv: string[]) =>
  execa(process.execPath, program(argv), { cwd: folder, env: environment(), reject: false });
const rows = (text: string) => text.split('\n').map((line) => line.trim().split(/\s{2,}/));
const states = (text: string) =>
  rows(text.slice(text.indexOf('host ')))
    .slice(1)
    .map((cells) => cells[1]);
const service = (verb: string) => chainCommand(hosts, verb);
const on = (name: string, verb: string) => execa('ssh', ['-F', hosts.config, name, ...service(verb)]);
const source = (name: string) => readFileSync(join(hosts.on(name), 'code/work.py'), 'utf8');

describe.skipIf(noHosts)(`several hosts${noHosts && ` (${noHosts})`}`, () => {
  test('each step on all at once, under one id, and every source is as it was', async () => {
    const before = source('c1');
    const restarted = await profkit('restart', 'chain');
    expect(restarted.exitCode, restarted.stderr).toBe(0);
    expect(states(restarted.stdout)).toEqual(['restarted', 'restarted', 'restarted']);
    const put = JSON.parse((await profkit('patch', ...CHAIN, '--json')).stdout);
    expect(Object.keys(put)).toEqual(['c1', 'c2', 'c3']);
    const id = put.c1.result.probe as string;
    for (const name of hosts.names) {
      expect(put[name]).toMatchObject({ state: 'put in', result: { probe: id, applied: true } });
      expect(source(name)).toContain(`# profkit:${id}`);
    }
    await profkit('restart', 'chain');
    await on('c1', 'ask');
    await on('c2', 'ask');
    const status = await profkit('status');
    expect(rows(status.stdout).slice(-3)).toEqual([
      ['c1', 'probed', `${id} in 1 process, 1 capture`],
      ['c2', 'probed', `${id} in 1 process, 2 captures`],
      ['c3', 'probed', `${id} in 1 process, 0 captures`],
    ]);
    const collected = await profkit('collect', id);
    expect(collected.exitCode, collected.stderr).toBe(0);
    const [probe] = readdirSync(join(folder, 'profkit-captures/c2'));
    const profiles = readdirSync(join(folder, 'profkit-captures/c2', probe!)).filter((f) => /-\d\.prof$/.test(f));
    expect(profiles).toHaveLength(2);
    const analyzed = await execa(process.execPath, [join(ROOT, 'bin/profkit.js'), 'analyze', 'profkit-captures'], {
      cwd: folder,
    });
    expect(analyzed.stdout).toMatch(/captures +median +least +most +host\n(.*\n)? +2 +[\d.]+ +[\d.]+ +[\d.]+ +c2\n/);
    const reverted = await profkit('revert', id, '--restart');
    expect(reverted.exitCode, reverted.stderr).toBe(0);
    expect(states(reverted.stdout)).toEqual(['taken out', 'taken out', 'taken out']);
    for (const name of hosts.names) expect(source(name)).toBe(before);
  }, 600_000);

  test('a run: one trigger, a capture of each host that its request came through, all undone', async () => {
    const before = source('c1');
    for (const name of hosts.names) await on(name, 'start');
    const ran = await profkit('run', ...CHAIN, '--json', '--', ...service('ask'));
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
    const { captures, hosts: each, on: where } = JSON.parse(ran.stdout);
    expect(where).toBe('c1');
    expect(captures.map((one: { host: string }) => one.host)).toEqual(['c1', 'c2']);
    const [first, second] = captures.map((one: { sidecar: object }) => one.sidecar);
    expect(first).toMatchObject({ host: 'c1', request_id: expect.stringMatching(/^req-/) });
    expect(second).toMatchObject({ host: 'c2', request_id: first.request_id, ids: first.ids });
    expect([each.c1.state, each.c2.state, each.c3.state]).toEqual(['captured', 'captured', 'no call']);
    for (const name of hosts.names) expect(source(name)).toBe(before);
    const clean = JSON.parse((await profkit('status', '--json')).stdout);
    expect(clean).toEqual(Object.fromEntries(['c1', 'c2', 'c3'].map((name) => [name, { state: 'clean', result: [] }])));
  }, 600_000);

  test('a run whose trigger fails is undone on all', async () => {
    const before = source('c2');
    const ran = await profkit('run', ...CHAIN, '--', 'false');
    expect(ran.exitCode, ran.stderr).toBe(1);
    for (const name of hosts.names) expect(source(name)).toBe(before);
    expect(states((await profkit('status')).stdout)).toEqual(['clean', 'clean', 'clean']);
  }, 600_000);

  test('one that fails does not stop the rest, and is told with what to do; a second name is not worked on', async () => {
    const r = await profkit('status', '--host', 'c1,gone,again,c2', '--hosts-at-once', '1');
    expect(r.exitCode).toBe(1);
    expect(rows(r.stdout)).toEqual([
      ['host', 'state', 'what'],
      ['c1', 'clean'],
      ['gone', 'failed', expect.stringMatching(/^gone cannot be reached: /)],
      ['again', 'same', 'the same host as c1'],
      ['c2', 'clean'],
    ]);
    expect(r.stderr).toContain('! gone: Mend that until this works: ssh gone true.');
  }, 300_000);

  test('a group of one host is answered as a group', async () => {
    expect((await profkit('status', '--host', 'c1')).stdout).toBe('There is no probe on c1.');
    const group = await profkit('revert', 'nosuch', '--host', 'c[1:1]', '--json');
    expect(group.exitCode).toBe(2); // it is on none of them
    expect(JSON.parse(group.stdout)).toEqual({
      c1: { state: 'none', error: expect.objectContaining({ code: 'NO_PROBES' }) },
    });
  }, 300_000);

  test('Ctrl-C ends all: those whose turn had not come are told', async () => {
    hosts.said('c1');
    const words = program(['status', '--host', 'c[1:3],gone', '--hosts-at-once', '1']);
    const child = spawn(process.execPath, words, { cwd: folder, env: environment() });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    // as soon as the first one is being reached
    for (let n = 0; n < 6000 && !hosts.said('c1').includes('Connection from'); n += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGINT');
    expect(await closed).toBe(130);
    expect(rows(out.trimEnd()).at(-1)).toEqual(['gone', 'not begun', 'interrupted before its turn']);
  }, 300_000);
});

describe('before any host is reached', () => {
  const here = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  afterAll(() => rmSync(here, { recursive: true, force: true }));
  const alone = (argv: readonly string[], env = {}) =>
    execa(process.execPath, [join(ROOT, 'bin/profkit.js'), ...argv], { cwd: here, env, reject: false });

  test('what is for one host says so', async () => {
    const r = await alone(['targets', 'x', '--host', 'c1,c2']);
    expect(r.exitCode).toBe(2);
    expect(r.stderr).toContain('profkit targets is about one host, and "c1,c2" says several.');
  });

  test('an inventory wants to be asked for hosts of it, and ansible-inventory to read it', async () => {
    const file = join(here, 'inventory.ini');
    writeFileSync(file, '[computes]\nc1\nc2\n');
    const whole = await alone(['status', '--inventory', file]);
    expect(whole.stderr).toContain('Say a host or a group of it: --host all.');
    mkdirSync(join(here, 'bin'));
    const without = await alone(['status', '--inventory', file, '--host', 'computes'], { PATH: join(here, 'bin') });
    expect(without.exitCode).toBe(2);
    expect(without.stderr).toContain('apt install ansible-core');
  });
});
