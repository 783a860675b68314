import { setTimeout as delay } from 'node:timers/promises';
import { Failure, failure } from '../failure.js';
import type { FailureCode } from '../failures.js';
import type { AgentHost } from './agent-host.js';
import type {
  ApplyRequest,
  FileContent,
  FileStat,
  Host,
  HostFacts,
  HostProcess,
  ProbeState,
  ReadOptions,
  RunOptions,
  RunResult,
  UnreadableJournal,
} from './host.js';

export interface Reopening {
  /** Connects anew. Nobody is asked for anything. */
  open(): Promise<AgentHost>;
  /** Seconds that this is tried for. */
  patience: number;
  /** Is told that the connection was lost, and what comes of it. */
  say(text: string): void;
  /** Somebody may have enough of waiting. */
  signal: AbortSignal | undefined;
}

/** How often in one command. */
const MOST = 5;
/** How often half a minute is waited for the agent of before: a stop may take five of them. */
const MOST_WAITS = 14;
/** What is no other after a while. */
const NO_USE: ReadonlySet<string> = new Set<FailureCode>(['SSH_SUDO', 'SSH_PASSPHRASE', 'NO_PYTHON']);

/**
 * A host whose connection may be cut: what only looks, or can be done twice, is asked again over a new connection. What
 * was sent and cannot be done twice (a command, a patch) fails; what comes after it goes over a new connection, so that
 * it can be undone.
 */
export class LastingHost implements Host {
  readonly name: string;
  readonly #reopening: Reopening;
  #host: AgentHost;
  /** Of services that are stopped, by their ids: over which connection that was asked for. */
  readonly #wills = new Map<string, AgentHost>();
  #opened = 0;
  #opening: Promise<AgentHost> | undefined;
  /** Why it is given up. */
  #lost: Failure | undefined;
  /** Something has failed by the loss of this connection, so that whoever works here knows of it. */
  #known = false;

  constructor(host: AgentHost, reopening: Reopening) {
    this.name = host.name;
    this.#host = host;
    this.#reopening = reopening;
  }

  /** What can be done twice. */
  async #again<T>(work: (host: Host) => Promise<T>): Promise<T> {
    for (;;) {
      const host = await this.#now();
      try {
        return await work(host);
      } catch (e) {
        if (!host.isGone || !isGone(e)) throw e;
      }
    }
  }

  /** What must not be done twice. */
  async #once<T>(work: (host: AgentHost) => Promise<T>): Promise<T> {
    const host = await this.#now();
    try {
      return await work(host);
    } catch (e) {
      if (host.isGone && isGone(e)) this.#known = true;
      throw e;
    }
  }

  /** The host, over a connection that stands as far as is known. @throws Failure HOST_GONE, HOST_REBOOTED */
  async #now(): Promise<AgentHost> {
    if (this.#lost) throw this.#lost;
    if (!this.#host.isGone) {
      return this.#host;
    }
    this.#opening ??= this.#reopen(await this.#host.gone).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #reopen(why: string): Promise<AgentHost> {
    const { open, patience, say, signal } = this.#reopening;
    const enough = signal?.aborted === false ? signal : undefined; // after a first Ctrl-C there is something to be undone
    const end = Date.now() + patience * 1000;
    const before = await this.#host.hello().catch(() => undefined); // it has said so long ago, or never
    let last = 'it was cut too often';
    if (this.#opened < MOST) say(`the connection to ${this.name} ended (${why}); connecting again`);
    for (let wait = 250; this.#opened < MOST; wait = Math.min(wait * 2, 5000)) {
      let host: AgentHost | undefined;
      try {
        host = await open();
        const now = await host.hello();
        if (before && now.uid !== before.uid)
          throw failure('SSH_SUDO', { host: this.name, user: now.user, why: 'it did before the connection was cut' });
        const isAnother = before !== undefined && now.boot !== before.boot;
        if (before?.agent && !isAnother) await this.#awaitEnd(host, before.agent, enough);
        // a change that an agent of before is at has the lock: whoever looks now must see it done
        await host.sweep().catch(() => {});
        this.#opened += 1;
        this.#host = host;
        if (isAnother) this.#tellReboot();
        this.#known = false;
        return host;
      } catch (e) {
        if (e instanceof Failure && e.code === 'HOST_REBOOTED') throw e;
        await host?.close().catch(() => {});
        if (!(e instanceof Failure)) throw e;
        last = e.message.replace(/\.$/, '');
        if (Date.now() + wait > end || enough?.aborted || e.exit !== 'fault' || NO_USE.has(e.code)) break;
      }
      await delay(wait);
    }
    this.#lost = failure('HOST_GONE', { host: this.name, why: `${why}; it was not reached again: ${last}` });
    throw this.#lost;
  }

  /** The agent of before may be about to start what it has stopped, once the stop has come to its end: two must not. */
  async #awaitEnd(host: AgentHost, agent: HostProcess, enough: AbortSignal | undefined): Promise<void> {
    for (let asked = 0; asked < MOST_WAITS && !enough?.aborted; asked += 1) {
      if (await host.succeed(agent)) return;
      if (asked === 0) this.#reopening.say(`${this.name} ends first what it was told before`);
    }
  }

  /** A host that was started anew meanwhile is told, and what was under way fails. @throws Failure HOST_REBOOTED */
  #tellReboot(): void {
    const rebooted = failure('HOST_REBOOTED', { host: this.name });
    if (!this.#known) throw rebooted;
    this.#reopening.say(rebooted.message);
  }

  hello = (): Promise<HostFacts> => this.#again((h) => h.hello());
  run = (argv: readonly string[], o: RunOptions = {}): Promise<RunResult> =>
    this.#once(async (h) => {
      this.#seeWills(h, o);
      try {
        return await h.run(argv, o);
      } catch (e) {
        if (h.isGone) this.#wills.clear(); // this tells it
        throw e;
      }
    });
  read = (path: string, o?: ReadOptions): Promise<FileContent> => this.#again((h) => h.read(path, o));
  stat = (path: string): Promise<FileStat | undefined> => this.#again((h) => h.stat(path));
  remove = (paths: readonly string[]): Promise<void> => this.#again((h) => h.remove(paths));
  processes = (pids: readonly number[]): Promise<HostProcess[]> => this.#again((h) => h.processes(pids));
  cgroup = (path: string): Promise<HostProcess[]> => this.#again((h) => h.cgroup(path));
  environ = (pid: number, names: readonly string[]) => this.#again((h) => h.environ(pid, names));
  loaded = (pids: readonly number[], text: string): Promise<number[]> => this.#again((h) => h.loaded(pids, text));
  apply = (request: ApplyRequest): ReturnType<Host['apply']> => this.#once((h) => h.apply(request));
  time = (): Promise<number> => this.#again((h) => h.time());
  sweep = (): Promise<void> => this.#again((h) => h.sweep());
  probes = (): Promise<ProbeState[]> => this.#again((h) => h.probes());
  unreadable = (): Promise<UnreadableJournal[]> => this.#again((h) => h.unreadable());
  /** Twice says of each file that it was restored already, where the answer to the first was lost. */
  revert = (probe: string, o?: { missing?: boolean }) => this.#again((h) => h.revert(probe, o));

  /**
   * A service that was stopped over a connection which has ended since, the host has started by itself: whoever waits for its
   * stop must know. @throws Failure HOST_GONE
   */
  #seeWills(now: AgentHost, { will, fulfils }: RunOptions): void {
    if (fulfils) this.#wills.delete(fulfils.id);
    else if ([...this.#wills.values()].some((then) => then !== now)) {
      this.#wills.clear();
      throw failure('HOST_GONE', {
        host: this.name,
        why: 'it was cut while a service was stopped, which the host has started',
      });
    }
    if (will) this.#wills.set(will.id, now);
  }

  async forget(probe: string): Promise<void> {
    let sent = 0;
    await this.#again(async (h) => {
      sent += 1;
      await h.forget(probe).catch((e) => {
        if (sent === 1 || !(e instanceof Failure && e.code === 'NO_PROBE')) throw e; // else the first has done it
      });
    });
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {});
    this.#lost ??= failure('HOST_GONE', { host: this.name, why: 'it was closed' });
    await this.#host.close();
  }
}

const isGone = (e: unknown): boolean => e instanceof Failure && e.code === 'HOST_GONE';
