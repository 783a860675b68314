import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/libexec/sshd'].find((path) => existsSync(path));
const isRoot = process.getuid?.() === 0;

/** Why there can be no sshd of our own; in CI it must be. */
export const noSshd = process.env.CI ? '' : SSHD && spawnSync('ssh', ['-V']).status === 0 ? '' : 'needs sshd and ssh';
const canHide = isRoot && spawnSync('unshare', ['-m', 'mount', '--bind', '/etc', '/etc']).status === 0;
const lacks = ['/usr/bin/sudo', '/usr/bin/fish', '/bin/csh'].filter((path) => !existsSync(path));
/** Why there can be no users of our own. */
export const noUsers = process.env.CI
  ? ''
  : noSshd || (lacks.length > 0 ? `needs ${lacks.join(', ')}` : canHide ? '' : 'needs root that may mount');

export interface Sshd {
  folder: string;
  port: number;
  /** Of sshd, in whose mount namespace its users live. */
  pid: number;
  /** Configuration of ssh for it: `there` is the host, as the user that runs this. */
  config: string;
  knownHosts: string;
  /** Path of a private key that every user takes. */
  key: string;
  /** What sshd has said. */
  log(): string;
  stop(): Promise<void>;
}

export interface TestUser {
  shell: string;
  /** A line of sudoers, behind its name. */
  sudo?: string;
  /** Files of the home folder. */
  home?: Record<string, string>;
}

/** Of the users of a test: `correct horse`. */
export const PASSWORD = 'correct horse';

/**
 * An sshd of our own on 127.0.0.1 with keys of its own in a folder of its own. Users, where there are any, are those of a
 * mount namespace of its own, with homes in that folder: nothing of the machine changes.
 */
export async function startSshd(users: Record<string, TestUser> = {}, more = ''): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'profkit-sshd-'));
  chmodSync(folder, 0o755);
  const at = (name: string) => join(folder, name);
  const keygen = (type: string, name: string) =>
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'profkit-test', '-f', at(name)]);
  for (const type of ['ed25519', 'ecdsa', 'rsa']) keygen(type, `host_${type}`);
  keygen('ed25519', 'key');
  const port = await freePort();
  writeFileSync(at('authorized_keys'), readFileSync(at('key.pub')));
  const hostKeys = ['ed25519', 'ecdsa', 'rsa'].map((type) => `HostKey ${at(`host_${type}`)}\n`).join('');
  writeFileSync(
    at('sshd_config'),
    `ListenAddress 127.0.0.1:${port}
${hostKeys}AuthorizedKeysFile ${at('authorized_keys')}
PidFile none
StrictModes no
UsePAM no
MaxStartups 100
MaxSessions 100
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
LogLevel VERBOSE
Subsystem sftp internal-sftp
${more}`,
  );
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(at('host_ed25519.pub'), 'utf8')}`);
  writeFileSync(
    at('config'),
    `Host there
  HostName 127.0.0.1
  User ${userInfo().username}
Host *
  Port ${port}
  IdentityFile ${at('key')}
  IdentityAgent none
  UserKnownHostsFile ${at('known_hosts')}
  GlobalKnownHostsFile none
`,
  );
  const argv = ['-D', '-e', '-f', at('sshd_config')];
  const names = Object.keys(users);
  if (isRoot) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child =
    names.length === 0
      ? spawn(SSHD!, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
      : spawn('unshare', ['-m', 'sh', '-c', `${hidden(folder, users)}; exec "$@"`, 'sh', SSHD!, ...argv], {
          stdio: ['ignore', 'ignore', 'pipe'],
        });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let n = 0; !said.includes('Server listening'); n += 1) {
    if (n > 200 || child.exitCode !== null) throw new Error(`sshd does not come up: ${said}`);
    await delay(50);
  }
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    folder,
    port,
    pid: child.pid!,
    config: at('config'),
    knownHosts: at('known_hosts'),
    key: at('key'),
    log: () => said,
    stop,
  };
}

/** Makes users in copies of the machine's files, and says how to put these in place. */
function hidden(folder: string, users: Record<string, TestUser>): string {
  const files = ['passwd', 'shadow', 'group', 'sudoers'];
  for (const file of files) copyFileSync(join('/etc', file), join(folder, file));
  const hash = execFileSync('openssl', ['passwd', '-6', PASSWORD]).toString().trim();
  const add = (file: string, line: string) => appendFileSync(join(folder, file), `${line}\n`);
  for (const [n, [name, user]] of Object.entries(users).entries()) {
    const id = 64100 + n;
    const home = join(folder, 'home', name);
    mkdirSync(home, { recursive: true });
    for (const [path, text] of Object.entries(user.home ?? {})) {
      mkdirSync(join(home, path, '..'), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    execFileSync('chown', ['-R', `${id}:${id}`, home]);
    add('passwd', `${name}:x:${id}:${id}::${home}:${user.shell}`);
    add('shadow', `${name}:${hash}:19000:0:99999:7:::`);
    add('group', `${name}:x:${id}:`);
    if (user.sudo) add('sudoers', `${name} ${user.sudo}`);
  }
  chmodSync(join(folder, 'sudoers'), 0o440);
  chownSync(join(folder, 'sudoers'), 0, 0);
  return files.map((file) => `mount --bind ${join(folder, file)} /etc/${file}`).join(' && ');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
