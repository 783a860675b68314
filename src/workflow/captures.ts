import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../failure.js';
import type { Host, ProbeState } from '../host/host.js';
import { isSidecarName, mainEnding, stemOf } from '../profile/capture-files.js';
import { parseSidecar, type Sidecar, SidecarError } from '../profile/sidecar.js';
import type { Context } from './context.js';

/** A whole capture on the host: a sidecar and what belongs to it. */
export interface RemoteCapture {
  /** Path on the host of the .prof, or of the sidecar where there is none. */
  file: string;
  /** Path of the .json. */
  sidecarFile: string;
  sidecar: Sidecar;
}

/** The probe with that id, or the only one that captures. @throws Failure NO_PROBE, NO_PROBES, HIDDEN_PROBES, JOURNAL_UNREADABLE */
export async function oneProbe(host: Host, id?: string): Promise<ProbeState> {
  const probes = (await host.probes()).filter((p) => id !== undefined || p.kind === 'probe');
  const broken = probes.some((p) => p.probe === id) ? [] : await host.unreadable();
  const unreadable = broken.find((b) => id === undefined || b.probe === id);
  if (unreadable && (id !== undefined || probes.length === 0)) throw failure('JOURNAL_UNREADABLE', unreadable);
  const none = !probes.some((p) => id === undefined || p.probe === id);
  if (none && (await host.hello()).hidden) throw failure('HIDDEN_PROBES', { host: host.name });
  if (probes.length === 0) throw failure('NO_PROBES', { host: host.name });
  if (id === undefined && probes.length > 1) {
    throw failure('NO_PROBE', {
      why: `There are ${probes.length} probes here, name one: ${probes.map((p) => p.probe).join(', ')}`,
    });
  }
  const found = id === undefined ? probes[0] : probes.find((p) => p.probe === id);
  if (found === undefined) throw failure('NO_PROBE', { why: `There is no probe ${id} on ${host.name}` });
  return found;
}

/** Sidecar names (`….json`) in a probe's captures folder now. A sidecar is written last: with it a capture is whole. */
export async function captureNames(host: Host, probe: string): Promise<string[]> {
  const state = (await host.probes()).find((p) => p.probe === probe);
  if (state === undefined) throw failure('PROBE_GONE', { probe, host: host.name });
  return state.captures.filter(isSidecarName);
}

async function readCapture(host: Host, probe: ProbeState, name: string): Promise<RemoteCapture> {
  const sidecarFile = `${probe.directory}/captures/${name}`;
  const sidecar = readSidecar(sidecarFile, (await host.read(sidecarFile, { own: true })).data);
  return { file: stemOf(sidecarFile) + mainEnding(sidecar), sidecarFile, sidecar };
}

/** @throws Failure BAD_SIDECAR */
export function readSidecar(path: string, data: Uint8Array): Sidecar {
  try {
    return parseSidecar(Buffer.from(data).toString('utf8'));
  } catch (e) {
    if (e instanceof SidecarError) throw failure('BAD_SIDECAR', { path, why: e.message });
    throw e;
  }
}

/**
 * Waits for a capture that was not there before and, where an id is known, carries it.
 * @param seconds how long
 * @throws Failure NO_CAPTURE
 */
export async function waitForCapture(
  context: Context,
  probe: ProbeState,
  before: readonly string[],
  id: string | undefined,
  seconds: number,
): Promise<RemoteCapture> {
  const { host, interruption } = context;
  const end = Date.now() + seconds * 1000;
  const seen = new Set(before);
  for (;;) {
    interruption.signal.throwIfAborted();
    for (const name of await captureNames(host, probe.probe)) {
      if (seen.has(name)) continue;
      const capture = await readCapture(host, probe, name);
      seen.add(name);
      const { ids, ids_error, target } = capture.sidecar;
      if (id === undefined || probe.targets.every((t) => t.ids === null) || ids.includes(id)) return capture;
      const nameless = probe.targets.some((t) => t.target === target && t.ids === null); // another target's are named
      if (ids.length > 0 || nameless) continue; // of another request, or it cannot be known
      const path = probe.targets.find((t) => t.target === target)?.ids ?? probe.targets[0]?.ids;
      context.progress.warn(`--id ${path} found no id (${ids_error}), so this capture may be another request's`);
      return capture;
    }
    if (Date.now() > end) throw failure('NO_CAPTURE', { what: id ? `of ${id}` : 'of it', seconds });
    await delay(300);
  }
}
