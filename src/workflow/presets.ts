import type { Host } from '../host/host.js';
import { type PresetTrigger, presetOf } from '../openstack/presets.js';
import { listUnits } from '../service/systemctl.js';

interface Asked {
  targets: readonly string[];
  services: readonly string[];
  ids: readonly string[];
}

/**
 * What a user asked for, with presets replaced by what they stand for: what is said on the command line comes first.
 * Their services are those of their units that run here; where none does, all that have loaded the target.
 */
export async function expandPresets<T extends Asked>(host: Host, asked: T): Promise<T & { trigger?: PresetTrigger }> {
  const presets = asked.targets.map(presetOf);
  if (presets.every((p) => p === undefined)) return asked;
  const services: string[] = [...asked.services];
  if (services.length === 0 && presets.every((p) => p !== undefined)) {
    const units = await runningUnits(host, [...new Set(presets.flatMap((p) => p.units))]);
    services.push(...units);
  }
  const trigger = presets.find((p) => p?.trigger)?.trigger;
  return {
    ...asked,
    targets: asked.targets.map((text, n) => presets[n]?.target ?? text),
    services,
    ids: asked.ids.length > 0 ? asked.ids : presets.map((p) => p?.ids ?? ''),
    ...(trigger ? { trigger } : {}),
  };
}

/** The units of those patterns that run; none where there is no systemd. */
export async function runningUnits(host: Host, patterns: readonly string[]): Promise<string[]> {
  return (await listUnits(host, patterns)).filter((u) => u.state === 'active').map((u) => u.name);
}
