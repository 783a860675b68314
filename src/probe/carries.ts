import type { HostProcess, ProbeState } from '../host/host.js';

/**
 * Can this process have the probe? Not if it started before: by then its source was read, its environment made. A hook
 * whose drop-in is gone while the probe was not taken out went with a reboot, and what runs now has started after that.
 * All times are of the host's clock.
 */
export function carries(
  process: HostProcess,
  probe: Pick<ProbeState, 'created'> & Partial<Pick<ProbeState, 'mode' | 'state' | 'files'>>,
): boolean {
  if (process.started < probe.created) return false;
  if (probe.mode !== 'hook' || probe.state === 'reverted') return true;
  return probe.files === undefined || probe.files.some((f) => f.now !== 'gone');
}
