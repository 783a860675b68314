import { randomUUID } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import { failure } from '../failure.js';
import type { Host, HostProcess, RunResult, Will } from '../host/host.js';
import { readEnvironmentFile } from './environment-file.js';
import { findInterpreter } from './find-interpreter.js';
import type { Interpreter, Service, ServiceState } from './service.js';
import { systemctl } from './systemctl.js';

type Properties = Record<string, string>;

const SHOWN =
  'Id,LoadState,ActiveState,SubState,MainPID,ControlGroup,User,ExecStart,Environment,Result,Slice,Job,NRestarts,ExecMainCode,ExecMainStatus,StatusText';

/** A systemd unit. */
export class SystemdService implements Service {
  readonly name: string;
  readonly host: Host;
  /** systemd forgets the control group of a stopped unit, and its leftovers live just there. */
  #cgroup = '';
  /** What the host does by itself where the connection ends before it was started again. */
  readonly #id = randomUUID();

  constructor(host: Host, name: string) {
    this.host = host;
    this.name = name;
  }

  async #show(): Promise<Properties> {
    return (await showUnits(this.host, [this.name]))[0] ?? {};
  }

  async look(): Promise<ServiceState> {
    const p = await this.#show();
    this.#cgroup = p.ControlGroup || this.#cgroup || `${slicePath(p.Slice || 'system.slice')}/${this.name}`;
    const processes = await this.host.cgroup(this.#cgroup);
    const mainPid = Number(p.MainPID ?? 0);
    return {
      state: p.ActiveState ?? 'unknown',
      active: p.ActiveState === 'active' || p.ActiveState === 'reloading',
      mainPid,
      processes,
      pending: Boolean(p.Job),
      restarts: Number(p.NRestarts || 0),
      ended: endedWords(p),
      status: p.StatusText ?? '',
      user: userOf(p, processes),
    };
  }

  async stop(timeoutSeconds: number, signal?: AbortSignal): Promise<void> {
    await this.look(); // remembers the control group
    const stop = ['systemctl', 'stop', this.name];
    const r = await this.host.run(stop, { timeout: timeoutSeconds, will: this.#will, ...(signal ? { signal } : {}) });
    if (!r.timedOut) this.#must(stop, r); // whether it is dead is seen afterwards
  }

  /** A unit that was started too often in too short a time (StartLimitBurst=) is forgiven that. */
  async start(signal?: AbortSignal): Promise<void> {
    const how = signal ? { signal } : {};
    await systemctl(this.host, ['reset-failed', this.name], how);
    const r = await systemctl(this.host, this.#later.slice(1), { ...how, fulfils: this.#will });
    this.#must(this.#later, r);
  }

  async startLater(): Promise<void> {
    await this.start();
  }

  get #later(): string[] {
    return ['systemctl', 'start', '--no-block', this.name];
  }

  get #will(): Will {
    return { id: this.#id, argv: this.#later };
  }

  #must(argv: readonly string[], r: RunResult): void {
    if (r.code === 0) return;
    throw failure('SERVICE_COMMAND', { service: this.name, command: argv.join(' '), code: r.code }, r.stderr);
  }

  async errorsSince(when: number): Promise<string[]> {
    return errorsIn(await this.#log(when));
  }

  async lastWords(since: number): Promise<string> {
    await this.host.run(['journalctl', '--sync'], { timeout: 20 }); // what it wrote as it died may be under way
    const lines = await this.#log(since);
    const last = lines.slice(-15);
    const errors = errorsIn(lines.slice(0, -15));
    return [...errors.slice(-10), ...last].map((l) => (l.length > 400 ? `${l.slice(0, 399)}…` : l)).join('\n');
  }

  /** Lines of its journal since then, the newest 2000. */
  async #log(since: number): Promise<string[]> {
    const when = ['--since', `@${since.toFixed(6)}`, '-n', '2000'];
    const argv = ['journalctl', '-u', this.name, ...when, '-o', 'cat', '--no-pager', '-q', '--all'];
    const r = await this.host.run(argv, { timeout: 30 });
    return stripVTControlCharacters(r.stdout).split('\n').filter(Boolean);
  }

  async interpreter(): Promise<Interpreter> {
    const p = await this.#show();
    const { processes } = await this.look();
    return findInterpreter(this.host, this.name, {
      processes,
      command: commandOf(p),
      environment: environmentOf(p),
    });
  }

  /** PYTHONPATH as systemd will set it at the next start, and whether a file of EnvironmentFile= is what sets it. */
  async pythonPath(): Promise<{ value: string; byFile: boolean }> {
    const { value = '', byFile } = await this.variable('PYTHONPATH');
    return { value, byFile };
  }

  /**
   * A variable as systemd will set it at the next start, undefined where it does not; and whether a file of
   * EnvironmentFile= is what sets it, which comes after every Environment=.
   */
  async variable(name: string): Promise<{ value: string | undefined; byFile: boolean }> {
    const p = await this.#show();
    const files = (await this.#property('EnvironmentFiles')).matchAll(/^(\/.*) \(ignore_errors=(?:yes|no)\)$/gm);
    let byFile: string | undefined;
    for (const [, named] of files) {
      for (const file of await this.#matching(named!)) {
        const text = await this.host.read(file).catch(() => undefined);
        byFile = (text && readEnvironmentFile(text.data.toString('utf8'), name)) ?? byFile;
      }
    }
    const value = byFile ?? environmentOf(p)[name];
    return { value: (await this.unsets(value, name)) ? undefined : value, byFile: byFile !== undefined };
  }

  /** Whether UnsetEnvironment=, which comes after all else, takes a variable away: any, or one of just this value. */
  async unsets(value?: string, name = 'PYTHONPATH'): Promise<boolean> {
    const words = environmentWords(await this.#property('UnsetEnvironment'));
    return words.some((w) => w === name || (value !== undefined && w === `${name}=${value}`));
  }

  async #property(name: string): Promise<string> {
    const show = ['show', '--no-pager', '--value', `--property=${name}`, '--', this.name];
    return (await systemctl(this.host, show)).stdout;
  }

  /** The files of an EnvironmentFile=, which may be a pattern, as systemd takes them: in the order of their bytes. */
  async #matching(named: string): Promise<string[]> {
    if (!/[*?[]/.test(named)) return [named];
    const list = 'IFS=; for one in $1; do printf "%s\\n" "$one"; done';
    return (await this.host.run(['sh', '-c', list, 'sh', named], { env: { LC_ALL: 'C' } })).stdout
      .split('\n')
      .filter(Boolean);
  }
}

/** Properties of units, in the order asked for, `more` among them. Units that do not exist have LoadState=not-found. */
export async function showUnits(
  host: Host,
  names: readonly string[],
  more: readonly string[] = [],
): Promise<Properties[]> {
  const r = await systemctl(host, ['show', '--no-pager', `--property=${[SHOWN, ...more]}`, '--', ...names]);
  if (r.code !== 0) return [];
  return r.stdout
    .split(/\n\n+/)
    .filter(Boolean)
    .map((block) => {
      const pairs = block.split('\n').map((l) => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]);
      return Object.fromEntries(pairs) as Properties;
    });
}

/** `system-devstack.slice` lies in `/system.slice/system-devstack.slice`: each dash is a level. */
function slicePath(slice: string): string {
  const words = slice.replace(/\.slice$/, '').split('-');
  return words.map((_, i) => `/${words.slice(0, i + 1).join('-')}.slice`).join('');
}

/** The words of ExecStart, from systemd's `{ path=… ; argv[]=… ; … }`. */
export function commandOf(p: Properties): string[] {
  return /argv\[\]=(.*?) ;/.exec(p.ExecStart ?? '')?.[1]?.split(' ') ?? [];
}

const environmentWords = (printed: string): string[] =>
  (printed.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map((w) =>
    w.startsWith('"') ? w.slice(1, -1).replace(/\\(.)/g, '$1') : w,
  );

/** Environment= as systemd prints it: words, quoted where they hold blanks. */
function environmentOf(p: Properties): Record<string, string> {
  return Object.fromEntries(
    environmentWords(p.Environment ?? '').map((w) => [w.slice(0, w.indexOf('=')), w.slice(w.indexOf('=') + 1)]),
  );
}

const userOf = (p: Properties, processes: readonly HostProcess[]): string => p.User || processes[0]?.user || 'root';

const errorsIn = (lines: readonly string[]): string[] =>
  lines.filter((l) => /\b(ERROR|CRITICAL)\b|^Traceback|^[\w.]*(Error|Exception)\b/.test(l));

/** How the main process ended, by what waitid(2) told systemd; else by systemd's own word. */
function endedWords(p: Properties): string {
  if (p.ExecMainCode === '1') return `status ${p.ExecMainStatus}`;
  if (p.ExecMainCode === '2' || p.ExecMainCode === '3') return `signal ${p.ExecMainStatus}`;
  return p.Result && p.Result !== 'success' ? p.Result : '';
}
