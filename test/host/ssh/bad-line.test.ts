// Lines that are slow, dead or cut, disks that are full, a host that is started anew: each right, or said in a sentence.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../../src/host/host.js';
import { openHost } from '../../../src/host/open-host.js';
import { applyRequest } from '../apply-request.js';
import { Line } from './line.js';
import { noUsers, type Sshd, startSshd } from './sshd.js';

let sshd: Sshd;
let disks: string;
const lines: Line[] = [];
const hosts: Host[] = [];
beforeAll(async () => {
  if (noUsers) return;
  sshd = await startSshd({ sudoer: { shell: '/bin/bash', sudo: 'ALL=(root) NOPASSWD: /usr/bin/python3' } });
  disks = join(sshd.folder, 'disks');
}, 180_000);
afterEach(async () => {
  for (const line of lines.splice(0)) line.close();
  for (const host of hosts.splice(0)) await host.close();
});
afterAll(async () => {
  for (const name of ['full', 'still']) spawnSync('umount', [join(disks, name)]);
  await sshd?.stop();
});

/** The host over a line of its own. */
async function over(more = '', patience = 0): Promise<{ host: Host; line: Line; said: string[] }> {
  const line = await Line.to(sshd.port);
  lines.push(line);
  return { line, ...(await open(line.port, more, patience)) };
}

async function open(port: number, more: string, patience: number): Promise<{ host: Host; said: string[] }> {
  const sshConfig = join(sshd.folder, `config-${Math.random()}`);
  const first = `HostKeyAlias [127.0.0.1]:${sshd.port}\nPort ${port}\n${more}`;
  writeFileSync(sshConfig, `${first}\n${readFileSync(sshd.config, 'utf8')}`);
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const state = join(sshd.folder, 'state');
  const { host } = await openHost({ host: 'sudoer@there', sshConfig, state, patience, say });
  hosts.push(host);
  return { host, said };
}

describe.skipIf(noUsers !== '')(`a bad line${noUsers && ` (${noUsers})`}`, () => {
  test('that is dead, with nobody to tell, is noticed by what the configuration says of signs of life', async () => {
    const { host, line } = await over('ServerAliveInterval 1\nServerAliveCountMax 2');
    const running = host.run(['sleep', '63.7']);
    await host.stat('/');
    line.die();
    await expect(running).rejects.toMatchObject({
      code: 'HOST_GONE',
      message: expect.stringContaining('it gives no sign of life for 3 s'),
    });
    await host.run(['true']).catch((e) => expect(e).toMatchObject({ code: 'HOST_GONE' }));
    // the host knows nothing of that; what it runs ends with the test's sshd
    spawnSync('pkill', ['-xf', 'sleep 63.7']);
  });

  test('that is dead from the beginning is given up', async () => {
    const line = await Line.to(sshd.port);
    lines.push(line);
    line.die();
    await expect(open(line.port, 'ConnectTimeout 2', 0)).rejects.toMatchObject({
      code: 'SSH_HANDSHAKE',
      message: expect.stringContaining('no handshake within 2 s'),
    });
  });

  test('of 200 ms there and back, on which of 100 pieces one comes late, does all the same', async () => {
    const line = await Line.to(sshd.port);
    lines.push(line);
    line.slow(100, { every: 100, ms: 400 });
    const { host } = await open(line.port, 'Compression yes', 0);
    const text = 'x y z\n'.repeat(200_000);
    const path = join(sshd.folder, 'large');
    writeFileSync(path, text);
    expect((await host.read(path)).data.toString()).toBe(text);
    expect((await host.run(['wc', '-c'], { stdin: text })).stdout.trim()).toBe(String(text.length));
    const many = await Promise.all(Array.from({ length: 20 }, (_, n) => host.run(['echo', String(n)])));
    expect(many.map((r) => r.stdout)).toEqual(Array.from({ length: 20 }, (_, n) => `${n}\n`));
  });

  test('that is cut: what only looks is asked again, a command is not, and what comes after it works', async () => {
    const { host, line, said } = await over('', 20);
    const path = join(sshd.folder, 'megabytes');
    writeFileSync(path, randomBytes(5_000_000));
    line.cutAfter(line.passed + 2_000_000, false);
    expect((await host.read(path)).data.length).toBe(5_000_000);
    expect(said).toEqual([expect.stringMatching(/^the connection to sudoer@there ended \(.*\); connecting again$/)]);
    const running = host.run(['sh', '-c', 'echo once >>"$0"; sleep 63.6', join(sshd.folder, 'once')]);
    await expect
      .poll(() => spawnSync('cat', [join(sshd.folder, 'once')]).stdout.toString(), { timeout: 30_000 })
      .toBe('once\n');
    line.cut();
    await expect(running).rejects.toMatchObject({ code: 'HOST_GONE' });
    expect((await host.run(['cat', join(sshd.folder, 'once')])).stdout).toBe('once\n');
    await expect
      .poll(() => execFileSync('ps', ['-eo', 'args']).toString(), { timeout: 30_000 })
      .not.toContain('sleep 63.6');
  });

  test('to a host that was started anew meanwhile: that is said, once', async () => {
    const { host, line, said } = await over('', 20);
    await host.hello();
    const id = join(sshd.folder, 'boot-id');
    writeFileSync(id, '00000000-0000-4000-8000-000000000000\n');
    const inside = ['-t', String(sshd.pid), '-m', 'mount', '--bind', id, '/proc/sys/kernel/random/boot_id'];
    execFileSync('nsenter', inside);
    line.cut();
    const looked = host.stat('/').then(() => host.stat('/')); // the first may have been asked before the end was noticed
    await expect(looked).rejects.toMatchObject({ code: 'HOST_REBOOTED' });
    expect(await host.stat('/')).toMatchObject({ type: 'directory' });
    expect(said).toHaveLength(1);
  });

  test.each([
    ['full', 'size=64k', /No space left on device/],
    ['still', 'ro', /Read-only file system/],
  ])('a disk that is %s takes no probe: one sentence, and nothing was changed', async (name, option, why) => {
    const disk = join(disks, name);
    mkdirSync(disk, { recursive: true });
    execFileSync('nsenter', ['-t', String(sshd.pid), '-m', 'mount', '-t', 'tmpfs', '-o', option, 'tmpfs', disk]);
    const sshConfig = sshd.config;
    const state = join(disk, 'state');
    const { host } = await openHost({ host: 'sudoer@there', sshConfig, state, patience: 0 });
    hosts.push(host);
    const source = join(sshd.folder, `${name}.py`);
    writeFileSync(source, 'def f():\n    return 1\n');
    const before = readFileSync(source, 'utf8');
    await host.run(['sh', '-c', 'head -c 60k /dev/zero >"$0/filled"', disk]);
    const failed = host.apply(applyRequest(source, '@eval("lambda f:f")  # profkit:abcdef', 'def f'));
    await expect(failed).rejects.toMatchObject({
      code: expect.stringMatching(/^(HOST_ERROR|NOT_WRITABLE)$/),
      message: expect.stringMatching(why),
    });
    expect(readFileSync(source, 'utf8')).toBe(before);
    expect(await host.probes()).toEqual([]);
  });
});
