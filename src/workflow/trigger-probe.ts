import { failure } from '../failure.js';
import { PRESETS, type PresetTrigger } from '../openstack/presets.js';
import { findService } from '../service/find-service.js';
import { oneProbe } from './captures.js';
import type { Context } from './context.js';
import { type Fired, fire } from './fire.js';
import { type FireRequest, planFire } from './plan-fire.js';

/**
 * Makes the target of a probe run that is in: by what was asked for, else as a preset of that target does, else by a server
 * create.
 * @param id of the probe; undefined: the only one there is
 */
export async function triggerProbe(context: Context, id: string | undefined, o: FireRequest): Promise<Fired> {
  const { host, interruption } = context;
  const probe = await oneProbe(host, id);
  const needed = o.parallel * o.repeat;
  const { max, made, owner, engine, targets } = probe;
  if (made + needed > max) throw failure('PROBE_FULL', { probe: probe.probe, max, made, needed });
  const searchPath = await findService(host, probe.services[0]!, context.services)
    .then((service) => service.interpreter())
    .then(
      (i) => i.searchPath,
      () => undefined, // an interpreter that was named with --python is not found here
    );
  const known = PRESETS.find((p) => targets.some((t) => t.target === p.target))?.trigger;
  const create: PresetTrigger = { kind: 'create' };
  const { signal } = interruption;
  const it = { probe: probe.probe, owner, searchPath, engine, signal };
  return fire(context, probe, await planFire(host, o, known ?? create, it));
}
