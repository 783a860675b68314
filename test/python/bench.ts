import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { decoratorLine } from '../../src/probe/decorator-line.js';
import { type EngineName, engineSettings } from '../../src/probe/engines.js';
import { parseExpression } from '../../src/probe/expression.js';
import { probeRuntime } from '../../src/probe/runtime.js';
import { isSidecarName } from '../../src/profile/capture-files.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { pythons as machinePythons } from '../pythons.js';

/** Every Python from 3.6 on that this machine has. */
export const pythons = machinePythons().map(({ name, path }): [string, string] => [name, path]);

/** Those that have eventlet. */
export const greens = pythons.filter(([, path]) => answer(path, 'import eventlet; print("yes")') === 'yes');

export function answer(python: string, program: string): string {
  const { failed, stdout } = execaSync(python, ['-c', program], { reject: false });
  return failed ? '' : stdout.trim();
}

type Row = { key: [string, number, string]; cc: number; nc: number; tt: number; ct: number; callers: string[] };

/** A capture as it lies on the disk, its rows read by the `pstats` of the Python that wrote it. */
export interface Capture {
  sidecar: Sidecar;
  rows: Row[];
  target: Row | undefined;
  /** The rows less the time suspended, where the engine tells it. */
  active: Row[];
  /** Lines of the folded waits. */
  waits: string[];
}

const dump = `
import json, pstats, sys
found = []
for path in sys.argv[1:]:
    rows = pstats.Stats(path).stats if path else {}
    found.append([dict(key=k, cc=v[0], nc=v[1], tt=v[2], ct=v[3], callers=[c[2] for c in v[4]]) for k, v in rows.items()])
print(json.dumps(found))
`;

/** What a Python without a logging configuration writes for one warning. */
export const said = (text: string): string => `probe p1: ${text}`;

/** A module `subject` with a probed function in a folder of its own, and programs that use it. */
export class Bench {
  readonly python: string;
  readonly folder: string;
  readonly directory: string;
  readonly captures: string;

  private constructor(python: string, folder: string) {
    this.python = python;
    this.folder = folder;
    this.directory = join(folder, 'probes', 'p1');
    this.captures = join(this.directory, 'captures');
  }

  /** `subject` is the module's source; `@PROBE` in it becomes profkit's line. The engine is profkit unless told. */
  static async make(
    python: string,
    subject: string,
    { ids, when, ...settings }: Record<string, unknown> & { engine?: EngineName; ids?: string; when?: string } = {},
  ): Promise<Bench> {
    const bench = new Bench(python, await mkdtemp(join(tmpdir(), 'profkit-probe-')));
    await mkdir(bench.directory, { recursive: true });
    await mkdir(bench.captures, { mode: 0o700 });
    const engine = settings.engine ?? 'profkit';
    const all = { format: 2, probe: 'p1', target: 'subject:f', runtime: 'probe.py', directory: bench.directory };
    const more = { max: 20, until: Date.now() / 1000 + 3600, function_file: bench.subject, mode: 'source' };
    const expressions = {
      ids: ids === undefined ? null : parseExpression('id', ids),
      when: when === undefined ? null : parseExpression('when', when),
    };
    const text = await probeRuntime(engine);
    const filled = text.replace(
      'json.loads("{}")',
      () =>
        `json.loads(${JSON.stringify(JSON.stringify({ ...all, ...more, ...expressions, ...engineSettings(engine), ...settings }))})`,
    );
    if (filled === text) throw new Error('the runtime has no line for the settings');
    await writeFile(bench.runtime, filled);
    await writeFile(
      bench.subject,
      subject.replaceAll('@PROBE', () => decoratorLine('p1', bench.runtime)),
    );
    return bench;
  }

  get runtime(): string {
    return join(this.directory, 'probe.py');
  }

  get subject(): string {
    return join(this.folder, 'subject.py');
  }

  /** Runs a program that may import `subject`; gives what its last line says as JSON. Anything on stderr is a failure. */
  async run(program: string, stderr = ''): Promise<unknown> {
    const result = await execa(this.python, ['-B', '-W', 'ignore', '-c', program], { cwd: this.folder, reject: false });
    // eventlet's own word on locks that were made before it came
    const said = result.stderr.replace(/^\d+ RLock\(s\) were not greened.*\n?/m, '');
    if (result.exitCode !== 0 || said !== stderr) {
      throw new Error(`status ${result.exitCode}, stdout ${result.stdout}, stderr ${result.stderr}`);
    }
    const last = result.stdout.trim().split('\n').at(-1)!;
    return last === '' ? undefined : JSON.parse(last);
  }

  /** In the order in which their calls began. */
  async sidecars(): Promise<Sidecar[]> {
    const names = (await readdir(this.captures)).filter(isSidecarName);
    const texts = await Promise.all(names.map((name) => readFile(join(this.captures, name), 'utf8')));
    return texts.map((text) => JSON.parse(text) as Sidecar).sort((a, b) => (a.started < b.started ? -1 : 1));
  }

  /** The same with what their files hold. */
  async found(): Promise<Capture[]> {
    const sidecars = await this.sidecars();
    const path = (name: string | null) => name && join(this.captures, name);
    const paths = sidecars.flatMap(({ profile, active }) => [path(profile) ?? '', path(active) ?? '']);
    const { stdout } = await execa(this.python, ['-c', dump, ...paths]);
    const profiles = JSON.parse(stdout) as Row[][];
    return Promise.all(
      sidecars.map(async (sidecar, index) => {
        const [rows, active] = [profiles[2 * index]!, profiles[2 * index + 1]!];
        const { file, line, name } = sidecar.function;
        const target = rows.find(({ key }) => `${key}` === `${[file, line, name]}`);
        const folded = sidecar.waits === null ? '' : await readFile(path(sidecar.waits)!, 'utf8');
        return { sidecar, rows, target, active, waits: folded.split('\n').slice(0, -1) };
      }),
    );
  }

  async remove(): Promise<void> {
    await chmod(this.captures, 0o700).catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }
}
