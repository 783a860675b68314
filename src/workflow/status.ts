import { type Host, type HostProcess, type ProbeState, targetsOf } from '../host/host.js';
import { carries } from '../probe/carries.js';
import { isSidecarName } from '../profile/capture-files.js';
import { findService } from '../service/find-service.js';
import type { Context } from './context.js';
import { hookNotes } from './hook-notes.js';
import { liveIn } from './live.js';

export interface ProbeStatus extends Omit<ProbeState, 'captures'> {
  /** Whole captures on the host. */
  captures: number;
  /** Past its time, or with all its captures made: a plain call. Never of compute-db. */
  spent: boolean;
  processes: { service: string; state: string; carrying: number[]; without: number[] }[];
  /** Its drop-ins went with a reboot: it is in nothing, and no restart will bring it back. */
  unhooked: boolean;
  /** Its targets in words. */
  target: string;
  /** How to take it out, with profkit and where profkit is gone. */
  back: { command: string; script: string };
  /** What its hook could not do, a sentence each. */
  notes: string[];
}

/** What stands on the host: each probe, the processes that carry it, its captures. */
export async function status(context: Context): Promise<ProbeStatus[]> {
  const { host } = context;
  const now = (await host.hello()).now;
  const found: ProbeStatus[] = [];
  for (const probe of await host.probes()) {
    const captures = probe.captures.filter(isSidecarName).length;
    const processes = [];
    for (const name of probe.services) {
      const seen = await findService(host, name, context.services)
        .then((service) => service.look())
        .catch(() => undefined); // a service that is gone
      const pids = (seen?.processes ?? []).map((p) => p.pid);
      const carrying = await carryingOf(host, probe, seen?.processes ?? []);
      const without = pids.filter((pid) => !carrying.includes(pid));
      processes.push({ service: name, state: seen?.state ?? 'unknown', carrying, without });
    }
    const spent = probe.kind === 'probe' && (now > probe.until || probe.made >= probe.max);
    const unhooked = probe.mode === 'hook' && probe.state === 'applied' && probe.files.every((f) => f.now === 'gone');
    const back = { command: `profkit revert ${probe.probe}`, script: `${probe.directory}/revert` };
    const notes = await hookNotes(host, probe);
    found.push({ ...probe, target: targetsOf(probe), captures, spent, processes, unhooked, notes, back });
  }
  return found;
}

/** A live probe is looked for in the processes; one that is read at the start is in those that have started since. */
async function carryingOf(host: Host, probe: ProbeState, processes: readonly HostProcess[]): Promise<number[]> {
  if (probe.mode === 'live') return liveIn(host, probe, processes);
  return processes.filter((p) => carries(p, probe)).map((p) => p.pid);
}
