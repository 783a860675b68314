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
export function asker(host: Host, interpreter: Interpreter, user: string): AskPython {
  return async (request) => {
    const stdin = locateProgram(request, await locateParts());
    const r = await host.run([interpreter.path, '-B', '-W', 'ignore', '-'], { stdin, user, timeout: 120 });
    if (r.code !== 0)
      throw failure('NO_INTERPRETER', { service: interpreter.path, why: `it ended with status ${r.code}` }, r.stderr);
    return JSON.parse(r.stdout.trim().split('\n').at(-1) ?? '');
  };
}
