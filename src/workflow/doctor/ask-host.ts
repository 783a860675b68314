import { readFile } from 'node:fs/promises';
import type { Host, RunOptions } from '../../host/host.js';
import type { Versions } from '../../openstack/doctor/facts.js';
import { locateProgram } from '../../python/ask.js';
import { template } from '../../templates.js';
import type { SeenService } from './service-facts.js';

/** Seconds that a Python gets: a host that hangs must not hang this. */
const TIMEOUT = 20;
const NAMES = ['nova', 'eventlet', 'greenlet', 'oslo.service'];

/** Runs parts of templates/ with a Python of the host, and reads the answer. No file is written, compiled ones neither. */
export async function askPython(
  host: Host,
  python: string,
  parts: readonly string[],
  request: object,
  how: RunOptions & { isolated?: boolean } = { isolated: true },
): Promise<unknown> {
  const { isolated = false, ...run } = how;
  const texts = await Promise.all(parts.map((part) => readFile(template(`${part}.py`), 'utf8')));
  const stdin = locateProgram(request, texts.join('\n\n'));
  const options = isolated ? ['-I', '-S', '-B', '-'] : ['-B', '-W', 'ignore', '-'];
  const r = await host.run([python, ...options], { ...run, stdin, timeout: TIMEOUT });
  if (r.timedOut) throw new Error(`${python} did not answer within ${TIMEOUT} s`);
  if (r.code !== 0)
    throw new Error(`${python} ended with status ${r.code}: ${r.stderr.trim().split('\n').at(-1) ?? ''}`);
  return JSON.parse(r.stdout);
}

/** What is installed in the services' interpreters, by their paths; without those that do not answer. */
export async function versionsIn(host: Host, services: readonly SeenService[]): Promise<Map<string, Versions>> {
  const { uid } = await host.hello();
  const found = new Map<string, Versions>();
  for (const { interpreter, user } of services) {
    if (interpreter === undefined || found.has(interpreter.path)) continue;
    const request = { path: interpreter.modules, names: NAMES };
    const how = uid === 0 ? { user } : {};
    const answer = await askPython(host, interpreter.path, ['doctor/versions'], request, how).catch(() => undefined);
    if (answer) found.set(interpreter.path, answer as Versions);
  }
  return found;
}
