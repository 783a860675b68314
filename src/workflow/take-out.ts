import { Failure, failure } from '../failure.js';
import { type Host, type ProbeState, targetsOf } from '../host/host.js';
import { carries } from '../probe/carries.js';
import { findService } from '../service/find-service.js';
import type { Restarted } from '../service/restart.js';
import type { Service } from '../service/service.js';
import { captureNames } from './captures.js';
import { type Collected, collect } from './collect.js';
import type { Context } from './context.js';
import { isCut } from './cut-off.js';
import { inWords, takeOutLive } from './live.js';
import { AT_ONCE, restartServices } from './restart-services.js';

export interface TakeOutOptions {
  /** Captures that are still on the host are dropped, not brought here. */
  discard: boolean;
  /** Which services are started anew without the probe. `journal`: those that a run restarted with it. */
  restart: 'journal' | 'all' | 'none';
  /** Seconds to wait for a service to stop. */
  timeout: number;
  /** Seconds to wait until it is ready. */
  readyTimeout?: number | undefined;
  /** End what outlives the stop of a service; otherwise it is left be, for the undo must come to its end. */
  kill: boolean;
  settle?: number | undefined;
  /** Files that are not there any more are given up. */
  missing?: boolean;
}

export interface TakenOut {
  probe: string;
  target: string;
  /** What was done, by file. */
  files: Record<string, string>;
  collected: Collected | undefined;
  restarted: Restarted[];
  /** Services that still run with the probe in memory, where it is a plain call now. */
  carrying: string[];
}

/** How often it is begun once more after a cut. */
const MOST = 3;

/**
 * Takes a probe out: switched off and files restored first, then the services that a run restarted are restarted, then
 * what was captured is brought here, and last the journal goes. Can be cut off anywhere and run again, which it is where
 * the connection was cut; what fails does not keep the rest from being undone.
 */
export async function takeOut(context: Context, probe: ProbeState, options: TakeOutOptions): Promise<TakenOut> {
  for (let more = MOST; ; more -= 1) {
    try {
      return await takeOutOnce(context, probe, options);
    } catch (e) {
      if (more === 0 || !isCut(e) || !(await isReached(context.host))) throw e;
    }
  }
}

/** Over a new connection, where the one before was cut. */
const isReached = (host: Host): Promise<boolean> =>
  host.hello().then(
    () => true,
    () => false,
  );

async function takeOutOnce(context: Context, probe: ProbeState, options: TakeOutOptions): Promise<TakenOut> {
  const { host, progress } = context;
  const services = { restarted: [] as Restarted[], carrying: [] as string[] };
  const failures: Failure[] = [];
  if (probe.mode === 'live') await outOfProcesses(context, probe, services).catch((e) => failures.push(asFailure(e)));
  const files = await progress
    .step(
      `Take the probe ${probe.probe} out`,
      () => host.revert(probe.probe, { missing: options.missing === true }),
      (f) =>
        Object.entries(f)
          .map(([path, what]) => `${path} ${what}`)
          .join(', '),
    )
    .catch((e) => void failures.push(asFailure(e))); // it is off all the same, and no service shall stay down for that
  if (probe.mode !== 'live')
    await restartWithout(context, probe, options, services).catch((e) => failures.push(asFailure(e)));
  const collected = await bringRest(context, probe, options).catch((e) => void failures.push(asFailure(e)));
  const first = failures.find(isCut) ?? failures[0];
  const others = failures.filter((f) => f.message !== first?.message); // a line that is cut fails them all
  for (const f of others) progress.warn(`${f.message} ${f.next}`);
  if (first || files === undefined) throw first;
  await host.forget(probe.probe);
  return { probe: probe.probe, target: targetsOf(probe), files, collected: collected ?? undefined, ...services };
}

/** A live probe goes as it came: without a restart. What does not answer carries on with a plain call. */
async function outOfProcesses(context: Context, probe: ProbeState, done: Pick<TakenOut, 'carrying'>): Promise<void> {
  for (const name of probe.services) {
    const service = await find(context, name);
    if (service === undefined) continue;
    const now = await context.progress.step(
      `Take it out of the processes of ${service.name}`,
      () => takeOutLive(context.host, probe, [service]),
      inWords,
    );
    if (now.inside.length + now.waiting.length > 0) done.carrying.push(service.name);
  }
}

/** Only what a user can mend is put off until the rest is undone. */
function asFailure(e: unknown): Failure {
  if (e instanceof Failure) return e;
  throw e;
}

/** Captures that are still on the host come here, unless they are to be dropped. @throws Failure UNCOLLECTED */
async function bringRest(context: Context, probe: ProbeState, o: TakeOutOptions): Promise<Collected | undefined> {
  // asked anew: a call that was under way may have ended in the meantime
  if (o.discard || (await captureNames(context.host, probe.probe)).length === 0) return undefined;
  const collected = await collect(context, probe, { clean: false });
  if (collected.broken.length > 0)
    throw failure('UNCOLLECTED', { probe: probe.probe, why: collected.broken.join('; ') });
  if (collected.files.length > 0)
    context.progress.note(`brought to ${collected.folder}: ${collected.files.length} of its captures`);
  return collected;
}

/** Those that a run restarted, or all that carry it. One that does not come back does not keep the others from it. */
async function restartWithout(
  context: Context,
  probe: ProbeState,
  o: TakeOutOptions,
  done: Pick<TakenOut, 'restarted' | 'carrying'>,
): Promise<void> {
  const wanted: Service[] = [];
  for (const name of probe.services) {
    const service = await find(context, name);
    if (service === undefined) continue;
    const now = await service.look();
    const ofRun = (probe.restarts ?? []).includes(name);
    const down = !now.active && ofRun; // a run stops services too: one that is down now was up before
    const carried = now.processes.some((p) => carries(p, probe));
    const meant = o.restart === 'all' || (o.restart === 'journal' && ofRun);
    if (meant && (down || carried)) wanted.push(service);
    else if (carried) done.carrying.push(service.name);
  }
  const restarted = await restartServices(context, wanted, {
    timeout: o.timeout,
    readyTimeout: o.readyTimeout,
    leftovers: o.kill ? 'kill' : 'keep',
    settle: o.settle,
    parallel: AT_ONCE,
    goOn: true,
    fixComputes: false,
    interruptible: false,
    title: (s) => `Restart ${s.name} without it`,
  });
  done.restarted.push(...restarted);
}

/** A service that is gone must not keep the journal from going: then there is nothing to restart. */
async function find(context: Context, name: string): Promise<Service | undefined> {
  try {
    return await findService(context.host, name, context.services);
  } catch (e) {
    if (!(e instanceof Failure) || isCut(e as unknown)) throw e; // it is there, for all that is known
    context.progress.warn(`${e.message} It was not restarted.`);
    return undefined;
  }
}
