import type { Host } from '../host/host.js';
import { presetOf } from '../openstack/presets.js';
import type { PatchOptions } from './plan-patch.js';
import { runningUnits } from './presets.js';

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
