import type { ConcurrencyFacts } from '../concurrency.js';
import { releaseNumber } from '../releases.js';
import type { NovaRole } from '../roles.js';

/** What templates/doctor/look.py says of a host. Sizes in bytes. */
export interface HostLook {
  system: string;
  kernel: string;
  machine: string;
  linux: boolean;
  memory: { total: number; available: number };
  disk: { path: string; free: number; inodes: number | null; readonly: boolean };
  /** kernel.yama.ptrace_scope. */
  ptrace: number;
  /** There is /opt/stack. */
  devstack: boolean;
  /** Files that profkit's hooks are put in by. */
  dropIns: string[];
  services: Record<string, ServiceLook>;
}

export interface ServiceLook {
  processes: { pid: number; threads: number; wrapped: boolean }[];
  variables: Partial<Record<'OS_NOVA_DISABLE_EVENTLET_PATCHING' | 'PYTHON_DISABLE_REMOTE_DEBUG', string>>;
  settings: Partial<
    Record<'concurrency_backend' | 'state_path' | 'compute_driver' | 'host', { value: string; file: string }>
  >;
  unread: string[];
  /** The file that tells a compute service who it is. */
  identity: string | null;
}

export interface Versions {
  python: string;
  /** `cpython` */
  kind: string;
  versions: Record<string, string | null>;
}

/** A service, with all that is known of it. */
export interface ServiceFacts {
  /** In full. */
  name: string;
  short: string;
  role: NovaRole | undefined;
  /** systemd's ActiveState. */
  state: string;
  /** systemd's UnitFileState: enabled, disabled, masked, …; '' where that is not known. */
  enabled: string;
  systemd: boolean;
  killMode: string;
  mainPid: number;
  processes: readonly { pid: number; started: number }[];
  uwsgi: boolean;
  /** Path of its Python; or why it is not known. */
  python: string | { why: string };
  /** -X disable-remote-debug is on its command line. */
  noRemoteDebug: boolean;
  versions: Versions | undefined;
  look: ServiceLook | undefined;
  concurrency: ConcurrencyFacts | undefined;
}

/** Nova's fake driver: by its configuration, else by devstack's name for it. */
export function isFake(s: ServiceFacts): boolean {
  const driver = s.look?.settings.compute_driver?.value;
  return s.role === 'compute' && (driver === undefined ? /-\d+$/.test(s.short) : /^fake\./.test(driver));
}

/** Nova's number, where it runs Nova. */
export const releaseOf = (s: ServiceFacts): number | undefined => releaseNumber(s.versions?.versions.nova);
