import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Host, HostProcess, ProbeState } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import type { Located } from '../../src/python/place.js';
import type { Service } from '../../src/service/service.js';
import type { FoundTargets } from '../../src/workflow/find-targets.js';
import { type LiveProcesses, planLive, putInLive, takeOutLive } from '../../src/workflow/live.js';

/** What each service is: it answers what it is told, a line of Python each, in its main thread. */
const ANSWERS = `
import json, sys
def answers():
    for line in sys.stdin:
        print(json.dumps(eval(line)), flush=True)
`;

export interface LiveOptions {
  environment?: Record<string, string>;
  /** Of its interpreter. */
  flags?: string[];
  /** What starts it: `unshare --mount`. */
  through?: string[];
}

/** A running Python, and the host it is on with a journal of its own. */
export class LiveService {
  readonly host: Host;
  readonly folder: string;
  readonly subject: string;
  readonly pid: number;
  /** Its processes, those that it has forked too. */
  pids: number[];
  said = '';
  /** What its interpreter says it is. */
  version = '3.14.0';
  readonly #child: ChildProcess;
  readonly #state: string;
  readonly #lines: AsyncIterator<string>;
  #last = 0;

  private constructor(host: Host, folder: string, child: ChildProcess) {
    this.host = host;
    this.folder = folder;
    this.subject = join(folder, 'subject.py');
    this.pid = child.pid!;
    this.pids = [this.pid];
    this.#child = child;
    this.#state = join(folder, 'state');
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  /** @param main what it does; `answers()` at its end has it answer what it is told */
  static async start(python: string, subject: string, main: string, o: LiveOptions = {}): Promise<LiveService> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'profkit-live-')));
    mkdirSync(join(folder, 'state'));
    writeFileSync(join(folder, 'subject.py'), subject);
    writeFileSync(join(folder, 'main.py'), `${ANSWERS}\nprint("ready", flush=True)\n${main}`);
    const env = { ...process.env, ...o.environment };
    const words = [...(o.through ?? []), python, '-B', ...(o.flags ?? []), join(folder, 'main.py')];
    const child = spawn(words[0]!, words.slice(1), { env, detached: true });
    const service = new LiveService(await localHost({ state: join(folder, 'state') }), folder, child);
    await service.#line();
    return service;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`it ended: ${this.said}`);
    return value;
  }

  /** What it says to an expression. */
  async ask<T>(expression: string): Promise<T> {
    this.#child.stdin!.write(`${expression}\n`);
    return JSON.parse(await this.#line()) as T;
  }

  /** As the workflow sees it. */
  get services(): Service[] {
    const look = async () => {
      const processes: HostProcess[] = await this.host.processes(this.pids);
      return { state: 'active', active: true, mainPid: this.pid, processes, user: userInfo().username };
    };
    return [{ name: 'subject', host: this.host, look } as unknown as Service];
  }

  /** Puts a probe into functions of the subject. */
  async plan(...names: string[]) {
    const targets = names.map((name) => ({
      target: `subject:${name}`,
      module: 'subject',
      name,
      file: this.subject,
      line: 0,
      python: this.version,
    })) as unknown as Located[];
    const found = { services: this.services, owner: userInfo().username, targets } as unknown as FoundTargets;
    this.#last += 1;
    const settings = {
      probe: `live${this.#last}`,
      by: 'test',
      when: null,
      engine: 'profkit',
      scope: 'tree',
      clock: 'wall',
      max: 20,
      until: Date.now() / 1000 + 3600,
      owner: userInfo().username,
      services: ['subject'] as string[],
      state: this.#state,
    } as const;
    const probed = targets.map((located) => ({ located, ids: null }));
    return planLive(this.host, found, probed, settings);
  }

  async apply(...names: string[]): Promise<ProbeState> {
    const { request } = await this.plan(...names);
    await this.host.apply(request);
    return (await this.host.probes()).find((p) => p.probe === request.journal.probe)!;
  }

  putIn(probe: ProbeState): Promise<LiveProcesses> {
    return putInLive(this.host, probe, this.services);
  }

  takeOut(probe: ProbeState): Promise<LiveProcesses> {
    return takeOutLive(this.host, probe, this.services);
  }

  async captures(probe: ProbeState): Promise<number> {
    const now = (await this.host.probes()).find((p) => p.probe === probe.probe);
    return now!.captures.filter((name) => name.endsWith('.json')).length;
  }

  async remove(): Promise<void> {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {} // it has ended
    await this.host.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
