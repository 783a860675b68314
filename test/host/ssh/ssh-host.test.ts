// Against a real sshd with users of its own: who may come in, whose key is taken, what each login shell makes of it.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SshHost, type SshOptions } from '../../../src/host/ssh-host.js';
import { noUsers, PASSWORD, type Sshd, startSshd } from './sshd.js';

const SUDOERS = 'ALL=(root) NOPASSWD: /usr/bin/python3';
let sshd: Sshd;
const opened: SshHost[] = [];
beforeAll(async () => {
  if (noUsers) return;
  sshd = await startSshd({
    plain: { shell: '/bin/sh' },
    sudoer: { shell: '/bin/bash', sudo: SUDOERS },
    asked: { shell: '/bin/bash', sudo: 'ALL=(root) ALL', home: { '.bashrc': 'set -vx' } },
    fishy: {
      shell: '/usr/bin/fish',
      sudo: SUDOERS,
      home: { '.config/fish/config.fish': 'echo Welcome; printf "no line break"' },
    },
    cshy: { shell: '/bin/csh', sudo: SUDOERS, home: { '.cshrc': 'echo Welcome' } },
    loud: { shell: '/bin/bash', home: { '.bashrc': 'echo "Welcome!"; printf "{\\"id\\": 1}"; echo warning >&2' } },
    nologin: { shell: '/usr/sbin/nologin' },
    bare: { shell: '/bin/bash', home: { '.bashrc': 'mkdir -p ~/bin; ln -sf /bin/sh /usr/bin/id ~/bin; PATH=~/bin' } },
    sudoless: {
      shell: '/bin/bash',
      home: { '.bashrc': 'mkdir -p ~/bin; ln -sf /bin/sh /usr/bin/id /usr/bin/python3 ~/bin; PATH=~/bin' },
    },
  });
}, 180_000);
afterAll(async () => {
  await sshd?.stop();
});
afterEach(async () => {
  for (const host of opened.splice(0)) await host.close();
});

async function open(user: string, options: SshOptions = {}): Promise<SshHost> {
  const host = await SshHost.open(user.includes('@') ? user : `${user}@there`, { configFile: sshd.config, ...options });
  opened.push(host);
  return host;
}

/** A configuration of its own, before that of the sshd. */
function configured(lines: string): { configFile: string } {
  const configFile = join(sshd.folder, `config-${Math.random()}`);
  writeFileSync(configFile, `${lines}\n${readFileSync(sshd.config, 'utf8')}`);
  return { configFile };
}

/** known_hosts with other lines, and the configuration that names it. */
function known(...lines: string[]): { file: string; configFile: string } {
  const file = join(sshd.folder, `known-${Math.random()}`);
  writeFileSync(file, lines.join('\n'));
  return { file, ...configured(`UserKnownHostsFile ${file}`) };
}
const hostKey = (type: string): string => readFileSync(join(sshd.folder, `host_${type}.pub`), 'utf8').trim();
const name = (): string => `[127.0.0.1]:${sshd.port}`;
const otherKey = (): string => readFileSync(`${sshd.key}.pub`, 'utf8').trim();

describe.skipIf(noUsers !== '')(`a real sshd${noUsers && ` (${noUsers})`}`, () => {
  describe('the login shell', () => {
    test.each([
      ['plain', { user: 'plain' }],
      ['sudoer', { user: 'root' }],
      ['fishy', { user: 'root' }],
      ['cshy', { user: 'root' }],
      ['loud', { user: 'loud' }],
      ['sudoless', { user: 'sudoless' }],
    ])('%s is worked with', async (user, facts) => {
      const host = await open(user);
      expect(await host.hello()).toMatchObject(facts);
      expect(host.folder).toBe(join(sshd.folder, 'home', user));
      expect((await host.run(['sh', '-c', 'printf %s "$1"', 'sh', "a 'b' $c"])).stdout).toBe("a 'b' $c");
    });

    test('that runs nothing is told', async () => {
      await expect(open('nologin')).rejects.toMatchObject({
        code: 'SSH_SHELL',
        message: expect.stringContaining('This account is currently not available.'),
      });
    });

    test('without python3 is told', async () => {
      await expect(open('bare')).rejects.toMatchObject({ code: 'NO_PYTHON', exit: 'fault' });
    });
  });

  describe('sudo', () => {
    test('that refuses is told with the line that would do, when root is needed and not before', async () => {
      const host = await open('plain');
      await expect(host.run(['id'], { user: 'root' })).rejects.toMatchObject({
        code: 'SSH_NEEDS_ROOT',
        message: expect.stringContaining('a password is required'),
        next: expect.stringMatching(/: plain ALL=\(root\) NOPASSWD: \/usr\/bin\/python3$/),
      });
    });

    test('that line does', async () => {
      expect((await (await open('sudoer')).run(['id', '-u'])).stdout).toBe('0\n');
    });

    test('takes a password that is asked for, once more where it was wrong, and shows it nowhere', async () => {
      const answers = ['wrong', PASSWORD];
      const questions: string[] = [];
      const ask = async (question: string) => {
        questions.push(question);
        return answers.shift();
      };
      const host = await open('asked', { askSudo: true, ask });
      expect(await host.hello()).toMatchObject({ user: 'root' });
      expect(questions).toEqual(Array(2).fill('Password of asked on asked@there, for sudo: '));
      expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(PASSWORD);
      expect((await host.run(['cat'], { stdin: 'still in step' })).stdout).toBe('still in step');
    });

    test.each([
      ['asked', async () => 'wrong', /incorrect password/],
      ['asked', undefined, /no terminal/],
      ['plain', async () => PASSWORD, /not in the sudoers file/],
    ])('with --ask-sudo is root or nothing: %s', async (user, ask, why) => {
      const failed = open(user, { askSudo: true, ask });
      await expect(failed).rejects.toMatchObject({ code: 'SSH_SUDO', message: expect.stringMatching(why) });
    });
  });

  describe("the host's key", () => {
    test('unknown is refused with its fingerprint, and nothing is written', async () => {
      const { file, configFile } = known();
      const shown = execFileSync('ssh-keygen', ['-lf', join(sshd.folder, 'host_ed25519.pub')])
        .toString()
        .split(' ')[1];
      await expect(open('plain', { configFile })).rejects.toMatchObject({
        code: 'SSH_KEY_UNKNOWN',
        exit: 'refused',
        message: expect.stringContaining(shown!),
      });
      expect(readFileSync(file, 'utf8')).toBe('');
    });

    test('is taken and written down where that is asked for, so that ssh knows it too', async () => {
      for (const hash of ['yes', 'no']) {
        const { file, configFile } = known('# no line break at the end');
        appendFileSync(configFile, `HashKnownHosts ${hash}\n`);
        await open('plain', { configFile, acceptNew: true });
        await open('plain', { configFile });
        expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
        expect(readFileSync(file, 'utf8').includes('127.0.0.1')).toBe(hash === 'no');
        const argv = [
          '-F',
          configFile,
          '-o',
          'BatchMode=yes',
          '-o',
          'StrictHostKeyChecking=yes',
          'plain@there',
          'true',
        ];
        execFileSync('ssh', argv, { stdio: 'ignore' });
      }
    });

    test('changed is refused with file and line, --accept-new or not', async () => {
      const { file, configFile } = known('# one', `${name()} ${otherKey()}`);
      for (const acceptNew of [true, false]) {
        await expect(open('plain', { configFile, acceptNew })).rejects.toMatchObject({
          code: 'SSH_KEY_CHANGED',
          exit: 'refused',
          message: expect.stringContaining(`${file}:2`),
        });
      }
    });

    test('revoked is refused with file and line, though it is on record too', async () => {
      const { file, configFile } = known(`${name()} ${hostKey('ed25519')}`, `@revoked * ${hostKey('ed25519')}`);
      const failed = open('plain', { configFile });
      await expect(failed).rejects.toMatchObject({
        code: 'SSH_KEY_REVOKED',
        message: expect.stringContaining(`${file}:2`),
      });
    });

    test.each(['ecdsa', 'rsa'])('of the type that is on record is asked for: %s', async (type) => {
      await open('plain', known(`${name()} ${hostKey(type)}`));
    });

    test('of a type that the host has not is one that changed; one that cannot be checked is told', async () => {
      const nistp521 = 'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAE=';
      const gone = known(`${name()} ${nistp521}`);
      const failed = open('plain', gone);
      await expect(failed).rejects.toMatchObject({
        code: 'SSH_KEY_CHANGED',
        message: expect.stringContaining(`${gone.file}:1`),
      });
      const strange = known(`${name()} sk-ssh-ed25519@openssh.com AAAA`);
      await expect(open('plain', strange)).rejects.toMatchObject({ code: 'SSH_KEY_TYPE' });
    });

    test('that only an authority vouches for is refused', async () => {
      const { configFile } = known(`@cert-authority * ${otherKey()}`);
      await expect(open('plain', { configFile })).rejects.toMatchObject({
        code: 'SSH_CERT_AUTHORITY',
        exit: 'refused',
      });
    });

    test('is found hashed, by pattern, without its port, and by HostKeyAlias', async () => {
      const hashed = known(`${name()} ${hostKey('ed25519')}`);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed.file], { stdio: 'ignore' });
      await open('plain', hashed);
      await open('plain', known(`[127.0.*]:* ${hostKey('ed25519')}`));
      await open('plain', known(`127.0.0.1 ${hostKey('ed25519')}`));
      const { configFile } = known(`lab ${hostKey('ed25519')}`);
      appendFileSync(configFile, 'HostKeyAlias lab\n');
      await open('plain', { configFile });
      const refused = known(`*,!127.0.0.1,!${name()} ${hostKey('ed25519')}`);
      await expect(open('plain', refused)).rejects.toMatchObject({ code: 'SSH_KEY_UNKNOWN' });
    });
  });

  describe('the way there', () => {
    test('leads over jump hosts, each with its own key checked', async () => {
      const jumps =
        'Host far\n HostName localhost\n ProxyJump plain@first,loud@second\nHost first second\n HostName 127.0.0.1\n';
      const lines = known(`${name()},[localhost]:${sshd.port} ${hostKey('ed25519')}`);
      const { configFile } = configured(`${jumps}Host *\n UserKnownHostsFile ${lines.file}`);
      expect(await (await open('plain@far', { configFile })).hello()).toMatchObject({ user: 'plain' });
      expect(sshd.log()).toMatch(/Accepted publickey for loud/);
      const unknown = configured(`${jumps}Host first\n UserKnownHostsFile /dev/null`);
      await expect(open('plain@far', unknown)).rejects.toMatchObject({ code: 'SSH_KEY_UNKNOWN' });
    });

    test('leads through a command', async () => {
      const relay =
        'import socket,sys,threading,os,shutil;s=socket.create_connection((sys.argv[1],int(sys.argv[2])));threading.Thread(target=lambda:[os.write(1,d) for d in iter(lambda:s.recv(65536),b"")],daemon=True).start();[s.sendall(d) for d in iter(lambda:os.read(0,65536),b"")]';
      const { configFile } = configured(`Host there\n ProxyCommand python3 -c '${relay}' %h %p`);
      expect(await (await open('plain', { configFile })).hello()).toMatchObject({ user: 'plain' });
      const broken = configured('Host there\n ProxyCommand echo no way there >&2; exit 3');
      await expect(open('plain', broken)).rejects.toMatchObject({
        code: 'SSH_HANDSHAKE',
        message: expect.stringContaining('no way there'),
      });
    });

    test('that leads nowhere is told in words', async () => {
      const closed = configured('Host there\n Port 1');
      await expect(open('plain', closed)).rejects.toMatchObject({
        code: 'SSH_UNREACHABLE',
        message: expect.stringContaining('nothing listens on 127.0.0.1:1'),
      });
      await expect(open('plain@no-such-host.invalid')).rejects.toMatchObject({ code: 'SSH_UNREACHABLE' });
      const circle = configured('Host there other\n ProxyJump other');
      await expect(open('plain', circle)).rejects.toMatchObject({ code: 'SSH_CONFIG', exit: 'usage' });
      const jump = configured('Host far\n HostName 127.0.0.1\n Port 1\n ProxyJump plain@there');
      await expect(open('plain@far', jump)).rejects.toMatchObject({ code: 'SSH_UNREACHABLE' });
      for (const bad of ['-oProxyCommand=true', 'a b']) {
        await expect(SshHost.open(bad, {})).rejects.toMatchObject({ code: 'SSH_CONFIG' });
      }
      await expect(open('plain', { configFile: '/no/such/file' })).rejects.toMatchObject({ code: 'SSH_CONFIG' });
    });

    test('can be given up', async () => {
      const { configFile } = configured('Host there\n ProxyCommand sleep 63.5');
      const controller = new AbortController();
      const opening = open('plain', { configFile, signal: controller.signal });
      setTimeout(() => controller.abort(new Error('stop')), 300);
      await expect(opening).rejects.toThrow('stop');
      await expect.poll(() => execFileSync('ps', ['-eo', 'args']).toString()).not.toContain('sleep 63.5');
    });

    test('cut off is told', async () => {
      const host = await open('plain');
      const running = host.run(['sh', '-c', 'kill -9 $(ps -o ppid= -p $(ps -o ppid= -p $PPID))']);
      await expect(running).rejects.toMatchObject({ code: 'HOST_GONE' });
      await expect(host.stat('/')).rejects.toMatchObject({ code: 'HOST_GONE' });
    });
  });

  describe('our key', () => {
    const newKey = (file: string, ...more: string[]) => {
      const path = join(sshd.folder, file);
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path, ...more]);
      return path;
    };

    test('none, or one that is not taken, is told', async () => {
      const wrong = newKey('wrong');
      const config = (path: string) => {
        const configFile = join(sshd.folder, `config-${Math.random()}`);
        writeFileSync(
          configFile,
          readFileSync(sshd.config, 'utf8').replace(`IdentityFile ${sshd.key}`, `IdentityFile ${path}`),
        );
        return { configFile };
      };
      await expect(open('plain', config(wrong))).rejects.toMatchObject({
        code: 'SSH_AUTH',
        message: expect.stringContaining(wrong),
      });
      await expect(open('plain', config('/no/such/key'))).rejects.toMatchObject({
        code: 'SSH_AUTH',
        message: expect.stringContaining('no key to offer'),
      });
    });

    test.each([
      ['OpenSSH, its public half beside it', 'ed25519', [], true],
      ['OpenSSH, alone', 'ed25519', [], false],
      ['PEM, alone', 'rsa', ['-m', 'PEM'], false],
    ])('with a passphrase is asked for, and told where there is no terminal: %s', async (what, type, more, beside) => {
      const path = join(sshd.folder, `locked-${type}-${beside}`);
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', 'open sesame', '-f', path, ...more]);
      appendFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${path}.pub`));
      if (!beside) execFileSync('rm', [`${path}.pub`]);
      const text = readFileSync(sshd.config, 'utf8').replace(`IdentityFile ${sshd.key}`, `IdentityFile ${path}`);
      const configFile = join(sshd.folder, `config-${what.length}`);
      writeFileSync(configFile, text);
      const answers = ['wrong', 'open sesame'];
      const ask = async () => answers.shift();
      expect(await (await open('plain', { configFile, ask })).hello()).toMatchObject({ user: 'plain' });
      await expect(open('plain', { configFile })).rejects.toMatchObject({
        code: 'SSH_PASSPHRASE',
        next: expect.stringContaining(`ssh-add ${path}`),
      });
    });

    test('is taken from the agent', async () => {
      const socket = join(sshd.folder, 'agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      try {
        await expect.poll(() => statSync(socket, { throwIfNoEntry: false })?.isSocket()).toBe(true);
        for (const type of ['ed25519', 'rsa']) {
          const path = join(sshd.folder, `held-${type}`);
          execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path]);
          appendFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${path}.pub`));
          execFileSync('ssh-add', ['-q', '-D'], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
          execFileSync('ssh-add', ['-q', path], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
          execFileSync('rm', [path, `${path}.pub`]);
          const text = readFileSync(sshd.config, 'utf8').replace(
            `IdentityFile ${sshd.key}`,
            'IdentityFile /no/such/key',
          );
          const configFile = join(sshd.folder, `config-agent-${type}`);
          writeFileSync(configFile, text.replace('IdentityAgent none', `IdentityAgent ${socket}`));
          expect(await (await open('plain', { configFile })).hello()).toMatchObject({ user: 'plain' });
          const only = join(sshd.folder, `config-only-${type}`);
          copyFileSync(configFile, only);
          appendFileSync(only, 'IdentitiesOnly yes\n');
          await expect(open('plain', { configFile: only })).rejects.toMatchObject({ code: 'SSH_AUTH' });
        }
      } finally {
        agent.kill();
      }
    });
  });
});
