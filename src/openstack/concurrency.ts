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
  /** The backend of oslo.service that its processes have loaded; undefined: not looked, or not seen. */
  loaded?: ConcurrencyMode | undefined;
}

/** A mode, and how it is known. */
export interface KnownMode {
  mode: ConcurrencyMode;
  how: string;
}

export const PATCHING = 'OS_NOVA_DISABLE_EVENTLET_PATCHING';

/** The modules of oslo.service of which Nova loads one, from 32 on. */
export const BACKENDS: Record<ConcurrencyMode, string> = {
  eventlet: 'oslo_service.backend._eventlet',
  threading: 'oslo_service.backend._threading',
};

/** From which release on a role can run with native threads. */
const THREADING_FROM: Record<NovaRole, number> = {
  api: 32,
  metadata: 32,
  scheduler: 32,
  conductor: 33,
  compute: 33,
  console: 34,
};

/** Before that there is nothing to choose. */
const FIRST = 32;

/** The release that reads `concurrency_backend`. */
const BACKEND_FROM = 34;

/** Then one role after the other was switched over. */
const THREADING_BY_DEFAULT: Partial<Record<NovaRole, number>> = {
  api: 33,
  metadata: 33,
  scheduler: 33,
  conductor: 34,
  compute: 34,
};

/** How a service would start: by its environment, then its configuration, then its release. */
export function configuredMode(f: ConcurrencyFacts): KnownMode | undefined {
  if (onlyEventlet(f)) return { mode: 'eventlet', how: `${releaseName(f.release!)} knows no other` };
  const byVariable = patched(f.patching.unit);
  if (byVariable) return { mode: byVariable, how: `${PATCHING}=${f.patching.unit} in its unit` };
  const { backend } = f;
  const readsBackend = f.release === undefined || f.release >= BACKEND_FROM;
  if (readsBackend && backend && /^(eventlet|threading)$/.test(backend.value)) {
    return { mode: backend.value as ConcurrencyMode, how: `concurrency_backend in ${backend.file}` };
  }
  if (f.release === undefined || (readsBackend && f.unread !== undefined)) return undefined;
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
  if (onlyEventlet(f)) return configuredMode(f);
  const byVariable = patched(f.patching.process);
  if (byVariable) return { mode: byVariable, how: `${PATCHING}=${f.patching.process} in its process` };
  return seenMode(f);
}

/** The same by what it does alone, whatever it was told: whether it does as it was told is what is asked. */
export function seenMode(f: ConcurrencyFacts): KnownMode | undefined {
  if (f.processes.some((p) => p.wrapped)) return { mode: 'threading', how: 'the titles of its workers' };
  if (f.loaded) return { mode: f.loaded, how: `it has loaded ${BACKENDS[f.loaded]}` };
  if (f.log) return { mode: f.log, how: 'its log' };
  if (!f.uwsgi && f.processes.length > 0 && f.processes.every((p) => p.threads === 1)) {
    return { mode: 'eventlet', how: 'each of its processes has one thread' };
  }
  return undefined;
}

/** Why a service cannot be made to start in a mode by its environment, in half a sentence; undefined: it can. */
export function cannotSwitch(f: ConcurrencyFacts, asked: ConcurrencyMode): string | undefined {
  if (f.release === undefined) return 'which release of Nova it is could not be found out';
  const from = THREADING_FROM[f.role];
  if (asked === 'eventlet' || f.release >= from) return undefined;
  return `${releaseName(f.release)} runs ${ROLE_WORDS[f.role]} with eventlet alone; native threads came with ${releaseName(from)}`;
}

const ROLE_WORDS: Record<NovaRole, string> = {
  api: 'the API',
  metadata: 'the metadata API',
  scheduler: 'the scheduler',
  conductor: 'the conductor',
  compute: 'nova-compute',
  console: 'console proxies',
};

/** The modes in words. */
export const modeWords: Record<ConcurrencyMode, string> = { eventlet: 'eventlet', threading: 'native threads' };

/** Whatever the variable says: without its patching it still has no other. */
const onlyEventlet = (f: ConcurrencyFacts): boolean => f.release !== undefined && f.release < FIRST;

/** As Nova reads the variable: anything that is not a yes is a no, and an empty one is none. */
function patched(value: string | undefined): ConcurrencyMode | undefined {
  if (!value) return undefined;
  return /^(1|true|yes)$/i.test(value) ? 'threading' : 'eventlet';
}
