import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../failure.js';
import type { HostProcess } from '../host/host.js';
import type { Service, ServiceState } from './service.js';

/** How it is known that a service takes work, beyond systemd's word. */
export interface Readiness {
  /** What is missing still, in words; undefined: nothing. @param since when it was started: seconds, by the host's clock */
  missing(now: ServiceState, since: number): Promise<string | undefined>;
  /** How it was known, once nothing is missing: `2 workers said so`. */
  words(): string;
  /** Being ready is its last step: it need not stay up for a while after that. */
  final: boolean;
}

export interface RestartOptions {
  /** Seconds to wait for it to stop, and for its processes to end. */
  timeout: number;
  /**
   * What outlives the stop: `refuse` starts the service again and fails, `kill` ends it, `keep` goes on without it
   * (devstack's units have KillMode=process so that, say, a dnsmasq survives its agent).
   */
  leftovers: 'refuse' | 'kill' | 'keep';
  /** Seconds to pause between stop and start, besides (the guide's `sleep 5`). */
  sleep: number;
  /** Seconds that the main process must stay the same before it counts as up; 3 unless told. */
  settle?: number | undefined;
  /** Seconds to wait until it is ready, once it was started; 5 minutes unless told. */
  readyTimeout?: number | undefined;
  /** undefined: what systemd says has to do. */
  readiness?: Readiness | undefined;
  signal?: AbortSignal;
  say(text: string): void;
}

export interface Restarted {
  service: string;
  mainPid: number;
  /** How it is known that it is ready. */
  ready: string;
  /** Processes that outlived the stop, and what became of them. */
  killed: HostProcess[];
  kept: HostProcess[];
  /** Errors in its log since the start. */
  errors: string[];
}

/**
 * Stops a service until nothing of it lives, starts it, and sees that it stays up. Once it has been told to stop it is
 * started again whatever happens: a service must not stay down for an interruption or a stop that takes too long.
 */
export async function restart(service: Service, options: RestartOptions): Promise<Restarted> {
  const { sleep, signal } = options;
  let gone: Pick<Restarted, 'killed' | 'kept'>;
  try {
    gone = await stopDead(service, options);
    if (sleep > 0) await delay(sleep * 1000, undefined, signal ? { signal } : {});
    signal?.throwIfAborted();
  } catch (e) {
    await service.startLater();
    throw e;
  }
  const started = await startAndSee(service, options);
  if (gone.kept.length > 0 && options.leftovers === 'refuse') {
    throw failure('SERVICE_LEFTOVERS', { service: service.name, seconds: options.timeout, left: gone.kept.map(named) });
  }
  return { ...started, ...gone };
}

/** Seconds that leftovers get to end by themselves once the unit has stopped, before they are killed or left be. */
const GRACE = 2;

async function stopDead(service: Service, o: RestartOptions): Promise<Pick<Restarted, 'killed' | 'kept'>> {
  const end = Date.now() + o.timeout * 1000;
  await service.stop(o.timeout, o.signal);
  const killed: HostProcess[] = [];
  let told = '';
  let stoppedAt: number | undefined;
  for (;;) {
    o.signal?.throwIfAborted();
    const now = await service.look();
    const stopped = !now.active && now.state !== 'deactivating' && now.state !== 'reloading';
    if (stopped && now.processes.length === 0) return { killed, kept: [] };
    if (stopped) stoppedAt ??= Date.now();
    const late = Date.now() > end;
    const graceOver = late || (stoppedAt !== undefined && Date.now() > stoppedAt + GRACE * 1000);
    if (o.leftovers === 'kill' && graceOver && now.processes.length > 0) {
      killed.push(...now.processes);
      await service.host.run(['kill', '-9', '--', ...now.processes.map((p) => String(p.pid))]);
    } else if (stopped && (late || (o.leftovers === 'keep' && graceOver))) {
      return { killed, kept: now.processes };
    } else if (late) {
      throw failure('SERVICE_STOP_TIMEOUT', { service: service.name, seconds: o.timeout, state: now.state });
    }
    const text = stopped ? `waiting for ${now.processes.map(named).join(', ')}` : `${service.name} is ${now.state}`;
    if (text !== told) o.say(text);
    told = text;
    await delay(200);
  }
}

async function startAndSee(service: Service, o: RestartOptions): Promise<Omit<Restarted, 'killed' | 'kept'>> {
  const { signal, settle = 3, readiness, readyTimeout = 300 } = o;
  const since = Number((await service.host.run(['date', '+%s.%N'])).stdout); // the journal goes by the host's clock
  await service.start(); // not to be cut off: what was stopped is started
  const began = Date.now();
  let main: number | undefined; // of the service once it is active
  let seen = began; // since when nothing has changed
  let missing: string | undefined = 'no word yet';
  for (;;) {
    signal?.throwIfAborted();
    const now = await service.look();
    const waited = Date.now() - began;
    const gone = main !== undefined && (now.mainPid !== main || !now.active);
    const never = main === undefined && now.state === 'inactive' && !now.pending && waited > 2000;
    if (now.state === 'failed' || now.restarts > 0 || gone || never) throw await startFailed(service, now, since, main);
    if (main === undefined && now.active) {
      main = now.mainPid;
      seen = Date.now();
    }
    if (main !== undefined && missing !== undefined) {
      missing = await readiness?.missing(now, since);
      if (missing === undefined && readiness && !readiness.final) seen = Date.now();
    }
    if (main !== undefined && missing === undefined && Date.now() - seen >= settle * 1000) {
      const errors = (await service.errorsSince(since)) ?? [];
      return { service: service.name, mainPid: main, ready: readiness?.words() ?? `up for ${settle} s`, errors };
    }
    const lacks = main === undefined ? `it is ${now.state}${now.status && `, "${now.status}"`}` : missing;
    if (lacks !== undefined && waited > readyTimeout * 1000) {
      const what = { service: service.name, seconds: readyTimeout, lacks };
      throw failure('SERVICE_NOT_READY', what, await service.lastWords(since));
    }
    if (lacks !== undefined) o.say(lacks);
    await delay(waited < 3000 ? 200 : 500);
  }
}

async function startFailed(service: Service, now: ServiceState, since: number, main: number | undefined) {
  const how = now.ended && ` with ${now.ended}`;
  const state =
    now.restarts > 0
      ? `it ended as it started${how}, and is started anew by itself (it is ${now.state})`
      : main || now.ended
        ? `its main process${main ? ` ${main}` : ''} ended${how}, and it is ${now.state}`
        : `it is ${now.state}`;
  return failure('SERVICE_START_FAILED', { service: service.name, state }, await service.lastWords(since));
}

const named = (p: HostProcess): string => `${p.pid} (${p.argv.join(' ').slice(0, 60)})`;
