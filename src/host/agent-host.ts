import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { Failure, failure } from '../failure.js';
import { type AgentProgram, revertProgram } from './agent-program.js';
import { type Answer, AnswerReader } from './answer-reader.js';
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

/** A pipe to a Python that waits for the agent's program; how it is opened is all that differs between hosts. */
export interface AgentPipe {
  stdin: Writable;
  stdout: Readable;
  /** Resolves, with the reason in words, when the other end is gone. */
  gone: Promise<string>;
}

/** What the way to a host has to do with how it is talked to. */
interface Way {
  /** Makes more of what the agent refused. */
  explain?(failure: Failure): Failure;
  /** Files travel compressed. */
  compresses?: boolean;
  /** The line can be dead without an end: signs of life are given, and while a service is down the agent counts on them. */
  isFar?: boolean;
}

/** Seconds between two signs of life, and without any until the agent takes the line for dead. */
const [SIGN, SILENCE] = [15, 60];

/** What python3 is given on its command line: reads the agent's length, then the agent, and runs it. */
export const BOOT =
  "import sys;b=sys.stdin.buffer;exec(compile(b.read(int(b.readline())),'profkit-host-agent','exec'))";

interface AgentError {
  kind: string;
  message: string;
  trace?: string;
  path?: string;
  paths?: string[];
  diff?: string;
  by?: string;
  pid?: number;
  since?: number;
  service?: string;
  probe?: string;
  /** What somebody else wrote, by where it is kept now. */
  kept?: Record<string, string>;
}

/** A failure that tells, beside what it says, which files of others were kept. */
function withKept(error: Error, kept: Record<string, string> = {}): Error {
  const lines = Object.entries(kept).map((one) => one.join(' '));
  if (!(error instanceof Failure) || lines.length === 0) return error;
  const { code, message, next, exit, detail } = error;
  return new Failure(code, message, next, exit, [...(detail ? [detail] : []), ...lines].join('\n'));
}

const unpack: (data: Buffer) => Promise<Buffer> = promisify(inflate);

/** A Host behind the agent (templates/agent/), whatever pipe leads to it. */
export class AgentHost implements Host {
  readonly name: string;
  readonly #pipe: AgentPipe;
  readonly #waiting = new Map<number, { resolve(v: unknown): void; reject(e: Error): void }>();
  readonly #program: AgentProgram;
  /** It was sent all of its program. */
  #isWhole = false;
  readonly #state: string | undefined;
  readonly #way: Way;
  #last = 0;
  #hello: Promise<HostFacts> | undefined;
  #closed = false;
  /** Resolves, with the reason in words, when the connection has ended. */
  readonly gone: Promise<string>;

  constructor(name: string, pipe: AgentPipe, program: AgentProgram, state?: string, way: Way = {}) {
    this.name = name;
    this.#pipe = pipe;
    this.#program = program;
    this.#state = state;
    this.#way = way;
    pipe.stdin.on('error', () => {}); // the end of the pipe is reported by `gone`
    pipe.stdin.write(`${Buffer.byteLength(program.look)}\n${program.look}`);
    const answers = new AnswerReader<AgentError>((answer, data) => this.#take(answer, data));
    pipe.stdout.on('data', (piece: Buffer) => {
      try {
        answers.push(piece);
      } catch (e) {
        this.#end(`what it says is no answer: ${(e as Error).message}`);
        pipe.stdin.destroy();
        pipe.stdout.destroy();
      }
    });
    pipe.stdout.resume(); // it may have been held until there was somebody to read it
    const signs = way.isFar ? setInterval(() => pipe.stdin.write('\n'), SIGN * 1000) : undefined;
    signs?.unref();
    this.gone = pipe.gone;
    void pipe.gone.then((why) => {
      clearInterval(signs);
      this.#end(why);
    });
  }

  #end(why: string): void {
    const error = failure('HOST_GONE', { host: this.name, why });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#closed = true;
  }

  /** What is asked from now on fails with HOST_GONE. */
  get isGone(): boolean {
    return this.#closed;
  }

  #take(answer: Answer<AgentError>, data: Buffer): void {
    const waiter = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error) {
      const error = withKept(this.#error(answer.error), answer.error.kept);
      waiter?.reject(error instanceof Failure ? (this.#way.explain?.(error) ?? error) : error);
    } else waiter?.resolve(answer.bytes === undefined ? answer.ok : { ...(answer.ok as object), data });
  }

  #error(e: AgentError): Error {
    switch (e.kind) {
      case 'not-writable':
        return failure('NOT_WRITABLE', { why: e.message });
      case 'changed':
        return failure('SOURCE_CHANGED', { path: e.path ?? '' });
      case 'conflict':
        return failure('REVERT_CONFLICT', { why: e.message }, e.diff);
      case 'not-restored':
      case 'systemd':
        return failure('NOT_RESTORED', { why: e.message });
      case 'missing':
        return failure('MISSING', { paths: e.paths ?? [] });
      case 'unreadable':
        return failure('JOURNAL_UNREADABLE', { path: e.path ?? '', why: e.message });
      case 'no-timer':
        return failure('NO_TIMER', { host: this.name, why: e.message });
      case 'no-probe':
        return failure('NO_PROBE', { why: e.message });
      case 'locked':
        return failure('LOCKED', { host: this.name, by: e.by, pid: e.pid, since: e.since });
      case 'busy':
        return failure('SERVICE_BUSY', { service: e.service ?? '', probe: e.probe ?? '' });
      case 'needs-root':
        return failure('NEEDS_ROOT', { why: e.message });
      case 'os':
      case 'no-user':
      case 'cannot-run':
        return failure('HOST_ERROR', { host: this.name, message: e.message });
      default:
        return new Error(`host agent: ${e.message}\n${e.trace ?? ''}`);
    }
  }

  async #send<T>(op: string, fields: object = {}): Promise<{ id: number; answer: Promise<T> }> {
    if (op !== 'hello') await this.hello(); // the agent learns there where its journal is
    if (this.#closed) throw failure('HOST_GONE', { host: this.name, why: await this.#pipe.gone });
    if (!this.#isWhole && !this.#program.looks.has(op)) {
      this.#isWhole = true;
      this.#pipe.stdin.write(`${JSON.stringify({ op: 'load', source: this.#program.rest })}\n`);
    }
    this.#last += 1;
    const id = this.#last;
    const answer = new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (v: unknown) => void, reject });
    });
    this.#pipe.stdin.write(`${JSON.stringify({ id, op, ...fields })}\n`);
    return { id, answer };
  }

  async #ask<T>(op: string, fields: object = {}): Promise<T> {
    return (await this.#send<T>(op, fields)).answer;
  }

  hello(): Promise<HostFacts> {
    const silence = this.#way.isFar ? { silence: SILENCE } : {};
    this.#hello ??= this.#ask<HostFacts>('hello', { state: this.#state, ...silence });
    return this.#hello;
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { stdin, signal, ...rest } = options;
    signal?.throwIfAborted();
    const fields = { argv, ...rest, ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin).toString('base64') }) };
    const { id, answer } = await this.#send<RunResult>('run', fields);
    const cancel = () => void this.#ask('cancel', { of: id }).catch(() => {});
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const r = await answer;
      signal?.throwIfAborted();
      const text = (b: string) => Buffer.from(b, 'base64').toString('utf8');
      return { ...r, stdout: text(r.stdout), stderr: text(r.stderr) };
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async read(path: string, options: ReadOptions = {}): Promise<FileContent> {
    const fields = { path, ...options, ...(this.#way.compresses ? { pack: true } : {}) };
    const { packed, ...r } = await this.#ask<FileContent & { packed: boolean }>('read', fields);
    return packed ? { ...r, data: await unpack(r.data) } : r;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    return (await this.#ask<FileStat | null>('stat', { path })) ?? undefined;
  }

  async remove(paths: readonly string[]): Promise<void> {
    await this.#ask('remove', { paths });
  }

  processes(pids: readonly number[]): Promise<HostProcess[]> {
    return this.#ask('processes', { pids });
  }

  cgroup(path: string): Promise<HostProcess[]> {
    return this.#ask('cgroup', { path });
  }

  environ(pid: number, names: readonly string[]): Promise<Record<string, string>> {
    return this.#ask('environ', { pid, names });
  }

  loaded(pids: readonly number[], text: string): Promise<number[]> {
    return this.#ask('loaded', { pids, text });
  }

  async apply(r: ApplyRequest): ReturnType<Host['apply']> {
    const base64 = (data: string | Uint8Array) => Buffer.from(data).toString('base64');
    return this.#ask('apply', {
      ...r,
      changes: r.changes.map((c) => ({ ...c, after: base64(c.after) })),
      files: r.files.map((f) => ({ ...f, data: base64(f.data) })),
      script: base64(revertProgram()),
    });
  }

  revert(probe: string, options: { missing?: boolean } = {}): Promise<Record<string, string>> {
    return this.#ask('revert', { probe, ...options });
  }

  async forget(probe: string): Promise<void> {
    await this.#ask('forget', { probe });
  }

  /** Waits for a while until another agent has ended; one whose line is dead is told to. @returns whether it has */
  succeed({ pid, started }: HostProcess): Promise<boolean> {
    return this.#ask('succeed', { agent: { pid, started } });
  }

  time(): Promise<number> {
    return this.#ask('time');
  }

  async sweep(): Promise<void> {
    await this.#ask('sweep');
  }

  probes(): Promise<ProbeState[]> {
    return this.#ask('probes');
  }

  unreadable(): Promise<UnreadableJournal[]> {
    return this.#ask('unreadable');
  }

  async close(): Promise<void> {
    this.#pipe.stdin.end();
    await this.#pipe.gone;
  }
}
