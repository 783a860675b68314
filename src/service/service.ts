import type { Host, HostProcess } from '../host/host.js';

/** Something that is started and stopped and runs Python: a systemd unit, or commands from profkit.yaml. */
export interface Service {
  /** In full: `devstack@n-sch.service`. */
  readonly name: string;
  readonly host: Host;
  look(): Promise<ServiceState>;
  /** Returns when the request was carried out; whether it is really dead is for the caller to see. */
  stop(timeoutSeconds: number, signal?: AbortSignal): Promise<void>;
  /** Returns when that is under way. */
  start(signal?: AbortSignal): Promise<void>;
  /** Sees to it that it starts, without waiting: after a stop that was cut off or takes too long. */
  startLater(): Promise<void>;
  /** Lines of its log since then that are errors or tracebacks; undefined where there is no log to read. */
  errorsSince(when: number): Promise<string[] | undefined>;
  /** What it said since then that tells why it did not come back: errors first, then its last lines. */
  lastWords(since: number): Promise<string>;
  /** The interpreter that runs it. @throws Failure NO_INTERPRETER */
  interpreter(): Promise<Interpreter>;
}

export interface ServiceState {
  /** systemd's ActiveState, or active/inactive. */
  state: string;
  active: boolean;
  /** 0 where there is none. */
  mainPid: number;
  /** A start or a stop waits to be carried out. */
  pending: boolean;
  /** How often it was started anew by itself since it was told to start. */
  restarts: number;
  /** How it ended, in words: `status 3`; '' where that is not known. */
  ended: string;
  /** What it says of itself (sd_notify's STATUS), or ''. */
  status: string;
  /** All that live in it, the main process too. */
  processes: HostProcess[];
  user: string;
}

export interface Interpreter {
  path: string;
  /** Folders to look for modules in before its own (PYTHONPATH, the script's folder). */
  modules: string[];
  /** What the service has as PATH. */
  searchPath: string;
  /** How it is called: it with its options and the script, or uWSGI with its options, those of its ini file too. */
  command?: readonly string[];
}
