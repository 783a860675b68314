import { randomUUID } from 'node:crypto';
import { failure } from '../failure.js';
import type { Host, HostProcess, RunOptions, RunResult, Will } from '../host/host.js';
import { findInterpreter } from './find-interpreter.js';
import type { Interpreter, Service, ServiceState } from './service.js';

/** A service without systemd, told by commands: in a container, under supervisor, or the demo's. */
export interface CommandServiceSpec {
  /** Starts it and returns. Words, no shell; a string is given to `sh -c`. */
  start: string | string[];
  stop: string | string[];
  /** Prints the ids of its processes, none when it is stopped. */
  pids: string | string[];
  /** Who runs these commands and the service; by default who runs profkit. */
  user?: string;
  /** Its interpreter; by default that of its processes. */
  python?: string;
}

export class CommandService implements Service {
  readonly name: string;
  readonly host: Host;
  readonly #spec: CommandServiceSpec;
  readonly #user: string;
  /** Those that lived when it was stopped: what is left of them is not what was started then. */
  #before: HostProcess[] = [];
  #stopped = false;
  /** What the host does by itself where the connection ends before it was started again. */
  #will: Will | undefined;

  /** @param user who runs profkit on the host */
  constructor(host: Host, name: string, spec: CommandServiceSpec, user: string) {
    this.host = host;
    this.name = name;
    this.#spec = spec;
    this.#user = spec.user ?? user;
  }

  async look(): Promise<ServiceState> {
    const command = words(this.#spec.pids);
    const r = await this.host.run(command, { user: this.#user, timeout: 60 });
    // 1 is how pgrep and its like say "none"; worse must not be taken for a stopped service
    if (r.code > 1 || r.timedOut) throw this.#failed(command, r);
    const told = (r.stdout.match(/\d+/g) ?? []).map(Number);
    // A command that asks a supervisor knows nothing of workers once that has ended the main process: we do.
    const known = this.#stopped ? this.#before.map((p) => p.pid).filter((pid) => !told.includes(pid)) : [];
    const found = await this.host.processes([...told, ...known]);
    const processes = found.filter((p) => !known.includes(p.pid) || this.#before.some((b) => isSame(b, p)));
    // stopped: only the main process of before could still be it, all others are leftovers
    const old = new Set(this.#before.map((p) => p.pid));
    const main = processes.find((p) => (this.#stopped ? p.pid === this.#before[0]?.pid : !old.has(p.pid)));
    const state = main ? 'active' : 'inactive';
    const user = processes[0]?.user ?? this.#user;
    const unknown = { pending: false, restarts: 0, ended: '', status: '' };
    return { state, active: main !== undefined, mainPid: main?.pid ?? 0, processes, user, ...unknown };
  }

  // Neither is cut off by an interruption: half a stop command may have stopped nothing, and then two would run.
  async stop(timeoutSeconds: number): Promise<void> {
    this.#before = (await this.look()).processes;
    this.#stopped = true;
    const [argv, pids] = [words(this.#spec.start), words(this.#spec.pids)];
    const before = this.#before.map(({ pid, started }) => ({ pid, started }));
    this.#will = { id: randomUUID(), argv, user: this.#user, pids, before };
    await this.#must(this.#spec.stop, timeoutSeconds, { will: this.#will });
  }

  async start(): Promise<void> {
    this.#stopped = false;
    await this.#must(this.#spec.start, 60, this.#will ? { fulfils: this.#will } : {});
  }

  async startLater(): Promise<void> {
    if (!(await this.look()).active) await this.start();
  }

  async #must(spec: string | string[], timeout: number, more: Pick<RunOptions, 'will' | 'fulfils'>): Promise<void> {
    const command = words(spec);
    const r = await this.host.run(command, { user: this.#user, timeout, daemon: true, ...more });
    if (r.code !== 0) throw this.#failed(command, r);
  }

  #failed(command: string[], r: RunResult): Error {
    return failure('SERVICE_COMMAND', { service: this.name, command: command.join(' '), code: r.code }, r.stderr);
  }

  async errorsSince(): Promise<undefined> {
    return undefined;
  }

  async lastWords(): Promise<string> {
    return '';
  }

  async interpreter(): Promise<Interpreter> {
    const { processes } = await this.look();
    const command = this.#spec.python ? [this.#spec.python] : words(this.#spec.start);
    try {
      return await findInterpreter(this.host, this.name, { processes, command, environment: {} });
    } catch (e) {
      // of `supervisorctl start x` nothing can be learnt: its processes would have told
      if (processes.length > 0) throw e;
      throw failure('SERVICE_INACTIVE', { service: this.name, state: 'inactive' });
    }
  }
}

const words = (command: string | string[]): string[] => (typeof command === 'string' ? ['sh', '-c', command] : command);

/** A process id can be another's by now. When it was started is known to a clock tick, give or take. */
const isSame = (a: HostProcess, b: HostProcess): boolean => a.pid === b.pid && Math.abs(a.started - b.started) < 1;
