import type { ProbeState } from '../host/host.js';
import type { Context } from './context.js';

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
  const probes = await context.host.probes();
  if (probes.length === 0) return [];
  const { probeStatus } = await import('./probe-status.js');
  const found: ProbeStatus[] = [];
  for (const probe of probes) found.push(await probeStatus(context, probe));
  return found;
}
