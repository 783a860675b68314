import { execFile } from 'node:child_process';
import { failure } from '../../failure.js';
import { expandPath, expandTokens, type TokenValues } from './expand-tokens.js';

/** What the user's ssh makes of a host's name. */
export interface SshConfig {
  /** As the user said it. */
  name: string;
  hostname: string;
  port: number;
  user: string;
  identityFiles: string[];
  /** Keys of the agent that are in no identity file are not offered. */
  identitiesOnly: boolean;
  /** Socket of the agent. */
  agent: string | undefined;
  /** [user@]host[:port] each, the nearest first. */
  proxyJump: string[];
  /** For sh. */
  proxyCommand: string | undefined;
  hostKeyAlias: string | undefined;
  userKnownHosts: string[];
  globalKnownHosts: string[];
  /** The configuration asks for new keys to be taken. A changed one never is. */
  acceptNew: boolean;
  hashKnownHosts: boolean;
  compression: boolean;
  /** Seconds; 0: the configuration does not say. */
  aliveInterval: number;
  aliveCount: number;
  /** Seconds. */
  connectTimeout: number | undefined;
  /** Nothing is to be asked. */
  batch: boolean;
}

/**
 * Asks `ssh -G`, so that all that ssh knows of a host is known here: aliases, Match, Include, canonical names.
 * @param file in place of the user's configuration
 * @param options what ssh is told before the host, such as `-o User=stack`: it comes before all configuration
 * @throws Failure SSH_CONFIG
 */
export async function sshConfig(
  name: string,
  file: string | undefined,
  options: readonly string[] = [],
): Promise<SshConfig> {
  // a name that begins with - is none, whatever ssh makes of --
  if (name.startsWith('-') || /\s/.test(name))
    throw failure('SSH_CONFIG', { host: name, why: 'that is no name of a host', file });
  const argv = ['-G', ...(file === undefined ? [] : ['-F', file]), ...options, '--', name];
  return new Promise((resolve, reject) => {
    // without execa, which takes longer to load than ssh to answer
    const child = execFile('ssh', argv, { timeout: 20_000 }, (error, stdout, stderr) => {
      if (!error) return resolve(fromLines(name, stdout));
      const said = stderr.split('\n').filter((line) => !line.startsWith('Pseudo-terminal'));
      const why = error.code === 'ENOENT' ? 'there is no ssh here' : said.join(' ').trim() || 'it says nothing';
      reject(failure('SSH_CONFIG', { host: name, why: why.replace(/[.\s]+$/, ''), file }));
    });
    child.stdin?.end();
  });
}

function fromLines(name: string, text: string): SshConfig {
  const said = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const lower = key.toLowerCase();
    said.set(lower, [...(said.get(lower) ?? []), value]);
  }
  const one = (key: string): string | undefined => {
    const value = said.get(key)?.[0];
    return value === 'none' || value === '' ? undefined : value;
  };
  const yes = (key: string): boolean => ['yes', 'true'].includes(one(key) ?? '');
  const values: TokenValues = {
    alias: name.replace(/^ssh:\/\//, '').replace(/^.*@/, ''),
    hostname: said.get('hostname')?.[0] ?? name,
    port: Number(one('port') ?? 22),
    user: said.get('user')?.[0] ?? '',
    hostKeyAlias: one('hostkeyalias'),
    jump: one('proxyjump'),
  };
  const paths = (key: string): string[] =>
    (one(key) ?? '')
      .split(' ')
      .filter(Boolean)
      .map((path) => expandPath(path, values));
  const proxy = one('proxycommand');
  return {
    name,
    hostname: values.hostname,
    port: values.port,
    user: values.user,
    identityFiles: (said.get('identityfile') ?? []).filter((f) => f !== 'none').map((f) => expandPath(f, values)),
    identitiesOnly: yes('identitiesonly'),
    agent: agentSocket(said.get('identityagent')?.[0], values),
    proxyJump: values.jump?.split(',') ?? [],
    proxyCommand: proxy === undefined ? undefined : expandTokens(proxy, values),
    hostKeyAlias: values.hostKeyAlias,
    userKnownHosts: paths('userknownhostsfile'),
    globalKnownHosts: paths('globalknownhostsfile'),
    acceptNew: ['accept-new', 'no', 'false', 'off'].includes(one('stricthostkeychecking') ?? ''),
    hashKnownHosts: yes('hashknownhosts'),
    compression: yes('compression'),
    aliveInterval: Number(one('serveraliveinterval') ?? 0),
    aliveCount: Number(one('serveralivecountmax') ?? 3),
    connectTimeout: one('connecttimeout') === undefined ? undefined : Number(one('connecttimeout')),
    batch: yes('batchmode'),
  };
}

function agentSocket(said: string | undefined, values: TokenValues): string | undefined {
  if (said === 'none') return undefined;
  if (said === undefined || said === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK || undefined;
  if (said.startsWith('$')) return process.env[said.replace(/[${}]/g, '')] || undefined;
  return expandPath(said, values);
}
