import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { presetOf } from '../openstack/presets.js';
import { needComputeIds } from './compute-ids.js';
import type { Context } from './context.js';
import { type PatchOptions, type PatchPlan, planPatch } from './plan-patch.js';
import { runningUnits } from './presets.js';
import { putIn, putInWords } from './put-in.js';
import { AT_ONCE, restartServices } from './restart-services.js';
import type { RunOptions } from './run.js';

/** What of a run is on a host: presets whose services run there, and all that is no preset. undefined: nothing. */
export async function targetsHere(host: Host, asked: PatchOptions): Promise<PatchOptions | undefined> {
  if (asked.services.length > 0) return asked;
  const isHere = await Promise.all(
    asked.targets.map(async (target) => {
      const preset = presetOf(target);
      return preset === undefined || (await runningUnits(host, preset.units)).length > 0;
    }),
  );
  const here = <T>(all: readonly T[]) => all.filter((_, n) => isHere[n]);
  const targets = here(asked.targets);
  if (targets.length === 0) return undefined;
  return { ...asked, targets, ids: asked.ids.length === asked.targets.length ? here(asked.ids) : asked.ids };
}

/** Plans what a run does on a host that the trigger does not run on. Changes nothing. */
export async function planCompanion(context: Context, patch: PatchOptions, o: RunOptions): Promise<PatchPlan> {
  const plan = await planPatch(context, patch);
  for (const service of plan.services) {
    const { active, state } = await service.look();
    if (!active) throw failure('SERVICE_INACTIVE', { service: service.name, state });
  }
  if (plan.chosen.mode === 'live') return plan;
  if (!o.fixComputes) await needComputeIds(context, plan.services, o);
  plan.request.journal.restarts = plan.services.map((s) => s.name);
  return plan;
}

/** Puts the probe in there, and restarts the services with it. */
export async function beginCompanion(context: Context, plan: PatchPlan, o: RunOptions): Promise<void> {
  const { host, progress, interruption } = context;
  await interruption.during('putting the probe in', () =>
    progress.step(
      'Put the probe in',
      () => putIn(host, plan, (text) => progress.warn(text)),
      (live) => `probe ${plan.request.journal.probe}, ${putInWords(plan, live)}`,
    ),
  );
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
