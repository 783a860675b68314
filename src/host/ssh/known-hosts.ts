import { createHmac, randomBytes } from 'node:crypto';

/** A line of a known_hosts file that speaks of a host. */
export interface KnownKey {
  file: string;
  /** From 1. */
  line: number;
  marker: 'revoked' | 'cert-authority' | undefined;
  /** As known_hosts writes it, e.g. `ssh-ed25519`. */
  type: string;
  /** The key as it travels. */
  key: Buffer;
}

/** How known_hosts calls a host; the port only where it is not 22. */
export const knownName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

/** The lines of a known_hosts file that speak of one of these names. Lines that are none are passed over, as ssh does. */
export function keysIn(text: string, file: string, names: readonly string[]): KnownKey[] {
  const found: KnownKey[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim().split(/\s+/);
    if (!words[0] || words[0].startsWith('#')) continue;
    const marker = words[0].startsWith('@') ? words.shift()!.slice(1) : undefined;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') continue;
    const [hosts, type, key] = words;
    if (hosts === undefined || type === undefined || key === undefined) continue;
    if (!names.some((name) => speaksOf(hosts, name))) continue;
    found.push({ file, line: at + 1, marker, type, key: Buffer.from(key, 'base64') });
  }
  return found;
}

function speaksOf(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', hash] = hosts.split('|');
    return hashOf(Buffer.from(salt, 'base64'), name) === hash;
  }
  let is = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const refuses = pattern.startsWith('!');
    if (!matches(refuses ? pattern.slice(1) : pattern, name)) continue;
    if (refuses) return false; // whatever else the line says
    is = true;
  }
  return is;
}

/** `*` and `?`, and nothing else: `[` is a letter here. Without a regular expression, which a hostile line could make slow. */
function matches(pattern: string, name: string): boolean {
  let [p, n, star, retry] = [0, 0, -1, 0];
  while (n < name.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++retry;
    } else return false;
  }
  return [...pattern.slice(p)].every((c) => c === '*');
}

const hashOf = (salt: Buffer, name: string): string => createHmac('sha1', salt).update(name).digest('base64');

/** A line for known_hosts. */
export function knownLine(name: string, type: string, key: Buffer, isHashed: boolean): string {
  const salt = randomBytes(20);
  const host = isHashed ? `|1|${salt.toString('base64')}|${hashOf(salt, name)}` : name;
  return `${host} ${type} ${key.toString('base64')}\n`;
}

/** The type that a key says it has. */
export const typeOf = (key: Buffer): string => key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
