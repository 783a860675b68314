import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { failure } from '../failure.js';
import type { Host, ProbeState } from '../host/host.js';
import { captureNames, readCapture } from './captures.js';
import type { Context } from './context.js';

export interface Collected {
  probe: string;
  folder: string;
  /** Local paths of the .prof files that were brought now. */
  files: string[];
  /** Paths of those that were here already, the same to the byte. */
  here: string[];
  /** How many were removed from the host. */
  cleaned: number;
}

/** Folder of a probe's captures below `captures`: when it was put in, and its id. */
function folderOf(captures: string, probe: Pick<ProbeState, 'probe' | 'created'>): string {
  const t = new Date(probe.created * 1000).toISOString();
  return join(captures, `${t.slice(0, 10)}-${t.slice(11, 19).replaceAll(':', '')}-${probe.probe}`);
}

/** Brings the captures of a probe here, each checked by its sha256; removes them there only after that. */
export async function collect(context: Context, probe: ProbeState, options: { clean: boolean }): Promise<Collected> {
  const { host } = context;
  const folder = folderOf(context.captures, probe);
  const result: Collected = { probe: probe.probe, folder, files: [], here: [], cleaned: 0 };
  for (const name of await captureNames(host, probe.probe)) {
    const capture = await readCapture(host, probe, name);
    const local = join(folder, basename(capture.profile));
    const brought = await bring(host, capture.profile, local);
    await bring(host, capture.sidecarFile, join(folder, name)); // last, as on the host: with it the capture is whole
    (brought ? result.files : result.here).push(local);
    if (!options.clean) continue;
    await host.remove([capture.sidecarFile, capture.profile]);
    result.cleaned += 1;
  }
  return result;
}

/** Copies one file; false where the same bytes are here already. Never leaves half a file under its name. */
async function bring(host: Host, from: string, to: string): Promise<boolean> {
  const { data, sha256 } = await host.read(from);
  if (hash(data) !== sha256)
    throw failure('CAPTURE_BROKEN', { file: from, why: 'its sha256 differs from that on the host' });
  const mine = await readFile(to).catch(() => undefined);
  if (mine && hash(mine) === sha256) return false;
  await mkdir(join(to, '..'), { recursive: true, mode: 0o700 });
  const temporary = `${to}.part`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  if (hash(await readFile(temporary)) !== sha256) {
    await rm(temporary);
    throw failure('CAPTURE_BROKEN', { file: to, why: 'what was read back differs from what was written' });
  }
  await rename(temporary, to);
  return true;
}

const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
