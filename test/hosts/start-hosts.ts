import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/libexec/sshd'].find((path) => existsSync(path));
const canPart = () => spawnSync('unshare', ['-m', '-u', '-p', '-f', '--mount-proc', 'hostname', 'c1']).status === 0;

/** Why there can be no hosts of our own; in CI there must be. */
export const noHosts = process.env.CI
  ? ''
  : SSHD === undefined
    ? 'needs sshd'
    : process.getuid?.() === 0 && canPart()
      ? ''
      : 'needs root that may part namespaces';

export interface TestHosts {
  names: readonly string[];
  /** Configuration of ssh: their names are hosts. */
  config: string;
  /** A folder that is another one on each host. */
  here: string;
  /** That folder of one of them, as this machine sees it. */
  on(name: string): string;
  port(name: string): number;
  /** What the sshd of one has said since this was asked last. */
  said(name: string): string;
  /** Ends the sshd of one, and all that runs on it. */
  end(name: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Hosts called c1, c2, … on this machine, by an sshd each: with processes, a name and a folder of its own, all else is the
 * machine's.
 */
export async function startHosts(count: number): Promise<TestHosts> {
  const folder = mkdtempSync(join(tmpdir(), 'profkit-hosts-'));
  const at = (...names: string[]) => join(folder, ...names);
  execFileSync('chmod', ['755', folder]);
  for (const key of ['host_key', 'key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'profkit-test', '-f', at(key)]);
  mkdirSync(at('here'));
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const names = Array.from({ length: count }, (_, n) => `c${n + 1}`);
  const ports = await freePorts(count);
  writeFileSync(
    at('sshd_config'),
    `HostKey ${at('host_key')}
AuthorizedKeysFile ${at('key.pub')}
PidFile none
StrictModes no
UsePAM no
MaxStartups 100
PermitRootLogin yes
LogLevel VERBOSE
Subsystem sftp internal-sftp
`,
  );
  const hostKey = readFileSync(at('host_key.pub'), 'utf8');
  writeFileSync(at('known_hosts'), ports.map((port) => `[127.0.0.1]:${port} ${hostKey}`).join(''));
  writeFileSync(
    at('config'),
    `${names.map((name, n) => `Host ${name}\n  Port ${ports[n]}\n`).join('')}Host *
  HostName 127.0.0.1
  User root
  IdentityFile ${at('key')}
  IdentityAgent none
  UserKnownHostsFile ${at('known_hosts')}
  GlobalKnownHostsFile none
`,
  );
  // root's own login shell may do much at its start, which is no matter of these hosts
  const passwd = readFileSync('/etc/passwd', 'utf8').replace(/^root:.*$/m, `root:x:0:0::${at('here')}:/bin/sh`);
  writeFileSync(at('passwd'), passwd);
  const children = new Map<string, ChildProcess>();
  const words = new Map<string, string>();
  const saidBy = (name: string) => {
    const said = words.get(name) ?? '';
    words.delete(name);
    return said;
  };
  const come = names.map(async (name, n) => {
    mkdirSync(at('own', name), { recursive: true });
    const mounts = `mount --bind ${at('own', name)} ${at('here')} && mount --bind ${at('passwd')} /etc/passwd`;
    const inside = `hostname ${name} && ${mounts} && exec "$@"`;
    const sshd = [SSHD!, '-D', '-e', '-f', at('sshd_config'), '-o', `ListenAddress=127.0.0.1:${ports[n]}`];
    const parted = ['-m', '-u', '-p', '-f', '--mount-proc', '--kill-child', 'sh', '-c', inside, 'sh', ...sshd];
    const child = spawn('unshare', parted, { stdio: ['ignore', 'ignore', 'pipe'] });
    children.set(name, child);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words.set(name, ((words.get(name) ?? '') + text).slice(-20_000));
    });
    for (let tries = 0; !words.get(name)?.includes('Server listening'); tries += 1) {
      if (tries > 1200 || child.exitCode !== null) throw new Error(`sshd of ${name} does not come up: ${saidBy(name)}`);
      await delay(50);
    }
  });
  const end = async (name: string) => {
    const child = children.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    await Promise.all(names.map(end));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(come);
  } catch (e) {
    await stop();
    throw e;
  }
  return {
    names,
    config: at('config'),
    here: at('here'),
    on: (name) => at('own', name),
    port: (name) => ports[names.indexOf(name)]!,
    said: saidBy,
    end,
    stop,
  };
}

/** All held at once, so that each is another. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = servers.map(
    (server) =>
      new Promise<number>((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
      }),
  );
  const found = await Promise.all(ports);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}
