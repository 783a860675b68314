import { randomUUID } from 'node:crypto';
import { failure } from '../failure.js';
import type { Host, HostProcess, RunOptions } from '../host/host.js';
import { readEnvironmentFile } from './environment-file.js';
import { findInterpreter } from './find-interpreter.js';
import type { Interpreter, Service, ServiceState } from './service.js';

type Properties = Record<string, string>;

const SHOWN = 'Id,LoadState,ActiveState,SubState,MainPID,ControlGroup,User,ExecStart,Environment,Result,Slice';

/** A systemd unit. */
export class SystemdService implements Service {
  readonly name: string;
  readonly host: Host;
  /** systemd forgets the control group of a stopped unit, and its leftovers live just there. */
  #cgroup = '';
  /** What the host does by itself where the connection ends before it was started again. */
  readonly #will = randomUUID();

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
      active: p.ActiveState === 'active',
      mainPid,
      processes,
      user: userOf(p, processes),
    };
  }

  async stop(timeoutSeconds: number, signal?: AbortSignal): Promise<void> {
    await this.look(); // remembers the control group
    const will = { id: this.#will, argv: this.#later };
    await this.#systemctl('stop', { timeout: timeoutSeconds, will }, signal);
  }

  async start(signal?: AbortSignal): Promise<void> {
    await this.host.run(['systemctl', 'reset-failed', this.name]);
    await this.#systemctl('start', { timeout: 600, fulfils: this.#will }, signal);
  }

  async startLater(): Promise<void> {
    await this.host.run(this.#later, { fulfils: this.#will });
  }

  get #later(): string[] {
    return ['systemctl', 'start', '--no-block', this.name];
  }

  async #systemctl(verb: string, options: RunOptions, signal?: AbortSignal): Promise<void> {
    const r = await this.host.run(['systemctl', verb, this.name], { ...options, ...(signal ? { signal } : {}) });
    if (r.code !== 0 && !r.timedOut) {
      throw failure(
        'SERVICE_COMMAND',
        { service: this.name, command: `systemctl ${verb} ${this.name}`, code: r.code },
        r.stderr,
      );
    }
  }

  async errorsSince(when: number): Promise<string[]> {
    const r = await this.host.run([
      'journalctl',
      '-u',
      this.name,
      '--since',
      `@${Math.floor(when)}`,
      '-o',
      'cat',
      '--no-pager',
      '-q',
    ]);
    return r.stdout.split('\n').filter((l) => /\b(ERROR|CRITICAL)\b|^Traceback|^\w*(Error|Exception)\b/.test(l));
  }

  async lastWords(): Promise<string> {
    const r = await this.host.run(['journalctl', '-u', this.name, '-n', '15', '-o', 'cat', '--no-pager', '-q']);
    return r.stdout;
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
    const p = await this.#show();
    const files = (await this.#property('EnvironmentFiles')).matchAll(/^(\/.*) \(ignore_errors=(?:yes|no)\)$/gm);
    let byFile: string | undefined;
    for (const [, named] of files) {
      for (const file of await this.#matching(named!)) {
        const text = await this.host.read(file).catch(() => undefined);
        byFile = (text && readEnvironmentFile(text.data.toString('utf8'), 'PYTHONPATH')) ?? byFile;
      }
    }
    const value = byFile ?? environmentOf(p).PYTHONPATH ?? '';
    return { value: (await this.unsets(value)) ? '' : value, byFile: byFile !== undefined };
  }

  /** Whether UnsetEnvironment=, which comes after all else, takes PYTHONPATH away: any, or one of just this value. */
  async unsets(value?: string): Promise<boolean> {
    const words = environmentWords(await this.#property('UnsetEnvironment'));
    return words.some((w) => w === 'PYTHONPATH' || (value !== undefined && w === `PYTHONPATH=${value}`));
  }

  async #property(name: string): Promise<string> {
    const argv = ['systemctl', 'show', '--no-pager', '--value', `--property=${name}`, '--', this.name];
    return (await this.host.run(argv)).stdout;
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
  const r = await host.run(['systemctl', 'show', '--no-pager', `--property=${[SHOWN, ...more]}`, '--', ...names]);
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
export function environmentOf(p: Properties): Record<string, string> {
  return Object.fromEntries(
    environmentWords(p.Environment ?? '').map((w) => [w.slice(0, w.indexOf('=')), w.slice(w.indexOf('=') + 1)]),
  );
}

const userOf = (p: Properties, processes: readonly HostProcess[]): string => p.User || processes[0]?.user || 'root';
