import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../failure.js';
import type { HostProcess } from '../host/host.js';
import type { Service } from './service.js';

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
  signal?: AbortSignal;
  say(text: string): void;
}

export interface Restarted {
  service: string;
  mainPid: number;
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

async function startAndSee(
  service: Service,
  { signal, settle = 3 }: RestartOptions,
): Promise<Omit<Restarted, 'killed' | 'kept'>> {
  const since = Number((await service.host.run(['date', '+%s'])).stdout); // the journal goes by the host's clock
  await service.start(); // not to be cut off: what was stopped is started
  const began = Date.now();
  let main: number | undefined; // of the service once it is active
  let seen = began;
  for (;;) {
    signal?.throwIfAborted();
    const now = await service.look();
    if (main !== undefined && (now.mainPid !== main || !now.active)) {
      throw await startFailed(service, `its main process ${main} ended`);
    }
    if (main === undefined && now.active) {
      main = now.mainPid;
      seen = Date.now();
    }
    const waited = Date.now() - began;
    if (now.state === 'failed' || (main === undefined && now.state === 'inactive' && waited > 2000)) {
      throw await startFailed(service, `it is ${now.state}`);
    }
    if (main !== undefined && Date.now() - seen >= settle * 1000) {
      return { service: service.name, mainPid: main, errors: (await service.errorsSince(since)) ?? [] };
    }
    if (waited > 60_000) throw await startFailed(service, `it is ${now.state} after 60 s`);
    await delay(200);
  }
}

const startFailed = async (service: Service, state: string) =>
  failure('SERVICE_START_FAILED', { service: service.name, state }, await service.lastWords());

const named = (p: HostProcess): string => `${p.pid} (${p.argv.join(' ').slice(0, 60)})`;
