import { Failure } from '../failure.js';
import { type Restarted, restart } from '../service/restart.js';
import type { Service } from '../service/service.js';
import { atOnce } from './at-once.js';
import { needComputeIds } from './compute-ids.js';
import type { Context } from './context.js';
import { readinessOf } from './readiness.js';

export interface RestartServicesOptions {
  /** Seconds to wait for one to stop. */
  timeout: number;
  /** Seconds to wait until one is ready. */
  readyTimeout?: number | undefined;
  sleep?: number;
  /** What outlives a stop: see `restart`. */
  leftovers: 'refuse' | 'kill' | 'keep';
  settle?: number | undefined;
  /** How many at once. */
  parallel: number;
  /** Those that are left are restarted though one did not come back. */
  goOn: boolean;
  /** Write the compute_id of computes that lack it, so that they can be restarted. */
  fixComputes: boolean;
  /** Ctrl-C ends it; an undo is not to be ended. */
  interruptible: boolean;
  /** Of the step of one. */
  title(service: Service): string;
}

/** How many at once where nobody says: each takes a core for some seconds, so more of them would be done no earlier. */
export const AT_ONCE = 4;

/**
 * Restarts services, some at once, in their order. What can be known to go wrong is said before the first one is stopped.
 * Each that was stopped is started again; where one does not come back no further one is begun, unless `goOn`, and those
 * that are under way are brought to their end. All failures are told.
 */
export async function restartServices(
  context: Context,
  services: readonly Service[],
  o: RestartServicesOptions,
): Promise<Restarted[]> {
  const { progress, interruption } = context;
  await needComputeIds(context, services, o);
  const left: Service[] = [];
  const errors: unknown[] = [];
  const done = await atOnce(services, o.parallel, async (service) => {
    if (errors.length === 0 || o.goOn) return one(context, service, o).catch((e) => void errors.push(e));
    left.push(service);
    return undefined;
  });
  const bug = errors.find((e) => !(e instanceof Failure));
  if (bug) throw bug;
  const [first, ...others] = errors as Failure[];
  for (const f of others) if (!interruption.signal.aborted) progress.warn(`${f.message} ${f.next}`);
  if (left.length > 0) progress.warn(`not restarted: ${left.map((s) => s.name).join(', ')}`);
  if (first) throw first;
  return done as Restarted[]; // without an error there is one of each
}

async function one(context: Context, service: Service, o: RestartServicesOptions): Promise<Restarted> {
  const { progress, interruption } = context;
  const { timeout, readyTimeout, sleep = 0, leftovers, settle } = o;
  const title = o.title(service);
  const how = { timeout, readyTimeout, sleep, leftovers, settle };
  const signal = o.interruptible ? { signal: interruption.signal } : {};
  const step = () =>
    progress.step(
      title,
      async (say) => restart(service, { ...how, ...signal, say, readiness: await readinessOf(context, service) }),
      (r) => `main process ${r.mainPid}, ${r.ready}`,
    );
  const r = await (o.interruptible ? interruption.during(title, step) : step());
  for (const p of r.killed) progress.warn(`killed ${p.pid}, which outlived the stop: ${p.argv.join(' ')}`);
  for (const p of r.kept) progress.warn(`${p.pid} outlived the stop and was left be: ${p.argv.join(' ')}`);
  for (const line of r.errors.slice(0, 5)) progress.warn(`${service.name}: ${line.slice(0, 160)}`);
  return r;
}
