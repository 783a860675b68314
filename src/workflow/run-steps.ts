import { failure } from '../failure.js';
import { needComputeIds } from './compute-ids.js';
import type { Context } from './context.js';
import { type PatchOptions, type PatchPlan, planPatch } from './plan-patch.js';
import { putIn, putInWords } from './put-in.js';
import { AT_ONCE, restartServices } from './restart-services.js';
import { type TakenOut, takeOut } from './take-out.js';

/** How a run treats services, on each of its hosts. */
export interface RunSettings {
  /** Seconds to wait for a service to stop, and until it is ready. */
  timeout: number;
  sleep: number;
  kill: boolean;
  /** Seconds that a restarted service must stay up. */
  settle?: number;
  /** See `restartServices`. */
  fixComputes: boolean;
}

/**
 * As of `patch`, and the services that will be restarted are noted: they run now, could be restarted, are in no other run,
 * and shall run afterwards. Changes nothing.
 */
export async function planProbe(context: Context, patch: PatchOptions, o: RunSettings): Promise<PatchPlan> {
  const plan = await planPatch(context, patch);
  for (const s of plan.services) {
    const { active, state } = await s.look();
    if (!active) throw failure('SERVICE_INACTIVE', { service: s.name, state });
  }
  for (const p of await context.host.probes()) {
    const shared = plan.services.find((s) => p.restarts?.includes(s.name));
    if (shared) throw failure('SERVICE_BUSY', { service: shared.name, probe: p.probe });
  }
  if (plan.chosen.mode === 'live') return plan;
  if (!o.fixComputes) await needComputeIds(context, plan.services, o);
  plan.request.journal.restarts = plan.services.map((s) => s.name);
  return plan;
}

export async function putInProbe({ host, progress, interruption }: Context, plan: PatchPlan): Promise<void> {
  await interruption.during('putting the probe in', () =>
    progress.step(
      'Put the probe in',
      () => putIn(host, plan, (text) => progress.warn(text)),
      (live) => `probe ${plan.request.journal.probe}, ${putInWords(plan, live)}`,
    ),
  );
}

export async function restartWithProbe(context: Context, plan: PatchPlan, o: RunSettings): Promise<void> {
  await restartServices(context, plan.chosen.mode === 'live' ? [] : plan.services, {
    ...o,
    readyTimeout: o.timeout,
    leftovers: o.kill ? 'kill' : 'refuse',
    parallel: AT_ONCE,
    goOn: false,
    interruptible: true,
    title: (s) => `Restart ${s.name} with it`,
  });
}

/**
 * Takes it out however far the run came; undefined: it never came so far as to be in.
 * @param begins is told when the host has said what is in
 */
export async function takeOutProbe(
  context: Context,
  id: string,
  o: RunSettings,
  begins: () => void = () => {},
): Promise<TakenOut | undefined> {
  const probe = (await context.host.probes()).find((p) => p.probe === id);
  begins();
  if (probe === undefined) return undefined;
  const { timeout, kill, settle } = o;
  return takeOut(context, probe, { discard: false, restart: 'journal', timeout, readyTimeout: timeout, kill, settle });
}
