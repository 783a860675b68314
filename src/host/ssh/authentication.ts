import type { AuthHandlerMiddleware, NextAuthHandler } from 'ssh2';
import { type Failure, failure } from '../../failure.js';
import { type Ask, identities, type LockedFile, LockedKey, unlock } from './identities.js';
import { Keyring } from './keyring.js';
import type { SshConfig } from './ssh-config.js';

/** One way after the other to say who we are; `failed` says why none was taken. */
export interface Authentication {
  handler: AuthHandlerMiddleware;
  failed(): Failure;
}

/** @param ask where there is a terminal, and the configuration lets it be used */
export async function authentication(config: SshConfig, ask: Ask | undefined): Promise<Authentication> {
  const { known, locked } = await identities(config, ask);
  const username = config.user;
  const rings = [new Keyring(async () => known), new Keyring(() => unlocked(locked, ask, missed))];
  const missed: string[] = [];
  const steps: ((left: readonly string[] | null, next: NextAuthHandler) => void)[] = [];
  if (known.length > 0) steps.push((_, next) => next({ type: 'agent', username, agent: rings[0]! }));
  if (locked.length > 0) steps.push((_, next) => next({ type: 'agent', username, agent: rings[1]! }));
  if (ask) {
    const prompt = (_1: string, _2: string, _3: string, prompts: { prompt: string }[], done: (a: string[]) => void) =>
      void answers(prompts, ask, config.name).then(done);
    steps.push((_, next) => next({ type: 'keyboard-interactive', username, prompt: prompt as never }));
    steps.push(async (left, next) => {
      if (!left?.includes('password')) return next(false as never);
      const password = await ask(`Password of ${username} on ${config.name}: `);
      next(password === undefined ? (false as never) : { type: 'password', username, password });
    });
  }
  return {
    handler: (left, _, next) => {
      const step = steps.shift();
      if (step) step(left, next);
      else next(false as never);
    },
    failed: () => {
      const file = [...rings.flatMap((r) => r.missed), ...missed][0];
      if (file !== undefined && !ask) return failure('SSH_PASSPHRASE', { host: config.name, file });
      const offered = [...new Set(rings.flatMap((r) => r.offered))];
      return failure('SSH_AUTH', { host: config.name, user: username, offered, looked: config.identityFiles });
    },
  };
}

async function unlocked(files: readonly LockedFile[], ask: Ask | undefined, missed: string[]) {
  const keys = [];
  for (const file of files) {
    try {
      keys.push(await unlock(file, ask));
    } catch (e) {
      if (!(e instanceof LockedKey)) throw e;
      missed.push(e.file);
    }
  }
  return keys;
}

async function answers(prompts: { prompt: string }[], ask: Ask, host: string): Promise<string[]> {
  const given: string[] = [];
  for (const { prompt } of prompts) given.push((await ask(`${host}: ${prompt.trim()} `)) ?? '');
  return given;
}
