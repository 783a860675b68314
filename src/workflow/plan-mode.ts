import type { Host } from '../host/host.js';
import type { EngineName } from '../probe/engines.js';
import { HOOK, hookText } from '../probe/hook.js';
import { type AskedMode, type ChosenMode, chooseMode } from '../probe/mode.js';
import { type ProbePlan, probeJournal } from '../probe/plan.js';
import { probeRuntime } from '../probe/runtime.js';
import { folderOf, type Probed, type ProbeSettings, runtimeFiles, runtimeName } from '../probe/runtime-file.js';
import type { FoundTargets } from './find-targets.js';
import { hookUnits } from './hook-units.js';
import { planLive } from './live.js';
import { modeFacts } from './mode-facts.js';
import { planSource } from './plan-source.js';

/**
 * Plans a probe in the mode that is asked for, or that fits. Changes nothing.
 * @throws Failure HOOK_REFUSED, HOOK_NEEDS_SYSTEMD, NO_MODE, and those of planSource and planLive
 */
export async function planMode(
  host: Host,
  asked: AskedMode,
  found: FoundTargets,
  probed: readonly Probed[],
  settings: ProbeSettings,
): Promise<ProbePlan & { chosen: ChosenMode }> {
  const chosen: ChosenMode =
    asked === 'source' || asked === 'live' ? { mode: asked } : chooseMode(asked, await modeFacts(host, found));
  const plan = { source: planSource, hook: planHook, live: planLive }[chosen.mode];
  return { ...(await plan(host, found, probed, settings)), chosen };
}

/** No file of the service changes: its units are given a drop-in, and the probe's folder the hook. */
async function planHook(
  host: Host,
  found: FoundTargets,
  probed: readonly Probed[],
  settings: ProbeSettings,
): Promise<ProbePlan> {
  const directory = folderOf(settings);
  const { files, targets } = runtimeFiles(probed, settings, 'hook', await probeRuntime(settings.engine as EngineName));
  const hooked = probed.map(({ located: { module, name, line } }, n) => ({
    module,
    name,
    line,
    runtime: runtimeName(n),
  }));
  const units = await hookUnits(host, found.services, settings.probe, directory);
  return {
    located: probed.map((p) => p.located),
    diff: units.shown,
    request: {
      journal: { ...probeJournal('hook', targets, settings), folders: units.folders, reload: true },
      changes: units.changes,
      files: [...files, ...units.files, { name: `${HOOK}/sitecustomize.py`, data: await hookText(directory, hooked) }],
      owner: settings.owner,
    },
  };
}
