// The lab in the hands of tests: the commands of ./lab, typed. See README.md.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const LAB = fileURLToPath(new URL('lab', import.meta.url));

export type Result = { code: number; stdout: string; stderr: string };

export type ExecOptions = {
  /** root without it; stack works in /opt/stack with devstack's PATH */
  user?: 'root' | 'stack';
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** The command is ended, inside, when it takes longer (code 124, or 137 if it had to be killed). 2 minutes without it. */
  timeoutMs?: number;
};

/** Why there can be no lab on this machine, if so. With CI set a test fails on it rather than skipping. */
export function labUnavailable(): string | undefined {
  const { status, stdout, error } = spawnSync(LAB, ['check'], { encoding: 'utf8' });
  if (error) return `the lab's script does not start: ${error.message}`;
  return status === 0 ? undefined : stdout.trim();
}

export class Lab {
  readonly name: string;
  /** The lab's root file system as this machine sees it; without its /run, /dev and /proc. */
  readonly root: string;
  private readonly pidFiles = new WeakMap<ChildProcess, string>();

  private constructor(name: string, root: string) {
    this.name = name;
    this.root = root;
  }

  /**
   * Quick when it is up already. The first ever on a machine builds it, which takes 4 minutes.
   * @param suite which Debian, and so which Nova: bookworm without it
   */
  static async up(name = 'test', { computes, suite }: { computes?: number; suite?: string } = {}): Promise<Lab> {
    const more = computes === undefined ? [] : ['--computes', String(computes)];
    const env = suite === undefined ? {} : { SUITE: suite };
    await execa(LAB, ['up', '--name', name, ...more], { stderr: ['pipe', 'inherit'], env });
    const { stdout } = await execa(LAB, ['root', '--name', name]);
    return new Lab(name, stdout);
  }

  /** A command that fails is a result: look at `code`. */
  exec(argv: readonly string[], options: ExecOptions = {}): Promise<Result> {
    const { timeoutMs = 120_000, input } = options;
    // `timeout` reaches the command, where a signal from here ends only what holds the way in.
    const limited = ['timeout', '--kill-after=5', String(timeoutMs / 1000), ...argv];
    return collect(this.args('exec', options, limited), {
      timeoutMs: timeoutMs + 15_000,
      ...(input !== undefined && { input }),
    });
  }

  script(bash: string, options: ExecOptions = {}): Promise<Result> {
    return this.exec(['bash', '-c', bash], options);
  }

  /** ssh to it as stack, through its sshd. */
  ssh(...argv: string[]): Promise<Result> {
    return collect(['--name', this.name, 'ssh', ...argv], { timeoutMs: 120_000 });
  }

  /**
   * A command that goes on while the test does something else. The process here is the way in: a signal to it (`child.kill()`)
   * ends the way and leaves the command inside running. Signals for the command go through `signal()`.
   */
  spawn(argv: readonly string[], options: Omit<ExecOptions, 'timeoutMs' | 'input'> = {}): ChildProcess {
    const pidFile = `/tmp/spawned-${randomUUID()}`;
    // In a session of its own, so that the command and its children are one group, as they are at a terminal.
    const remembered = ['setsid', '--wait', 'bash', '-c', 'echo $$ >"$0"; exec "$@"', pidFile, ...argv];
    const child = spawn(LAB, this.args('exec', options, remembered), { stdio: 'pipe' });
    this.pidFiles.set(child, pidFile);
    return child;
  }

  /** What Ctrl-C does at a terminal: the signal reaches the spawned command and all its children, inside. */
  async signal(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const pidFile = this.pidFiles.get(child);
    if (pidFile === undefined) throw new Error('not a child of this lab');
    const name = signal.replace(/^SIG/, '');
    const wait = 'for _ in $(seq 100); do [ -s "$0" ] && break; sleep 0.05; done; kill -s "$1" -- "-$(cat "$0")"';
    const { code, stderr } = await this.exec(['bash', '-c', wait, pidFile, name]);
    if (code !== 0) throw new Error(`the signal did not reach it: ${stderr}`);
  }

  /** profkit as users get it: the package of this clone, installed globally, with a Node. */
  async install(): Promise<void> {
    await execa(LAB, ['install', '--name', this.name], { stderr: ['pipe', 'inherit'] });
  }

  /** Off and on again: its /run is new, all else is as it was. */
  async reboot(): Promise<void> {
    await execa(LAB, ['reboot', '--name', this.name], { stderr: ['pipe', 'inherit'] });
  }

  async down(): Promise<void> {
    await execa(LAB, ['down', '--name', this.name]);
  }

  private args(command: string, options: ExecOptions, argv: readonly string[]): string[] {
    const { user = 'root', env = {}, cwd } = options;
    const set = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return ['--name', this.name, command, '--user', user, ...(cwd ? ['--cwd', cwd] : []), ...set, '--', ...argv];
  }
}

async function collect(
  args: string[],
  { timeoutMs, input = '' }: { timeoutMs: number; input?: string },
): Promise<Result> {
  const result = await execa(LAB, args, { input, reject: false, timeout: timeoutMs, stripFinalNewline: false });
  return { code: result.exitCode ?? 255, stdout: result.stdout, stderr: result.stderr };
}
