import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import type { SshConfig } from './ssh-config.js';
import { createAgent, parseKey } from './ssh2.js';

/** Asks somebody at a terminal for something that is not shown; undefined where nobody answers. */
export type Ask = (question: string) => Promise<string | undefined>;

/** A key that can be offered: the public half is known, the private one is fetched when a host wants it. */
export interface Identity {
  /** Its file, or `agent`. */
  from: string;
  public: ParsedKey;
  /** @throws LockedKey */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>;
}

/** A key whose passphrase nobody gave. */
export class LockedKey extends Error {
  readonly file: string;
  constructor(file: string) {
    super(`${file} has a passphrase`);
    this.file = file;
  }
}

/** A key file whose public half is not known before its passphrase is. */
export interface LockedFile {
  file: string;
  text: string;
}

export interface Identities {
  /** In the order in which they are offered: as ssh does, those of the agent first. */
  known: Identity[];
  locked: LockedFile[];
}

/** The keys that a host may be offered. What cannot be read is none: ssh's own list names files that are not there. */
export async function identities(config: SshConfig, ask: Ask | undefined): Promise<Identities> {
  const files: Identity[] = [];
  const listed: Buffer[] = []; // keys that a file names, its private half may be in the agent alone
  const locked: LockedFile[] = [];
  for (const file of config.identityFiles) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const beside = await readFile(`${file}.pub`, 'utf8').catch(() => undefined);
    const known = firstKey(text) ?? publicHalf(text) ?? firstKey(beside);
    if (known) listed.push(known.getPublicSSH());
    if (text === undefined || firstKey(text)?.isPrivateKey() === false) continue;
    if (known) files.push(fromFile(file, text, known, ask));
    else if (text.includes('ENCRYPTED')) locked.push({ file, text });
  }
  const isListed = (one: Identity) => listed.some((key) => key.equals(one.public.getPublicSSH()));
  const agent = config.agent === undefined ? [] : await fromAgent(config.agent);
  const others = config.identitiesOnly ? [] : agent.filter((one) => !isListed(one));
  const held = agent.filter(isListed);
  const rest = files.filter((f) => !held.some((h) => h.public.getPublicSSH().equals(f.public.getPublicSSH())));
  return { known: [...held, ...others, ...rest], locked };
}

/** The key of a locked file, once its passphrase is known. @throws LockedKey */
export async function unlock({ file, text }: LockedFile, ask: Ask | undefined): Promise<Identity> {
  const key = await privateKey(file, text, ask);
  return fromFile(file, text, key, ask, key);
}

function fromFile(file: string, text: string, known: ParsedKey, ask: Ask | undefined, unlocked?: ParsedKey): Identity {
  const sign = async (data: Buffer, hash: string | undefined) => {
    const signed: Buffer | Error = (unlocked ?? (await privateKey(file, text, ask))).sign(data, hash);
    if (signed instanceof Error) throw signed;
    return signed;
  };
  return { from: file, public: known, sign };
}

/** Three attempts, as ssh gives. */
async function privateKey(file: string, text: string, ask: Ask | undefined): Promise<ParsedKey> {
  const open = firstKey(text);
  if (open) return open;
  for (let n = 0; n < 3; n += 1) {
    const passphrase = await ask?.(`Passphrase of ${file}: `);
    if (passphrase === undefined) break;
    const key = firstKey(text, passphrase);
    if (key) return key;
  }
  throw new LockedKey(file);
}

function firstKey(text: string | undefined, passphrase?: string): ParsedKey | undefined {
  if (text === undefined) return undefined;
  const parsed = parseKey(text.trim(), passphrase) as ParsedKey | ParsedKey[] | Error;
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  return key instanceof Error ? undefined : key;
}

/** OpenSSH's own format keeps the public half readable: magic, cipher, kdf, its options, how many keys, the first. */
function publicHalf(text: string | undefined): ParsedKey | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text ?? '')?.[1];
  if (body === undefined) return undefined;
  const data = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (data.toString('latin1', 0, magic.length) !== magic) return undefined;
  try {
    let at = magic.length;
    const next = () => {
      const from = at + 4;
      at = from + data.readUInt32BE(at);
      return data.subarray(from, at);
    };
    for (let n = 0; n < 3; n += 1) next();
    at += 4;
    const key = next();
    const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0));
    return firstKey(`${type} ${key.toString('base64')}`);
  } catch {
    return undefined; // cut short
  }
}

/** The keys of an agent; none where none answers, as with ssh. */
function fromAgent(socket: string): Promise<Identity[]> {
  const agent = createAgent(socket);
  const sign = (key: ParsedKey, data: Buffer, hash: string | undefined) =>
    new Promise<Buffer>((resolve, reject) => {
      const options = hash === 'sha256' || hash === 'sha512' ? { hash } : {};
      agent.sign(key, data, options as never, (error, signed) =>
        signed ? resolve(signed) : reject(error ?? new Error('the agent refused')),
      );
    });
  return new Promise((resolve) => {
    agent.getIdentities((error, keys) => {
      const parsed = error ? [] : ((keys ?? []) as ParsedKey[]);
      resolve(parsed.map((key) => ({ from: 'agent', public: key, sign: (data, hash) => sign(key, data, hash) })));
    });
  });
}
