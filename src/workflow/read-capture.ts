import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../failure.js';
import { isProfileName, isSidecarName, stemOf } from '../profile/capture-files.js';
import { FoldedError, parseFolded, type Stack } from '../profile/folded.js';
import type { Sidecar } from '../profile/sidecar.js';
import { readProfile, type Stats } from '../profile/stats.js';
import type { Suspended } from '../profile/waiting.js';
import { readSidecar } from './captures.js';

/** What a path names that is here: a profile, with its sidecar where one lies beside it, or a capture without one. */
export type Here =
  | { stats: Stats; isActive: boolean; when: Date; sidecar: Sidecar | undefined; suspended: Suspended | undefined }
  | { stats: undefined; sidecar: Sidecar; files: string[]; stacks: Stack[] };

const ACTIVE = '.active.prof';

/** Captures that a path names: itself, or all below a folder. @throws Failure NO_SUCH_FILE */
export async function capturesAt(path: string): Promise<string[]> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return [path];
  const all = new Set(await readdir(path, { recursive: true }));
  // a sidecar stands for a capture that has no profile: ID-PID-N.json, for other documents may lie here too
  const alone = (name: string) =>
    isSidecarName(name) && /-\d+-\d+\.json$/.test(name) && !all.has(`${stemOf(name)}.prof`);
  const found = [...all].filter((f) => isProfileName(f) || alone(f)).sort();
  if (found.length === 0) throw failure('NO_SUCH_FILE', { path, why: 'the folder holds no .prof' });
  return found.map((f) => join(path, f));
}

/** @throws Failure NO_SUCH_FILE, BAD_PROFILE, BAD_SIDECAR */
export async function readCapture(file: string): Promise<Here> {
  if (!file.endsWith('.json')) return readWithProfile(file);
  const sidecar = readSidecar(file, await bytesOf(file));
  const stem = stemOf(file);
  if (sidecar.profile !== null) return readWithProfile(`${stem}.prof`);
  if (sidecar.stacks === null) return { stats: undefined, sidecar, files: [], stacks: [] };
  const files = [`${stem}.speedscope.json`, `${stem}.folded`];
  return { stats: undefined, sidecar, files, stacks: await stacksOf(files[1]!) };
}

async function readWithProfile(file: string): Promise<Here> {
  const stats = await statsOf(file);
  const when = new Date(Math.floor((await stat(file)).mtimeMs)); // its own Date rounds up, and may be a second ahead
  const isActive = file.endsWith(ACTIVE);
  const stem = isActive ? file.slice(0, -ACTIVE.length) : file.replace(/\.prof$/, '');
  const text = stem === file ? undefined : await readFile(`${stem}.json`).catch(() => undefined);
  const sidecar = text && readSidecar(`${stem}.json`, text);
  const suspended = sidecar && !isActive ? await suspendedOf(stem, sidecar) : undefined;
  return { stats, isActive, when, sidecar, suspended };
}

async function suspendedOf(stem: string, { active, waits }: Sidecar): Promise<Suspended | undefined> {
  if (active === null || waits === null) return undefined;
  return { active: await statsOf(stem + ACTIVE), waits: await stacksOf(`${stem}.waits.folded`) };
}

async function statsOf(path: string): Promise<Stats> {
  const bytes = await bytesOf(path);
  try {
    return readProfile(bytes);
  } catch (e) {
    if (e instanceof Error && /^(Marshal|Stats)\w*Error$/.test(e.name))
      throw failure('BAD_PROFILE', { path, why: e.message });
    throw e;
  }
}

async function stacksOf(path: string): Promise<Stack[]> {
  const bytes = await bytesOf(path);
  try {
    return parseFolded(bytes.toString('utf8'));
  } catch (e) {
    if (e instanceof FoldedError) throw failure('BAD_PROFILE', { path, why: e.message });
    throw e;
  }
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (e) {
    const why = (e as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not there' : (e as Error).message;
    throw failure('NO_SUCH_FILE', { path, why });
  }
}
