// What every Host does the same, held against each way to one: this machine, and a real sshd.
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAILURES } from '../../src/failures.js';
import type { Host } from '../../src/host/host.js';
import { openHost } from '../../src/host/open-host.js';
import { noSshd, noUsers, type Sshd, startSshd } from './ssh/sshd.js';

const folder = mkdtempSync(join(tmpdir(), 'profkit-contract-'));
const state = join(folder, 'state');
let sshd: Sshd | undefined;

/** Where users can be made, one who is root by sudo alone; else whoever runs this. */
async function overSsh(): Promise<Host> {
  const one = { shell: '/bin/bash', sudo: 'ALL=(root) NOPASSWD: /usr/bin/python3' };
  sshd ??= await startSshd(noUsers === '' ? { sudoer: one } : {});
  const host = noUsers === '' ? 'sudoer@there' : 'there';
  return (await openHost({ host, sshConfig: sshd.config, state })).host;
}

const WAYS = [
  { name: 'here', without: '', open: async () => (await openHost({ state })).host },
  { name: 'over ssh', without: noSshd, open: overSsh },
];
afterAll(async () => {
  await sshd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(WAYS)('$name', ({ without, open }) => {
  describe.skipIf(without !== '')(`a host${without && ` (${without})`}`, () => {
    let host: Host;
    beforeAll(async () => {
      host = await open();
    }, 180_000);
    afterAll(async () => {
      await host?.close();
    });
    const sh = (script: string, ...more: string[]) => host.run(['sh', '-c', script, 'sh', ...more]);

    test('says who it is', async () => {
      const facts = await host.hello();
      expect(facts).toMatchObject({ state, hidden: false, python: expect.stringMatching(/^3\./) });
      expect(Math.abs(facts.now - Date.now() / 1000)).toBeLessThan(60);
      expect((await sh('id -un')).stdout.trim()).toBe(facts.user);
    });

    test.each([0, 1, 2, 126, 127, 255])('ends with status %d', async (code) => {
      expect(await sh(`exit ${code}`)).toEqual({ code, timedOut: false, stdout: '', stderr: '' });
    });

    test.each([
      ['TERM', 15],
      ['KILL', 9],
      ['INT', 2],
    ])('ended by the signal %s is told', async (name, number) => {
      expect((await sh(`kill -${name} $$; sleep 5`)).code).toBe(-number);
    });

    test('arguments arrive as they are, however hostile', async () => {
      const words = [
        '',
        ' ',
        'a  b',
        "it's",
        '"',
        "'\"'",
        '\\',
        '\\\\n',
        '$HOME',
        '$(id)',
        '`id`',
        '!!',
        '!x',
        '*',
        '~',
        '{a,b}',
      ];
      words.push(
        '-n',
        '--',
        ';id',
        '&',
        '|',
        '<x',
        '#',
        '%s',
        '\t',
        'a\nb',
        '\r',
        'é',
        '漢字',
        '🐍',
        '\u001b[31m',
        'x'.repeat(100_000),
      );
      const { stdout } = await host.run(['printf', '%s\\0', ...words]);
      expect(stdout.split('\0').slice(0, -1)).toEqual(words);
    });

    test('environment and folder arrive as they are', async () => {
      const r = await host.run(['sh', '-c', 'printf "%s|" "$A" "$PWD"'], { env: { A: 'b\n"c"' }, cwd: '/usr/bin' });
      expect(r.stdout).toBe('b\n"c"||/usr/bin|'.replace('||', '|'));
    });

    test('input arrives whole, binary and large', async () => {
      const stdin = randomBytes(5_000_000);
      const { stdout } = await host.run(['sha256sum'], { stdin });
      expect(stdout.split(' ')[0]).toBe(createHash('sha256').update(stdin).digest('hex'));
      expect((await host.run(['cat'])).stdout).toBe('');
    });

    test('output arrives whole, both ways out, at once and large', async () => {
      const r = await sh('seq 1 1000000; seq 1 200000 >&2');
      expect([r.stdout.length, r.stderr.length]).toEqual([6_888_896, 1_288_895]);
      expect(r.stdout.endsWith('\n999999\n1000000\n')).toBe(true);
    });

    test('ends a command and what it started, at its time-out and when it is given up', async () => {
      const timed = await host.run(['sh', '-c', 'echo begun; sleep 64.1 & wait'], { timeout: 0.5 });
      expect(timed).toMatchObject({ timedOut: true, stdout: 'begun\n' });
      const controller = new AbortController();
      const running = host.run(['sh', '-c', 'sleep 64.2 & wait'], { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('stop')), 300);
      await expect(running).rejects.toThrow('stop');
      await expect.poll(() => execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/sleep 64\.[12]/);
      await expect(host.run(['true'], { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
    });

    test('does many things at once', async () => {
      const slow = sh('sleep 0.5; echo slow');
      const many = await Promise.all(Array.from({ length: 32 }, (_, n) => sh('echo "$1"', String(n))));
      expect(many.map((r) => r.stdout)).toEqual(Array.from({ length: 32 }, (_, n) => `${n}\n`));
      expect((await slow).stdout).toBe('slow\n');
    });

    test('reads bytes as they are, with what they are of', async () => {
      const path = join(folder, 'binary');
      const data = Buffer.concat([Buffer.from([0, 10, 13, 255, 254]), randomBytes(1000)]);
      writeFileSync(path, data, { mode: 0o640 });
      const read = await host.read(path);
      expect(read.data.equals(data)).toBe(true);
      expect(read.sha256).toBe(createHash('sha256').update(data).digest('hex'));
      expect(read).toMatchObject({ real: path, stat: { type: 'file', mode: 0o640, size: 1005 } });
      expect((await host.read(path, { limit: 5 })).data).toEqual(data.subarray(0, 5));
    });

    test('reads 100 MB', async () => {
      const path = join(folder, 'large');
      writeFileSync(path, randomBytes(1_000_000));
      truncateSync(path, 100_000_000);
      const { data, sha256, stat } = await host.read(path);
      expect([data.length, stat.size]).toEqual([100_000_000, 100_000_000]);
      expect(createHash('sha256').update(data).digest('hex')).toBe(sha256);
    }, 120_000);

    test('lists what is there, by kind', async () => {
      const at = (name: string) => join(folder, name);
      if (!existsSync(at('kinds'))) {
        mkdirSync(at('kinds'), { mode: 0o700 });
        symlinkSync('/nowhere', at('kinds/link'));
        execFileSync('mkfifo', [at('kinds/pipe')]);
      }
      expect(await host.stat(at('kinds'))).toMatchObject({ type: 'directory', mode: 0o700 });
      expect(await host.stat(at('kinds/link'))).toMatchObject({ type: 'link' });
      expect(await host.stat(at('kinds/pipe'))).toMatchObject({ type: 'other' });
      expect(await host.stat(at('kinds/none'))).toBeUndefined();
      expect(await host.stat(at('kinds/pipe/none'))).toBeUndefined();
    });

    test('does not follow what the user of a service may have put there, nor waits for it', async () => {
      const link = join(folder, 'own');
      rmSync(link, { force: true });
      symlinkSync('/etc/passwd', link);
      await expect(host.read(link, { own: true })).rejects.toMatchObject({ code: 'HOST_ERROR' });
      expect((await host.read(join(folder, 'kinds/pipe'), { own: true })).data.length).toBe(0);
    });

    test('removes what is there, and minds nothing that is not', async () => {
      writeFileSync(join(folder, 'gone'), '');
      await host.remove([join(folder, 'gone'), join(folder, 'never')]);
      expect(existsSync(join(folder, 'gone'))).toBe(false);
    });

    test('sees processes, what they are and what is in their environment', async () => {
      const child = spawn('sleep', ['64.3'], { env: { ...process.env, MARK: 'x y', OTHER: 'z' }, stdio: 'ignore' });
      try {
        const pid = child.pid!;
        await expect.poll(async () => (await host.processes([pid, 2 ** 22 + 1]))[0]?.argv).toEqual(['sleep', '64.3']);
        const [seen] = await host.processes([pid]);
        expect(Math.abs(seen!.started - Date.now() / 1000)).toBeLessThan(60);
        expect(await host.environ(pid, ['MARK', 'NONE'])).toEqual({ MARK: 'x y' });
        expect(await host.loaded([pid], 'no such text')).toEqual([]);
      } finally {
        child.kill();
      }
    });

    test.each([
      ['a command that is not there', () => host.run(['/no/such/command']), /no\/such\/command: No such file/],
      ['a folder that is not there', () => host.run(['true'], { cwd: '/no/such/folder' }), /No such file/],
      ['a user that is not there', () => host.run(['true'], { user: 'nobody-of-that-name' }), /nobody-of-that-name/],
      ['a file that is not there', () => host.read('/no/such/file'), /no\/such\/file/],
      ['a folder that is read', () => host.read('/usr'), /Is a directory/],
      ['a folder that is removed', () => host.remove([folder]), /directory|permitted/],
    ])('says in a sentence what is wrong: %s', async (_, attempt, message) => {
      await expect(attempt()).rejects.toMatchObject({ code: 'HOST_ERROR', message: expect.stringMatching(message) });
      expect(FAILURES.HOST_ERROR.exit).toBe('fault');
    });

    test('is gone when it was closed, and leaves no process', async () => {
      const other = await open();
      const pid = (await other.run(['sh', '-c', 'echo $PPID'])).stdout.trim();
      await other.close();
      await expect(other.stat('/')).rejects.toMatchObject({ code: 'HOST_GONE' });
      await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
    });
  });
});
