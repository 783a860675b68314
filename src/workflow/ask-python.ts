import { readFile } from 'node:fs/promises';
import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { type AskPython, locateProgram } from '../python/ask.js';
import type { Interpreter } from '../service/service.js';
import { template } from '../templates.js';

/** The order matters: later parts use earlier ones, and the last one starts it. */
const PARTS = ['source', 'describe', 'modules', 'search', 'resolve', 'check', 'main'];

/** The Python program that finds targets and checks edits: the parts in templates/locate/, as one text. */
export async function locateParts(): Promise<string> {
  const parts = await Promise.all(PARTS.map((part) => readFile(template(`locate/${part}.py`), 'utf8')));
  return parts.join('\n\n');
}

/** Runs it with the service's interpreter, as the service's user. */
export const asker = (host: Host, interpreter: Interpreter, user: string): AskPython =>
  askerOf(locateParts, host, interpreter, user);

/**
 * Asks a program by a service's interpreter, as the service's user: a request, and an answer in JSON, its last line.
 * @param secret it may hold a password: of what it says otherwise nothing is shown
 */
export function askerOf(
  program: () => Promise<string>,
  host: Host,
  { path }: Interpreter,
  user: string,
  { timeout = 120, secret = false } = {},
): (request: object) => Promise<unknown> {
  return async (request) => {
    const stdin = locateProgram(request, await program());
    const r = await host.run([path, '-B', '-W', 'ignore', '-'], { stdin, user, timeout });
    const refuse = (why: string) => failure('NO_INTERPRETER', { service: path, why }, secret ? undefined : r.stderr);
    if (r.code !== 0) throw refuse(`it ended with status ${r.code}`);
    try {
      return JSON.parse(r.stdout.trim().split('\n').at(-1) ?? '');
    } catch {
      throw refuse('it did not answer in JSON');
    }
  };
}
