import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../failure.js';
import type { HostProcess } from '../host/host.js';
import type { Service, ServiceState } from './service.js';

export interface RestartOptions {
  /** Seconds to wait for it to stop, and for its processes to end. */
  timeout: number;
  /** End what outlives the stop with SIGKILL. */
  kill: boolean;
  /** Seconds to pause between stop and start, besides (the guide's `sleep 5`). */
  sleep: number;
  /** Seconds that the main process must stay the same before it counts as up; 3 unless told. */
  settle?: number;
  signal?: AbortSignal;
  say(text: string): void;
}

export interface Restarted {
  service: string;
  mainPid: number;
  /** Processes that were killed since they outlived the stop. */
  killed: HostProcess[];
  /** Errors in its log since the start. */
  errors: string[];
}

/** Stops a service until nothing of it lives, starts it, and sees that it stays up. */
export async function restart(service: Service, options: RestartOptions): Promise<Restarted> {
  const killed = await stopDead(service, options);
  if (options.sleep > 0) await delay(options.sleep * 1000);
  return { ...(await startAndSee(service, options)), killed };
}

async function stopDead(service: Service, { timeout, kill, say, signal }: RestartOptions): Promise<HostProcess[]> {
  const end = Date.now() + timeout * 1000;
  await service.stop(timeout, signal);
  const killed: HostProcess[] = [];
  let told = '';
  for (;;) {
    signal?.throwIfAborted();
    const now = await service.look();
    const stopped = !now.active && now.state !== 'deactivating' && now.state !== 'reloading';
    if (stopped && now.processes.length === 0) return killed;
    const late = Date.now() > end;
    // without --kill a leftover gets the whole time-out to finish its work; with it, a grace of two seconds
    if (kill && now.processes.length > 0 && (late || (stopped && Date.now() > end - timeout * 1000 + 2000))) {
      killed.push(...now.processes);
      await service.host.run(['kill', '-9', '--', ...now.processes.map((p) => String(p.pid))]);
    } else if (late) {
      if (stopped)
        throw failure('SERVICE_LEFTOVERS', { service: service.name, seconds: timeout, left: now.processes.map(named) });
      throw failure('SERVICE_STOP_TIMEOUT', { service: service.name, seconds: timeout, state: now.state });
    }
    const text = stopped ? `waiting for ${now.processes.map(named).join(', ')}` : `${service.name} is ${now.state}`;
    if (text !== told) say(text);
    told = text;
    await delay(200);
  }
}

async function startAndSee(
  service: Service,
  { signal, settle = 3 }: RestartOptions,
): Promise<Omit<Restarted, 'killed'>> {
  const since = Number((await service.host.run(['date', '+%s'])).stdout); // the journal goes by the host's clock
  await service.start(signal);
  let main = 0;
  let steadySince = Date.now();
  const end = Date.now() + 60_000;
  for (;;) {
    signal?.throwIfAborted();
    const now: ServiceState = await service.look();
    if (now.mainPid !== main || !now.active) {
      if (main !== 0 && now.mainPid !== main) throw await startFailed(service, `its main process ${main} ended`);
      main = now.active ? now.mainPid : 0;
      steadySince = Date.now();
    }
    if (now.state === 'failed' || (now.state === 'inactive' && Date.now() - steadySince > 2000))
      throw await startFailed(service, `it is ${now.state}`);
    if (main !== 0 && Date.now() - steadySince >= settle * 1000) break;
    if (Date.now() > end) throw await startFailed(service, `it is ${now.state} after 60 s`);
    await delay(200);
  }
  return { service: service.name, mainPid: main, errors: (await service.errorsSince(since)) ?? [] };
}

const startFailed = async (service: Service, state: string) =>
  failure('SERVICE_START_FAILED', { service: service.name, state }, await service.lastWords());

const named = (p: HostProcess): string => `${p.pid} (${p.argv.join(' ').slice(0, 60)})`;
