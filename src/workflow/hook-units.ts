import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { dropInFolder } from '../probe/drop-in.js';
import { HOOK, hookedPath } from '../probe/hook.js';
import type { Service } from '../service/service.js';
import { SystemdService } from '../service/systemd-service.js';
import { type UnitVariable, type UnitVariables, unitVariables } from './unit-variables.js';

/**
 * The drop-ins of a probe's services by which they start with the hook. Changes nothing.
 * @param directory the probe's folder
 * @throws Failure HOOK_NEEDS_SYSTEMD
 */
export async function hookUnits(
  host: Host,
  services: readonly Service[],
  probe: string,
  directory: string,
): Promise<UnitVariables> {
  const all: UnitVariable[] = [];
  for (const service of services) {
    if (!(service instanceof SystemdService)) throw failure('HOOK_NEEDS_SYSTEMD', { service: service.name });
    const { value, byFile } = await service.pythonPath();
    all.push({ unit: service.name, name: 'PYTHONPATH', value: hookedPath(`${directory}/${HOOK}`, value), byFile });
  }
  return unitVariables(host, all, probe, `${directory}/${HOOK}`);
}

/**
 * Sees to it that the next start of each service would have the hook, and those of the other probes too.
 * @throws Failure HOOK_HIDDEN
 */
export async function seeHooks(host: Host, services: readonly Service[]): Promise<void> {
  const probes = (await host.probes()).filter((p) => p.mode === 'hook' && p.state === 'applied');
  for (const service of services) {
    if (!(service instanceof SystemdService)) continue;
    const path = (await service.pythonPath()).value.split(':');
    for (const { directory, files } of probes) {
      const here = files.some((f) => f.path.startsWith(`${dropInFolder(service.name)}/`) && f.now === 'in place');
      const hook = `${directory}/${HOOK}`;
      if (here && !path.includes(hook)) throw failure('HOOK_HIDDEN', { service: service.name, hook });
    }
  }
}
