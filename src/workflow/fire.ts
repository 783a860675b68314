import { basename } from 'node:path';
import { failure } from '../failure.js';
import type { ProbeState } from '../host/host.js';
import { deleteServers, type Triggered, trigger } from '../openstack/trigger.js';
import { carries } from '../probe/carries.js';
import { isUnprofiled } from '../profile/capture-files.js';
import type { Sidecar } from '../profile/sidecar.js';
import { DEFAULT_PATH } from '../service/find-interpreter.js';
import { findService } from '../service/find-service.js';
import { captureNames, type RemoteCapture, waitForCapture } from './captures.js';
import type { Context } from './context.js';
import { hookNotes } from './hook-notes.js';
import { putInLater } from './live.js';
import { seeMode } from './see-mode.js';

export interface FireOptions {
  argv: readonly string[];
  /** The folder that it runs in. */
  cwd: string;
  /** By default the service's user. */
  user?: string;
  environment: Record<string, string | undefined>;
  /** Seconds, for each wait. */
  timeout: number;
  /** Delete the servers that were made, also when no capture came. */
  delete: boolean;
  /** What the server is called that `argv` makes, where profkit chose that: it can be deleted when its id was not told. */
  name?: string;
}

export interface Fired {
  triggered: Triggered;
  capture: RemoteCapture;
  deleted: string[];
}

/** Seconds that a capture may take to appear after the trigger has ended: the probe writes it when the call returns. */
const CAPTURE_WAIT = 60;

/** Makes the target run and waits for the capture of just that. */
export async function fire(context: Context, probe: ProbeState, o: FireOptions): Promise<Fired> {
  const { host, progress, interruption } = context;
  const { signal } = interruption;
  const services = await Promise.all(probe.services.map((s) => findService(host, s, context.services)));
  const processes = (await Promise.all(services.map((s) => s.look()))).flatMap((s) => s.processes);
  if (probe.mode === 'live') await putInLater(host, probe, processes);
  else if (!processes.some((p) => carries(p, probe))) throw failure('NOT_CARRIED', { services: probe.services });
  await seeMode(context, probe, services);
  const { argv, cwd, environment, timeout } = o;
  const searchPath = await services[0]!.interpreter().then(
    (i) => i.searchPath,
    () => DEFAULT_PATH, // an interpreter that was named with --python is not found here
  );
  const how = { argv, cwd, user: o.user ?? probe.owner, searchPath, environment, timeout };
  const before = await captureNames(host, probe.probe);
  let made: string[] = [];
  let triggered: Triggered | undefined;
  let capture: RemoteCapture | undefined;
  try {
    triggered = await interruption.during('the trigger', () =>
      progress.step(
        'Trigger',
        (say) => trigger(host, { ...how, signal, say, made: (id) => made.push(id) }),
        (t) => (t.server ? `server ${t.server.id} is ${t.server.status}` : t.id),
      ),
    );
    if (triggered.server?.fault) progress.warn(triggered.server.fault);
    for (const note of await hookNotes(host, probe)) progress.warn(note);
    const wait = () => waitForCapture(context, probe, before, triggered!.id, Math.min(o.timeout, CAPTURE_WAIT));
    capture = await interruption.during('waiting for the capture', () =>
      progress.step('Wait for its capture', wait, (c) => basename(c.file)),
    );
    made = [...new Set([...made, ...siblings(capture.sidecar, made)])];
    if (isUnprofiled(capture.sidecar)) throw failure('UNPROFILED', capture.sidecar);
  } finally {
    if (o.delete && made.length > 0) {
      const title = made.length === 1 ? `Delete server ${made[0]}` : `Delete ${made.length} servers`;
      await progress.step(title, (say) => deleteServers(host, made, { ...how, say }));
    } else if (o.name !== undefined && triggered === undefined) {
      // a create that was cut off may have made it all the same, and mostly has not
      const short = { ...how, timeout: Math.min(timeout, CAPTURE_WAIT) };
      await progress.step(`Delete server ${o.name}, if it was made`, (say) =>
        deleteServers(host, [o.name!], { ...short, say }).catch(() => {}),
      );
    }
  }
  return { triggered, capture, deleted: o.delete ? made : [] };
}

/** The other servers of the same request (--min, --max), where the ids of the capture are servers'. */
const siblings = (sidecar: Sidecar, made: readonly string[]): readonly string[] =>
  made.some((id) => sidecar.ids.includes(id)) ? sidecar.ids : [];
