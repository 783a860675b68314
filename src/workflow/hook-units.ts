import { failure } from '../failure.js';
import type { FileChange, Host } from '../host/host.js';
import { dropInFolder, dropInPath, dropInText, HOOK, hookedPath } from '../probe/hook.js';
import type { Service } from '../service/service.js';
import { SystemdService } from '../service/systemd-service.js';

/** What units are given so that their services start with the hook. */
export interface HookedUnits {
  changes: FileChange[];
  /** Files in the probe's folder that the drop-ins name. */
  files: { name: string; data: string }[];
  /** Folders of drop-ins. */
  folders: string[];
  /** The drop-ins in words. */
  shown: string;
}

/**
 * The drop-ins of a probe's services. Changes nothing.
 * @param directory the probe's folder
 * @throws Failure HOOK_NEEDS_SYSTEMD
 */
export async function hookUnits(
  host: Host,
  services: readonly Service[],
  probe: string,
  directory: string,
): Promise<HookedUnits> {
  const others = (await host.probes()).flatMap((p) => p.files.map((f) => f.path));
  const all: HookedUnits = { changes: [], files: [], folders: [], shown: '' };
  for (const [n, service] of services.entries()) {
    if (!(service instanceof SystemdService)) throw failure('HOOK_NEEDS_SYSTEMD', { service: service.name });
    const had = await service.pythonPath();
    const pythonPath = hookedPath(`${directory}/${HOOK}`, had.value);
    const file = `${HOOK}/environment-${n + 1}`;
    if (had.byFile) all.files.push({ name: file, data: `PYTHONPATH="${pythonPath.replace(/[\\"`$]/g, '\\$&')}"\n` });
    const text = dropInText(probe, pythonPath, had.byFile ? `${directory}/${file}` : undefined);
    const path = dropInPath(service.name, probe, others);
    all.changes.push({ path, before: null, after: Buffer.from(text), lines: [] });
    all.folders.push(dropInFolder(service.name));
    all.shown += `${path}:\n${text.replace(/^/gm, '+')}`.replace(/\+$/, '');
  }
  return all;
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
