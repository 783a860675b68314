import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { HOOK, hookText } from '../../src/probe/hook.js';
import { probeRuntime } from '../../src/probe/runtime.js';
import { runtimeFiles, runtimeName } from '../../src/probe/runtime-file.js';
import { isSidecarName } from '../../src/profile/capture-files.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import type { Located } from '../../src/python/place.js';

/** What the hook leaves word of. */
export interface HookNote {
  pid: number;
  probed: boolean;
  decorated?: boolean;
  missed?: string[];
  other?: number | null;
  why?: string;
}

/** A folder with modules, and probes that are put into them by hooks alone. */
export class HookedService {
  readonly python: string;
  readonly folder: string;
  /** PYTHONPATH. */
  path: string[] = [];

  private constructor(python: string, folder: string) {
    this.python = python;
    this.folder = folder;
  }

  static async make(python: string, modules: Record<string, string>): Promise<HookedService> {
    const service = new HookedService(python, await mkdtemp(join(tmpdir(), 'profkit-hook-')));
    for (const [name, text] of Object.entries(modules)) await writeFile(join(service.folder, `${name}.py`), text);
    return service;
  }

  directory(probe: string): string {
    return join(this.folder, 'state', 'probes', probe);
  }

  /** Puts a probe in for these `module:name`, or `module:name:line`, as `profkit patch` would. */
  async probe(probe: string, ...targets: string[]): Promise<void> {
    const directory = this.directory(probe);
    const hook = join(directory, HOOK);
    const split = targets.map((target) => {
      const [module = '', name = '', line = '0'] = target.split(':');
      return { module, name, line: Number(line) };
    });
    const probed = targets.map((target, n) => ({
      located: { target, ...split[n], file: join(this.folder, `${split[n]!.module}.py`) } as unknown as Located,
      ids: null,
    }));
    const settings = { probe, by: 'me', when: null, engine: 'profkit', scope: 'tree', clock: 'wall', max: 20 };
    const rest = { until: Date.now() / 1000 + 3600, owner: 'me', services: [], state: join(this.folder, 'state') };
    const made = runtimeFiles(probed, { ...settings, ...rest }, 'hook', await probeRuntime('profkit'));
    await mkdir(hook, { recursive: true });
    await mkdir(join(directory, 'captures'), { mode: 0o700 });
    for (const file of made.files) await writeFile(join(directory, file.name), file.data);
    const hooked = split.map((t, n) => ({ ...t, runtime: runtimeName(n) }));
    await writeFile(join(hook, 'sitecustomize.py'), await hookText(directory, hooked));
    this.path.unshift(hook);
  }

  /** Runs a program, which finds the modules; gives what its last line says as JSON, and all that was said on stderr. */
  async run(program: string, options: readonly string[] = []): Promise<{ result: unknown; stderr: string }> {
    const env = { PYTHONPATH: [...this.path, this.folder].join(':') };
    const argv = ['-B', '-W', 'ignore', ...options, '-c', program];
    const { stdout, stderr, exitCode } = await execa(this.python, argv, { cwd: this.folder, env, reject: false });
    if (exitCode !== 0) throw new Error(`status ${exitCode}: ${stderr}`);
    const last = stdout.trim().split('\n').at(-1)!;
    return { result: last === '' ? undefined : JSON.parse(last), stderr };
  }

  async sidecars(probe: string): Promise<Sidecar[]> {
    const captures = join(this.directory(probe), 'captures');
    const names = (await readdir(captures)).filter(isSidecarName);
    const texts = await Promise.all(names.map((name) => readFile(join(captures, name), 'utf8')));
    return texts.map((text) => JSON.parse(text) as Sidecar).sort((a, b) => (a.started < b.started ? -1 : 1));
  }

  async note(probe: string, target = 0): Promise<HookNote> {
    return JSON.parse(await readFile(join(this.directory(probe), 'captures', `.hook-${target}`), 'utf8')) as HookNote;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
