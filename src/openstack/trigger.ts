import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../failure.js';
import type { Host, RunOptions, RunResult } from '../host/host.js';
import { clientFailure } from './client-failure.js';
import type { Credentials } from './credentials.js';
import type { Recipe } from './recipe.js';
import { asServerCreate, clientOf, filledIn, isClient, madeId } from './server-create.js';

export interface TriggerOptions {
  cwd: string;
  user: string;
  /** PATH of the service, so that its virtual environment's commands are found. */
  searchPath: string;
  credentials: Credentials;
  /** Seconds, for the command and for the server's end state each. */
  timeout: number;
  signal?: AbortSignal;
  say(text: string): void;
  /** Told the id of a server as soon as it is known, so that it can be deleted whatever comes after. */
  made?(id: string): void;
}

export interface Triggered {
  command: string;
  /** Id of what the command made, where it printed one, or of what it was about. */
  id?: string;
  server?: Server;
}

export interface Server {
  id: string;
  status: string;
  /** Nova's fault message of a server in ERROR, or what else did not come about. */
  fault?: string;
}

/** Runs the trigger; where it is about a server, waits until nothing is done to that any more. */
export async function trigger(
  host: Host,
  recipe: Recipe,
  o: TriggerOptions & { n: number; server?: Server },
): Promise<Triggered> {
  const argv = filledIn(recipe.argv, o.n, o.server?.id);
  const command = recipe.shown ?? argv.join(' ');
  const client = clientOf(argv);
  const before = recipe.action?.moves ? await show(host, client, o.server!.id, o) : undefined;
  const r = await runIt(host, argv, command, o, recipe.stdin);
  if (recipe.action) {
    const server = await endState(host, client, o.server!.id, o);
    return { command, id: server.id, server: judged(server, recipe.action.ends, before?.host) };
  }
  const id = madeId(r.stdout);
  if (id === undefined) return { command };
  if (asServerCreate(argv) === undefined) return { command, id };
  o.made?.(id);
  o.signal?.throwIfAborted();
  return { command, id, server: await atRest(host, argv, id, o) };
}

/** Makes the server that an action is about, and waits for it. @throws Failure SERVER_ERROR */
export async function prepare(
  host: Host,
  words: readonly string[],
  o: TriggerOptions & { n: number },
): Promise<Server> {
  const { server } = await trigger(host, { argv: words, count: 1 }, o);
  if (server?.status === 'ACTIVE') return server;
  throw serverError(server ?? { id: '', status: 'unknown' });
}

/** Runs a command of the client that is about a server, and waits until the server is at rest. */
export async function doTo(host: Host, words: readonly string[], server: string, o: TriggerOptions): Promise<void> {
  const argv = filledIn(words, 1, server);
  await runIt(host, argv, argv.join(' '), o);
  await endState(host, clientOf(argv), server, o);
}

/** A server once nothing is done to it any more. @param argv the trigger, whose global options are taken */
export async function atRest(host: Host, argv: readonly string[], id: string, o: TriggerOptions): Promise<Server> {
  const { status, fault } = await endState(host, clientOf(argv), id, o);
  return { id, status, ...(fault ? { fault } : {}) };
}

export function serverError({ id, status, fault }: Server) {
  const why = (fault ?? `it ended as ${status}`).replace(/\.$/, '');
  return failure('SERVER_ERROR', { server: id, fault: why });
}

async function runIt(
  host: Host,
  argv: readonly string[],
  command: string,
  o: TriggerOptions,
  stdin?: string,
): Promise<RunResult> {
  o.say(command);
  // A server that is on its way shall be known, so that it can be deleted: its create is not cut off at once.
  const signal = asServerCreate(argv) && o.signal ? delayed(o.signal, GRACE) : o.signal;
  const how = { ...runOptions(o), timeout: o.timeout, ...(signal ? { signal } : {}), ...(stdin ? { stdin } : {}) };
  const r = await host.run(argv, how);
  if (r.timedOut) throw failure('TRIGGER_TIMEOUT', { command, seconds: o.timeout }, r.stderr);
  if (r.code === 0) return r;
  if (isClient(argv)) throw clientFailure(command, r, o.credentials);
  throw failure('TRIGGER_FAILED', { command, code: r.code }, r.stderr || r.stdout);
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

interface Shown extends Server {
  task: string | null;
  host: string | undefined;
}

async function show(host: Host, client: readonly string[], id: string, o: TriggerOptions): Promise<Shown> {
  const r = await host.run([...client, 'server', 'show', '-f', 'json', id], { ...runOptions(o), timeout: o.timeout });
  if (r.code !== 0) throw clientFailure(`openstack server show ${id}`, r, o.credentials);
  const shown = JSON.parse(r.stdout) as Record<string, unknown>;
  const fault = shown.fault as { message?: string } | string | null | undefined;
  const message = (typeof fault === 'string' ? fault : fault?.message)?.trim(); // Nova's "No valid host was found. " ends in a blank
  return {
    id,
    status: String(shown.status),
    task: (shown['OS-EXT-STS:task_state'] as string | null | undefined) ?? null,
    host: shown['OS-EXT-SRV-ATTR:host'] as string | undefined,
    ...(message ? { fault: message } : {}),
  };
}

/** What Nova does to a server is at its end when it has no task any more. */
async function endState(host: Host, client: readonly string[], id: string, o: TriggerOptions): Promise<Shown> {
  const end = Date.now() + o.timeout * 1000;
  for (;;) {
    const shown = await show(host, client, id, o);
    if (shown.status !== 'BUILD' && (shown.task === null || shown.status === 'ERROR')) return shown;
    const status = shown.task ? `${shown.status} (${shown.task})` : shown.status;
    if (Date.now() > end) throw failure('SERVER_TIMEOUT', { server: id, status, seconds: o.timeout });
    o.say(`server ${id} is ${status}`);
    await delay(500, undefined, { signal: o.signal });
  }
}

/** After an action, with what did not come about as its fault. */
function judged({ id, status, fault, host }: Shown, ends: string, before: string | undefined): Server {
  const server = { id, status };
  if (status !== ends) return { ...server, fault: fault ?? `it should be ${ends}` };
  if (before !== undefined && host === before) return { ...server, fault: fault ?? `it stayed on ${host}` };
  return server;
}

/** The ids of the servers whose names begin so. */
export async function serversCalled(host: Host, name: string, o: TriggerOptions): Promise<string[]> {
  const argv = ['openstack', 'server', 'list', '--name', `^${name}`, '-f', 'value', '-c', 'ID'];
  const { signal: _, ...how } = runOptions(o);
  const r = await host.run(argv, { ...how, timeout: o.timeout });
  if (r.code !== 0) throw clientFailure(argv.join(' '), r, o.credentials);
  return r.stdout.split('\n').filter(Boolean);
}

/** Deletes servers that a trigger made and waits until they are gone. */
export async function deleteServers(
  host: Host,
  argv: readonly string[],
  ids: readonly string[],
  o: TriggerOptions,
): Promise<void> {
  const { signal: _, ...how } = runOptions(o);
  const words = [...(asServerCreate(argv)?.client ?? ['openstack']), 'server', 'delete', '--wait', ...ids];
  const r = await host.run(words, { ...how, timeout: o.timeout });
  if (r.code !== 0) throw clientFailure(`openstack server delete ${ids.join(' ')}`, r, o.credentials);
}

function runOptions(o: TriggerOptions): RunOptions {
  return {
    user: o.user,
    cwd: o.cwd,
    env: { PATH: o.searchPath, ...o.credentials.env },
    ...(o.signal ? { signal: o.signal } : {}),
  };
}
