import type { ConcurrencyMode } from '../openstack/concurrency.js';

/** A host as the rest of profkit sees it. Both ways to it (local now, ssh later) do the same. */
export interface Host {
  /** How a user calls it: `this host`, `stack@devstack`. */
  readonly name: string;
  hello(): Promise<HostFacts>;
  /** Runs a command without a shell and waits for its end. Rejects only when it could not be started. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  read(path: string, options?: ReadOptions): Promise<FileContent>;
  /** undefined where there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
  remove(paths: readonly string[]): Promise<void>;
  /** The processes with these ids that live. */
  processes(pids: readonly number[]): Promise<HostProcess[]>;
  /** The processes of a control group and of those below it. */
  cgroup(path: string): Promise<HostProcess[]>;
  /** The named variables of a process' environment, where it may be read. */
  environ(pid: number, names: readonly string[]): Promise<Record<string, string>>;
  /** Which of the processes hold this text in their memory. */
  loaded(pids: readonly number[], text: string): Promise<number[]>;
  /** `kept` is what somebody else wrote, by where it is kept now, in words: in the answer of `revert`, and as detail of failures, too. */
  apply(request: ApplyRequest): Promise<Journal & { kept?: Record<string, string> }>;
  /**
   * Switches a probe off and restores its files; says by path what was done. What cannot be restored does not keep the
   * rest from it. With `missing` files that are not there any more are given up.
   */
  revert(probe: string, options?: { missing?: boolean }): Promise<Record<string, string>>;
  /** Removes the journal and the captures of a reverted probe. */
  forget(probe: string): Promise<void>;
  /** Removes what a killed one left that is no probe yet. */
  sweep(): Promise<void>;
  /** What time it is there, in seconds since the epoch. */
  time(): Promise<number>;
  probes(): Promise<ProbeState[]>;
  /** The folders of the journal that cannot be read, which `probes` leaves out. */
  unreadable(): Promise<UnreadableJournal[]>;
  close(): Promise<void>;
}

export interface HostFacts {
  hostname: string;
  uid: number;
  user: string;
  python: string;
  /** Folder of the journal. */
  state: string;
  /** Root's journal holds probes, and this is not root. */
  hidden: boolean;
  /** The host's clock, seconds since the epoch. */
  now: number;
  /** Another after each start of the host. */
  boot: string;
  /** Two that have the same are one host, whatever they are called; null: it cannot be told. */
  machine: string | null;
  /** What answers there. */
  agent: HostProcess | null;
}

export interface ReadOptions {
  /** A service's user may write there: links are not followed. */
  own?: boolean;
  /** Bytes. */
  limit?: number;
  /** A sha256: where it is that of the file, the content does not travel and `data` is empty. */
  known?: string | undefined;
}

export interface RunOptions {
  user?: string;
  env?: Record<string, string>;
  cwd?: string;
  stdin?: string | Uint8Array;
  /** Seconds. */
  timeout?: number;
  /** It leaves something running: its end is that of its first process. */
  daemon?: boolean;
  signal?: AbortSignal;
  /** It stops a service: what the host does by itself where the connection ends before a command that `fulfils` this was run. */
  will?: Will;
  /** This starts what was stopped. Where the connection has ended since, and the service lives, nothing is run, and that is success. */
  fulfils?: Will;
}

/** How a stopped service is started when nobody is there any more to say so. */
export interface Will {
  /** Any that no other has. */
  id: string;
  argv: readonly string[];
  user?: string;
  /** Prints the ids of its processes: what lives is not started. */
  pids?: readonly string[];
  /** Those before the stop, the main one first. */
  before?: readonly Pick<HostProcess, 'pid' | 'started'>[];
}

export interface RunResult {
  /** null never; negative: ended by that signal. */
  code: number;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

export interface FileStat {
  type: 'file' | 'directory' | 'link' | 'other';
  mode: number;
  uid: number;
  gid: number;
  /** Bytes. */
  size: number;
  /** Seconds since the epoch. */
  mtime: number;
}

export interface FileContent {
  data: Buffer;
  sha256: string;
  stat: FileStat;
  /** The path with symbolic links resolved. */
  real: string;
}

export interface HostProcess {
  pid: number;
  argv: string[];
  user: string;
  /** Seconds since the epoch. */
  started: number;
}

/** One file outside of the probe's own folder that a probe changes or makes. */
export interface FileChange {
  /** Real path: the planner resolves symbolic links (`read().real`). */
  path: string;
  /** sha256 of what stands there; null: nothing does, and it is made. */
  before: string | null;
  after: Uint8Array;
  /** Our own lines (without line end), each exactly once in `after`: where the file changed since, they alone come out. */
  lines: string[];
  /** Our line -> the line of theirs that it stands for, which comes back in its place. */
  replaced?: Record<string, string>;
  /** Of a made file, by default 0644; an existing file keeps its own. */
  mode?: number;
  /** Of a made file, by default the agent's user. */
  owner?: string;
  /** Never printed or diffed, and its copies in the journal's folder are for their owner alone. */
  secret?: boolean;
}

export interface ApplyRequest {
  journal: NewJournal;
  changes: FileChange[];
  /** Files in the probe's own folder (`probe.py`, `hook/sitecustomize.py`). A revert removes them first: that switches the probe off. */
  files: { name: string; data: string | Uint8Array }[];
  /** The user that owns the captures. */
  owner: string;
}

/** One target of a probe, with a runtime of its own. */
export interface ProbeTarget {
  target: string;
  /** Name of its file in the probe's folder. */
  runtime: string;
  /** The --id expression. */
  ids: string | null;
}

/** What of a journal is known before the probe is put in. */
export interface NewJournal {
  format: 2;
  probe: string;
  kind: 'probe' | 'compute-db';
  mode: 'source' | 'hook' | 'live';
  targets: ProbeTarget[];
  /** The --when expression. */
  when: string | null;
  by: string;
  engine: string;
  scope: string | null;
  clock: string;
  max: number;
  /** Seconds since the epoch after which the probe is a plain call. */
  until: number;
  owner: string;
  /** The services that were asked for or found to load the module. */
  services: string[];
  /** Services that a run stops and starts: they are restarted when the probe is taken out. */
  restarts?: string[];
  /** Folders that this probe makes, parents first; a revert removes those that are empty then. */
  folders?: string[];
  /** systemd has to read its units anew after the probe was put in and after it was taken out. */
  reload?: boolean;
  /** How its services start as long as it is in, where that was asked for: --concurrency. */
  concurrency?: ConcurrencyMode;
  /** Name of the transient timer unit that takes it out at `until`. */
  autoRevert?: string;
}

/** What the journal says of a file. */
interface JournaledFile {
  path: string;
  /** sha256; null: the file was made. */
  before: string | null;
  /** sha256. */
  after: string;
  lines: string[];
  replaced?: Record<string, string>;
  secret?: boolean;
}

interface Journal extends NewJournal {
  state: 'applied' | 'reverted';
  /** Seconds since the epoch. */
  created: number;
  files: JournaledFile[];
}

/** What stands there; or why that cannot be read. */
type FileNow = 'in place' | 'restored' | 'changed since' | 'line gone' | 'gone' | `cannot be read: ${string}`;

export interface UnreadableJournal {
  probe: string;
  /** Of its journal.json. */
  path: string;
  why: string;
}

export interface ProbeState extends Omit<Journal, 'files'> {
  files: (JournaledFile & { now: FileNow })[];
  /** Names of the files in its captures folder. */
  captures: string[];
  /** Captures made so far, those removed since too; `max` bounds them. */
  made: number;
  directory: string;
}

/** The targets in words. */
export const targetsOf = (probe: Pick<NewJournal, 'targets'>): string => probe.targets.map((t) => t.target).join(', ');
