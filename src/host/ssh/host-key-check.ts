import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Failure } from '../../failure.js';
import { failure } from '../../failure.js';
import { type KnownKey, keysIn, knownLine, knownName, typeOf } from './known-hosts.js';
import type { SshConfig } from './ssh-config.js';

/** What signatures a key of a type can give; those of SHA-1 are not asked for. Types that ssh2 cannot check are not here. */
const ALGORITHMS: Record<string, readonly string[]> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** Judges the key that a host shows by known_hosts. A key is taken that stands there, and else none. */
export class HostKeyCheck {
  readonly #config: SshConfig;
  readonly #acceptNew: boolean;
  readonly #keys: KnownKey[];
  readonly #name: string;

  private constructor(config: SshConfig, acceptNew: boolean, name: string, keys: KnownKey[]) {
    this.#config = config;
    this.#acceptNew = acceptNew;
    this.#name = name;
    this.#keys = keys;
  }

  /** @param acceptNew take the key of a host that nothing is known of, and write it down */
  static async of(config: SshConfig, acceptNew: boolean): Promise<HostKeyCheck> {
    const name = config.hostKeyAlias?.toLowerCase() ?? knownName(config.hostname, config.port);
    const files = [...config.userKnownHosts, ...config.globalKnownHosts];
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
    const under = (names: string[]) => files.flatMap((file, i) => keysIn(texts[i]!, file, names));
    let keys = under([name]);
    const bare = config.hostname.toLowerCase();
    // as ssh does: of another port than 22, the key of the host itself is good too, but does not make others wrong
    if (config.hostKeyAlias === undefined && name !== bare) {
      const more = under([bare]);
      if (keys.every((k) => k.marker !== undefined)) keys = [...keys, ...more];
      else keys = [...keys, ...more.filter((k) => k.marker === 'revoked')];
    }
    return new HostKeyCheck(config, acceptNew, name, keys);
  }

  get #plain(): KnownKey[] {
    return this.#keys.filter((k) => k.marker === undefined);
  }

  /**
   * The algorithms to ask the host for: those of the keys on record, so that it shows one of these; else all.
   * @throws Failure SSH_KEY_TYPE, SSH_CERT_AUTHORITY
   */
  algorithms(): string[] {
    const plain = this.#plain;
    const [authority] = this.#keys.filter((k) => k.marker === 'cert-authority');
    if (plain.length === 0 && authority && !this.#acceptNew)
      throw failure('SSH_CERT_AUTHORITY', { host: this.#config.name, file: authority.file, line: authority.line });
    if (plain.length === 0) return Object.values(ALGORITHMS).flat();
    const found = [...new Set(plain.flatMap((k) => ALGORITHMS[k.type] ?? []))];
    if (found.length === 0) {
      const { file, line, type } = plain[0]!;
      throw failure('SSH_KEY_TYPE', { host: this.#config.name, file, line, type });
    }
    return found;
  }

  /** What is wrong with the key that the host shows; undefined where it is good. A new one may be written down here. */
  async judge(key: Buffer): Promise<Failure | undefined> {
    const { name: host } = this.#config;
    const shown = { host, type: typeOf(key), fingerprint: fingerprint(key) };
    const revoked = this.#keys.find((k) => k.marker === 'revoked' && k.key.equals(key));
    if (revoked) return failure('SSH_KEY_REVOKED', { ...shown, file: revoked.file, line: revoked.line });
    if (this.#plain.some((k) => k.key.equals(key))) return undefined;
    if (this.#plain.length > 0) return this.changed(shown);
    if (this.#acceptNew || this.#config.acceptNew) return this.#write(key);
    return failure('SSH_KEY_UNKNOWN', { ...shown, name: this.#name, files: this.#config.userKnownHosts });
  }

  /** That the host has no key, or not the one, that stands on record. */
  changed(shown?: { type: string; fingerprint: string }): Failure {
    const on = this.#plain.find((k) => k.type === shown?.type) ?? this.#plain[0];
    if (!on) return failure('SSH_HANDSHAKE', { host: this.#config.name, why: 'no key type that both know' });
    const facts = { host: this.#config.name, name: this.#name, file: on.file, line: on.line };
    return failure('SSH_KEY_CHANGED', { ...facts, fingerprint: shown?.fingerprint, type: on.type });
  }

  async #write(key: Buffer): Promise<Failure | undefined> {
    const [file] = this.#config.userKnownHosts;
    if (file === undefined || file === '/dev/null') return undefined;
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const text = await readFile(file, 'utf8').catch(() => '');
      const before = text === '' || text.endsWith('\n') ? '' : '\n';
      const line = knownLine(this.#name, typeOf(key), key, this.#config.hashKnownHosts);
      await appendFile(file, before + line, { mode: 0o600 });
      return undefined;
    } catch (e) {
      return failure('SSH_KNOWN_HOSTS', { file, why: (e as Error).message });
    }
  }
}
