import { type Host, type HostProcess, type ProbeState, targetsOf } from '../host/host.js';
import { carries } from '../probe/carries.js';
import { isSidecarName } from '../profile/capture-files.js';
import { findService } from '../service/find-service.js';
import type { Context } from './context.js';
import { hookNotes } from './hook-notes.js';
import type { ProbeStatus } from './status.js';

/** What there is to be known of a probe that stands on the host. */
export async function probeStatus(context: Context, probe: ProbeState): Promise<ProbeStatus> {
  const { host } = context;
  const { now } = await host.hello();
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
  return { ...probe, target: targetsOf(probe), captures, spent, processes, unhooked, notes, back };
}

/** A live probe is looked for in the processes; one that is read at the start is in those that have started since. */
async function carryingOf(host: Host, probe: ProbeState, processes: readonly HostProcess[]): Promise<number[]> {
  if (probe.mode === 'live') return (await import('./live.js')).liveIn(host, probe, processes);
  return processes.filter((p) => carries(p, probe)).map((p) => p.pid);
}
