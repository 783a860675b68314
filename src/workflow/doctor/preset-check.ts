import { Failure } from '../../failure.js';
import { judgePresets, type PresetLook } from '../../openstack/doctor/targets.js';
import { PRESETS, type Preset } from '../../openstack/presets.js';
import { locate } from '../../python/locate.js';
import { asker } from '../ask-python.js';
import { searchWith } from '../find-targets.js';
import type { Look } from './look.js';
import type { SeenService } from './service-facts.js';

/** Which presets fit what runs here: their targets are looked for in the Python of their services. */
export async function lookAtPresets(look: Look) {
  const services = (await look.services()).filter((s) => s.state === 'active');
  const found: PresetLook[] = [];
  const absent: string[] = [];
  for (const preset of PRESETS) {
    const runs = services.filter((s) => preset.units.some((pattern) => matches(pattern, s.name)));
    const one = runs.find((s) => s.interpreter);
    if (one) found.push(await resolved(look, preset, one));
    else if (runs[0]) found.push({ name: preset.name, why: runs[0].why });
    else absent.push(preset.name);
  }
  return judgePresets(found, absent);
}

async function resolved(look: Look, preset: Preset, service: SeenService): Promise<PresetLook> {
  const { host } = look;
  const { uid, user } = await host.hello();
  const ask = asker(host, service.interpreter!, uid === 0 ? service.user : user);
  try {
    const { target } = await locate(preset.target, searchWith(host, service.interpreter!, [service.service]), ask);
    return { name: preset.name, ...(target === preset.target ? {} : { instead: target }) };
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    return { name: preset.name, why: e.message.replace(/\.$/, '') };
  }
}

/** As systemd matches names: a star stands for anything. */
const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^$()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(name);
