import { createHash } from 'node:crypto';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';

export interface TokenValues {
  /** As it was asked for. */
  alias: string;
  hostname: string;
  port: number;
  user: string;
  hostKeyAlias?: string | undefined;
  /** The jump hosts, as ProxyJump says them. */
  jump?: string | undefined;
}

/** What ssh -G leaves as it stands in the configuration: `%h` and its like, see TOKENS in ssh_config(5). */
export function expandTokens(text: string, v: TokenValues): string {
  const here = hostname();
  const hash = () =>
    createHash('sha1')
      .update(`${here}${v.hostname}${v.port}${v.user}${v.jump ?? ''}`)
      .digest('hex');
  const values: Record<string, () => string> = {
    '%': () => '%',
    C: hash,
    d: homedir,
    h: () => v.hostname,
    i: () => String(process.getuid?.() ?? ''),
    j: () => v.jump ?? '',
    k: () => v.hostKeyAlias ?? v.alias,
    L: () => here.split('.')[0]!,
    l: () => here,
    n: () => v.alias,
    p: () => String(v.port),
    r: () => v.user,
    u: () => userInfo().username,
  };
  return text.replace(/%(.)/g, (all, letter: string) => values[letter]?.() ?? all);
}

/** A path of the configuration: with `~`, tokens and `${VARIABLES}`. */
export function expandPath(path: string, v: TokenValues): string {
  const text = expandTokens(path, v).replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '');
  return text === '~' || text.startsWith('~/') ? join(homedir(), text.slice(1)) : text;
}
