import type { HostProcess, Journal } from '../host/host.js';

/** Can this process have read the edited source? Not if it started before the edit. Both times are of the host's clock. */
export const carries = (process: HostProcess, probe: Pick<Journal, 'created'>): boolean =>
  process.started >= probe.created;
