import type { ParsedKey } from 'ssh2';
import { type Identity, LockedKey } from './identities.js';
import { BaseAgent } from './ssh2.js';

type Signed = (error?: Error | null, signature?: Buffer) => void;

/** Keys as ssh2 wants them: an agent of its own, so that a passphrase is asked for only when a host takes the key. */
export class Keyring extends BaseAgent<ParsedKey> {
  /** Files that a host would have taken, had their passphrase been there. */
  readonly missed: string[] = [];
  /** Where the keys come from that were offered. */
  readonly offered: string[] = [];
  readonly #load: () => Promise<Identity[]>;
  #keys: Identity[] = [];

  constructor(load: () => Promise<Identity[]>) {
    super();
    this.#load = load;
  }

  override getIdentities(done: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    this.#load().then(
      (keys) => {
        this.#keys = keys;
        this.offered.push(...keys.map((k) => k.from));
        done(
          null,
          keys.map((k) => k.public),
        );
      },
      (error: Error) => done(error),
    );
  }

  override sign(key: ParsedKey, data: Buffer, options: unknown, done?: Signed): void {
    const say = (typeof options === 'function' ? options : done) as Signed;
    const hash = (options as { hash?: string } | undefined)?.hash;
    const identity = this.#keys.find((k) => k.public.getPublicSSH().equals(key.getPublicSSH()));
    const signed = identity?.sign(data, hash) ?? Promise.reject(new Error('no such key'));
    signed.then(
      (signature) => say(null, signature),
      (error: Error) => {
        if (error instanceof LockedKey) this.missed.push(error.file);
        say(error); // ssh2 tells this as an error that is none yet, and goes on to the next key
      },
    );
  }
}
