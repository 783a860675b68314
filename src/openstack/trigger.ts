import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../failure.js';
import type { Host, RunOptions } from '../host/host.js';
import { asServerCreate, credentials, madeId } from './server-create.js';

export interface TriggerOptions {
  argv: readonly string[];
  cwd: string;
  user: string;
  /** PATH of the service, so that its virtual environment's commands are found. */
  searchPath: string;
  /** Where OS_* come from. */
  environment: Record<string, string | undefined>;
  /** Seconds, for the command and for the server's end state each. */
  timeout: number;
  signal?: AbortSignal;
  say(text: string): void;
  /** Told the id of a server as soon as it is known, so that it can be deleted whatever comes after. */
  made?(id: string): void;
}

export interface Triggered {
  command: string;
  /** Id of what the command made, where it printed one. */
  id?: string;
  server?: Server;
}

interface Server {
  id: string;
  status: string;
  /** Nova's fault message of a server in ERROR. */
  fault?: string;
}

/** Runs the trigger; where it created a server, waits until that is built or in ERROR. */
export async function trigger(host: Host, o: TriggerOptions): Promise<Triggered> {
  const command = o.argv.join(' ');
  const how = runOptions(o);
  o.say(command);
  const create = asServerCreate(o.argv);
  // A server that is on its way shall be known, so that it can be deleted: its create is not cut off at once.
  const signal = create && o.signal ? delayed(o.signal, GRACE) : o.signal;
  const r = await host.run(o.argv, { ...how, timeout: o.timeout, ...(signal ? { signal } : {}) });
  if (r.timedOut) throw failure('TRIGGER_TIMEOUT', { command, seconds: o.timeout }, r.stderr);
  if (r.code !== 0) throw failure('TRIGGER_FAILED', { command, code: r.code }, r.stderr || r.stdout);
  const id = madeId(r.stdout);
  if (id === undefined) return { command };
  if (create === undefined) return { command, id };
  o.made?.(id);
  o.signal?.throwIfAborted();
  return { command, id, server: await endState(host, create.client, id, o) };
}

/** Seconds that a `server create` gets to tell the id of its server after Ctrl-C. */
const GRACE = 20;

function delayed(signal: AbortSignal, seconds: number): AbortSignal {
  const later = new AbortController();
  const abort = () => setTimeout(() => later.abort(signal.reason), seconds * 1000).unref();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return later.signal;
}

async function endState(host: Host, client: readonly string[], id: string, o: TriggerOptions): Promise<Server> {
  const end = Date.now() + o.timeout * 1000;
  for (;;) {
    const r = await host.run([...client, 'server', 'show', '-f', 'json', id], { ...runOptions(o), timeout: o.timeout });
    if (r.code !== 0)
      throw failure('TRIGGER_FAILED', { command: `openstack server show ${id}`, code: r.code }, r.stderr);
    const shown = JSON.parse(r.stdout) as { status: string; fault?: { message?: string } | string | null };
    if (shown.status !== 'BUILD') {
      const fault = typeof shown.fault === 'string' ? shown.fault : shown.fault?.message;
      return { id, status: shown.status, ...(fault ? { fault } : {}) };
    }
    if (Date.now() > end) throw failure('SERVER_TIMEOUT', { server: id, status: shown.status, seconds: o.timeout });
    o.say(`server ${id} is ${shown.status}`);
    await delay(500);
  }
}

/** Deletes servers that a trigger made and waits until they are gone. */
export async function deleteServers(host: Host, ids: readonly string[], o: TriggerOptions): Promise<void> {
  const client = asServerCreate(o.argv)?.client ?? ['openstack'];
  const { signal: _, ...how } = runOptions(o);
  const r = await host.run([...client, 'server', 'delete', '--wait', ...ids], { ...how, timeout: o.timeout });
  if (r.code !== 0)
    throw failure('TRIGGER_FAILED', { command: `openstack server delete ${ids.join(' ')}`, code: r.code }, r.stderr);
}

function runOptions(o: TriggerOptions): RunOptions {
  return {
    user: o.user,
    cwd: o.cwd,
    env: { PATH: o.searchPath, ...credentials(o.environment) },
    ...(o.signal ? { signal: o.signal } : {}),
  };
}
