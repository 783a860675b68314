import { releaseName } from './releases.js';
import type { NovaRole } from './roles.js';

export type ConcurrencyMode = 'eventlet' | 'threading';

/** What is known of a service of Nova that bears on how it does several things at once. */
export interface ConcurrencyFacts {
  role: NovaRole;
  /** Nova's number. */
  release: number | undefined;
  /** OS_NOVA_DISABLE_EVENTLET_PATCHING: as its unit sets it, and as the process has it. */
  patching: { unit: string | undefined; process: string | undefined };
  /** `[DEFAULT]concurrency_backend`. */
  backend: { value: string; file: string } | undefined;
  /** A configuration file that it names could not be read. */
  unread: string | undefined;
  /** Its processes; uWSGI's threads say nothing. */
  processes: readonly { threads: number; wrapped: boolean }[];
  uwsgi: boolean;
  /** What its log says since it started. */
  log: ConcurrencyMode | undefined;
}

/** A mode, and how it is known. */
export interface KnownMode {
  mode: ConcurrencyMode;
  how: string;
}

const PATCHING = 'OS_NOVA_DISABLE_EVENTLET_PATCHING';

/** 32 had it as a choice; then one role after the other was switched over. */
const THREADING_BY_DEFAULT: Partial<Record<NovaRole, number>> = {
  api: 33,
  metadata: 33,
  scheduler: 33,
  conductor: 34,
  compute: 34,
};

/** How a service would start: by its environment, then its configuration, then its release. */
export function configuredMode(f: ConcurrencyFacts): KnownMode | undefined {
  const byVariable = patched(f.patching.unit);
  if (byVariable) return { mode: byVariable, how: `${PATCHING}=${f.patching.unit} in its unit` };
  if (f.release !== undefined && f.release < 32) {
    return { mode: 'eventlet', how: `${releaseName(f.release)} knows no other` };
  }
  const { backend } = f;
  if (backend && /^(eventlet|threading)$/.test(backend.value)) {
    return { mode: backend.value as ConcurrencyMode, how: `concurrency_backend in ${backend.file}` };
  }
  if (f.release === undefined || f.unread !== undefined) return undefined;
  const since = THREADING_BY_DEFAULT[f.role];
  const mode = since !== undefined && f.release >= since ? 'threading' : 'eventlet';
  return { mode, how: `the default of ${releaseName(f.release)}` };
}

/**
 * How a service runs, as far as that can be seen. Never by the line "Service is starting with native threading.": that is
 * logged before there is a log.
 */
export function runningMode(f: ConcurrencyFacts): KnownMode | undefined {
  if (f.processes.length === 0) return undefined;
  const byVariable = patched(f.patching.process);
  if (byVariable) return { mode: byVariable, how: `${PATCHING}=${f.patching.process} in its process` };
  if (f.release !== undefined && f.release < 32)
    return configuredMode({ ...f, patching: { ...f.patching, unit: undefined } });
  if (f.processes.some((p) => p.wrapped)) return { mode: 'threading', how: 'the titles of its workers' };
  if (f.log) return { mode: f.log, how: 'its log' };
  if (!f.uwsgi && f.processes.every((p) => p.threads === 1)) {
    return { mode: 'eventlet', how: 'each of its processes has one thread' };
  }
  return undefined;
}

/** As Nova reads the variable: anything that is not a yes is a no, and an empty one is none. */
function patched(value: string | undefined): ConcurrencyMode | undefined {
  if (!value) return undefined;
  return /^(1|true|yes)$/i.test(value) ? 'threading' : 'eventlet';
}
