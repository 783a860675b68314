import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, constants, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, failure } from '../failure.js';
import type { FileContent, Host, ProbeState } from '../host/host.js';
import { captureEndings, mainEnding, stemOf } from '../profile/capture-files.js';
import { ahead } from './ahead.js';
import { captureNames, readSidecar } from './captures.js';
import type { Context } from './context.js';
import { isCut } from './cut-off.js';

/** How many captures are asked for before the first has come: what a round trip takes is waited for once. */
const AHEAD = 16;

export interface Collected {
  probe: string;
  folder: string;
  /** The captures that were brought now: local paths of their .prof, or of their sidecars where they have none. */
  files: string[];
  /** Paths of those that were here already, the same to the byte. */
  here: string[];
  /** Why others could not be brought; they stay on the host. */
  broken: string[];
  /** How many were removed from the host. */
  cleaned: number;
}

/** Folder of a probe's captures below `captures`: when it was put in, and its id. */
function folderOf(captures: string, probe: Pick<ProbeState, 'probe' | 'created'>): string {
  const t = new Date(probe.created * 1000).toISOString();
  return join(captures, `${t.slice(0, 10)}-${t.slice(11, 19).replaceAll(':', '')}-${probe.probe}`);
}

/** Sees that captures can be put below a folder, before anything is done for their sake. @throws Failure FOLDER */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
    if (made !== undefined) await rm(made, { recursive: true }); // it is made when there is something to put into it
  } catch (e) {
    throw failure('FOLDER', { folder, why: (e as Error).message });
  }
}

/**
 * Brings the captures of a probe here, each checked by its sha256; removes them there only after that. One that cannot
 * be brought does not keep the others from it.
 */
export async function collect(context: Context, probe: ProbeState, options: { clean: boolean }): Promise<Collected> {
  const { host } = context;
  const folder = folderOf(context.captures, probe);
  const result: Collected = { probe: probe.probe, folder, files: [], here: [], broken: [], cleaned: 0 };
  const names = await captureNames(host, probe.probe);
  const from = (name: string) => join(probe.directory, 'captures', stemOf(name));
  const taken = new Set(names.map((name) => join(folder, stemOf(name))));
  const bring = async (name: string) => {
    const to = join(folder, stemOf(name));
    return keep(await readWhole(host, from(name), to), to, taken, options.clean);
  };
  for await (const [name, capture] of ahead(names, bring, AHEAD)) {
    let endings: string[];
    try {
      const brought = await capture;
      endings = brought.endings;
      (brought.isNew ? result.files : result.here).push(brought.path);
    } catch (e) {
      if (isCut(e)) throw unfinished(e as Failure, names.length, result);
      result.broken.push(e instanceof Failure ? e.message : `${name}: ${(e as Error).message}`);
      continue;
    }
    if (!options.clean) continue;
    await host.remove(endings.map((ending) => from(name) + ending).reverse()); // the sidecar first: without it the rest is none
    result.cleaned += 1;
  }
  return result;
}

/** A line that is cut for good fails all that are left, which is said once. */
function unfinished({ message }: Failure, all: number, { files, here, folder }: Collected): Failure {
  return failure('COLLECT_CUT', { what: message.replace(/\.$/, ''), all, here: files.length + here.length, folder });
}

/** A capture as it is on the host: its files by their endings, the sidecar last. */
interface WholeCapture {
  files: [ending: string, content: FileContent][];
  /** Ending of the one that it is known by. */
  main: string;
}

/** Reads all files of a capture; what is at `to` already, from an earlier time, does not travel again. */
async function readWhole(host: Host, from: string, to: string): Promise<WholeCapture> {
  const beside = await checked(host, `${from}.json`, `${to}.json`);
  const sidecar = readSidecar(`${from}.json`, beside.data);
  const read = async (ending: string) =>
    [ending, await checked(host, from + ending, to + ending)] as [string, FileContent];
  const files = await Promise.all(captureEndings(sidecar).map(read));
  return { files: [...files, ['.json', beside]], main: mainEnding(sidecar) };
}

/**
 * Writes all files of a capture, the sidecar last, as on the host: with it a capture is whole.
 * @param taken where others are being put: not to be used by this one
 * @param isOnlyOne that on the host goes then: this one has to be on the disk
 */
async function keep(
  { files, main }: WholeCapture,
  to: string,
  taken: Set<string>,
  isOnlyOne: boolean,
): Promise<{ path: string; isNew: boolean; endings: string[] }> {
  const endings = files.map(([ending]) => ending);
  for (let n = 1; ; n += 1) {
    // another capture of that name may be here, where process ids come again: both are kept
    const stem = n === 1 ? to : `${to}-${n}`;
    const here = await Promise.all(endings.map((ending) => readHere(stem + ending)));
    const path = stem + main;
    const same = files.map(([, { data }], i) => here[i]?.equals(data));
    if (same.every((one) => one === true)) return { path, isNew: false, endings };
    if (here.at(-1) !== undefined && same.includes(false)) continue;
    if (n > 1 && taken.has(stem)) continue; // while we were looking
    taken.add(stem);
    await mkdir(dirname(stem), { recursive: true, mode: 0o700 });
    for (const [ending, content] of files) await put(stem + ending, content, isOnlyOne);
    return { path, isNew: true, endings };
  }
}

async function checked(host: Host, path: string, here: string): Promise<FileContent> {
  const known = await readHere(here);
  const hashOfKnown = known && hash(known);
  const content = await host.read(path, { own: true, known: hashOfKnown });
  const { data, sha256 } = content;
  if (known && sha256 === hashOfKnown) return { ...content, data: known };
  if (hash(data) !== sha256)
    throw failure('CAPTURE_BROKEN', { file: path, why: 'its sha256 differs from that on the host' });
  return content;
}

/**
 * Writes a file whole or not at all; one that will be the only one is on the disk, and was read back. Its time is that of
 * the call: pstats prints it.
 */
async function put(path: string, { data, stat }: FileContent, isOnlyOne: boolean): Promise<void> {
  const temporary = `${path}.part`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(data);
    await file.utimes(stat.mtime, stat.mtime);
    if (isOnlyOne) await file.sync();
  } finally {
    await file.close();
  }
  if (isOnlyOne && hash(await readFile(temporary)) !== hash(data)) {
    await rm(temporary);
    throw failure('CAPTURE_BROKEN', { file: path, why: 'what was read back differs from what was written' });
  }
  await rename(temporary, path);
}

/** What is here already; undefined where it is not, as is almost always: to look costs less than to fail. */
const readHere = async (path: string): Promise<Buffer | undefined> =>
  existsSync(path) ? readFile(path).catch(() => undefined) : undefined;

const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
