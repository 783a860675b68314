import { basename } from 'node:path';
import { Failure, failure } from '../failure.js';
import type { ProbeState } from '../host/host.js';
import type { Credentials } from '../openstack/credentials.js';
import { faultRemedy } from '../openstack/fault-remedy.js';
import type { Recipe } from '../openstack/recipe.js';
import { asServerCreate, clientOf } from '../openstack/server-create.js';
import {
  atRest,
  deleteServers,
  doTo,
  prepare,
  type Server,
  serverError,
  serversCalled,
  type Triggered,
  type TriggerOptions,
  trigger,
} from '../openstack/trigger.js';
import { carries } from '../probe/carries.js';
import { isUnprofiled } from '../profile/capture-files.js';
import type { Sidecar } from '../profile/sidecar.js';
import { findService } from '../service/find-service.js';
import { captureNames, type RemoteCapture, waitForCapture } from './captures.js';
import type { Context } from './context.js';
import { hookNotes } from './hook-notes.js';
import { putInLater } from './live.js';
import { seeMode } from './see-mode.js';

export interface FireOptions {
  recipe: Recipe;
  /** The folder that it runs in, by whom, and the PATH. */
  cwd: string;
  user: string;
  searchPath: string;
  credentials: Credentials;
  /** Seconds, for each wait. */
  timeout: number;
  /** Delete the servers that were made, also when no capture came. */
  delete: boolean;
  /** Requests at the same time, and how often that one after the other. */
  parallel: number;
  repeat: number;
}

/** One request, and the capture of it. */
export interface Shot extends Triggered {
  /** From 1 on, in the order in which they were sent. */
  n: number;
  capture: RemoteCapture;
}

export interface Fired {
  shots: [Shot, ...Shot[]];
  deleted: string[];
}

/** Seconds that a capture may take to appear after the trigger has ended: the probe writes it when the call returns. */
const CAPTURE_WAIT = 60;
/** After a server ended in ERROR, what was to run has run, or never will. */
const ERROR_WAIT = 10;
const OTHERS_WAIT = 3;

/** Makes the target run, as often as was asked for, and waits for the captures of just that. */
export async function fire(context: Context, probe: ProbeState, o: FireOptions): Promise<Fired> {
  await needProbe(context, probe);
  const { interruption } = context;
  const firing = new Firing(context, probe, o);
  let isDone = false;
  try {
    await interruption.during('the trigger', () => firing.prepareServers());
    for (let round = 0; round < o.repeat; round += 1) await firing.round(round);
    isDone = true;
  } finally {
    if (o.delete) await firing.deleteMade();
    if (o.recipe.name !== undefined && !isDone) await firing.deleteCalled(o.recipe.name);
  }
  return { shots: firing.shots as [Shot, ...Shot[]], deleted: firing.deleted };
}

/** @throws Failure NOT_CARRIED, LIVE_NOT_LOADED */
async function needProbe(context: Context, probe: ProbeState): Promise<void> {
  const { host, services: commands } = context;
  const services = await Promise.all(probe.services.map((s) => findService(host, s, commands)));
  const processes = (await Promise.all(services.map((s) => s.look()))).flatMap((s) => s.processes);
  if (probe.mode === 'live') await putInLater(host, probe, processes);
  else if (!processes.some((p) => carries(p, probe))) throw failure('NOT_CARRIED', { services: probe.services });
  await seeMode(context, probe, services);
}

class Firing {
  readonly shots: Shot[] = [];
  readonly deleted: string[] = [];
  #context: Context;
  #probe: ProbeState;
  #o: FireOptions;
  /** Servers that are to be deleted, and those of actions, one for each request at the same time. */
  #made = new Set<string>();
  #prepared: Server[] = [];

  constructor(context: Context, probe: ProbeState, o: FireOptions) {
    this.#context = context;
    this.#probe = probe;
    this.#o = o;
  }

  #how(say: (text: string) => void): TriggerOptions {
    const { cwd, user, searchPath, credentials, timeout } = this.#o;
    const { signal } = this.#context.interruption;
    return { cwd, user, searchPath, credentials, timeout, signal, say, made: (id) => this.#made.add(id) };
  }

  get #lanes(): number[] {
    return Array.from({ length: this.#o.parallel }, (_, n) => n);
  }

  /** Of an action: the servers that it is about. */
  async prepareServers(): Promise<void> {
    const { prepare: words } = this.#o.recipe;
    if (words === undefined) return;
    const title = this.#o.parallel === 1 ? 'Make the server that it is about' : `Make ${this.#o.parallel} servers`;
    this.#prepared = await this.#context.progress.step(
      title,
      (say) => allOf(this.#lanes.map((lane) => prepare(this.#context.host, words, { ...this.#how(say), n: lane + 1 }))),
      (servers) => servers.map((s) => s.id).join(', '),
    );
  }

  /** One request of each lane, the captures of all, and what was made is gone. */
  async round(round: number): Promise<void> {
    const { host, progress, interruption } = this.#context;
    const { recipe, parallel, repeat } = this.#o;
    const before = await captureNames(host, this.#probe.probe);
    const ns = this.#lanes.map((lane) => round * parallel + lane + 1);
    const of =
      repeat * parallel > 1
        ? ` ${ns[0] === ns.at(-1) ? ns[0] : `${ns[0]} to ${ns.at(-1)}`} of ${repeat * parallel}`
        : '';
    const fireOne = (say: (text: string) => void) => (n: number, lane: number) =>
      trigger(host, recipe, { ...this.#how(say), n, ...(recipe.action ? { server: this.#prepared[lane]! } : {}) });
    const triggered = await interruption.during('the trigger', () =>
      progress.step(`Trigger${of}`, (say) => allOf(ns.map(fireOne(say))), told),
    );
    for (const { server } of triggered) if (server?.fault) progress.warn(faultText(server));
    if (round === 0) for (const note of await hookNotes(host, this.#probe)) progress.warn(note);
    const waiting = () => this.#captures(triggered, before);
    const captures = await interruption.during('waiting for the capture', () =>
      progress.step(`Wait for ${parallel > 1 ? 'their captures' : 'its capture'}`, waiting, (c) =>
        c
          .map(({ file, sidecar }) => `${basename(file)}${repeat > 1 ? (sidecar.cold ? ', cold' : ', warm') : ''}`)
          .join(', '),
      ),
    );
    for (const { sidecar } of captures) {
      for (const id of siblings(sidecar, [...this.#made])) this.#made.add(id);
      if (isUnprofiled(sidecar)) throw failure('UNPROFILED', sidecar);
    }
    this.shots.push(...triggered.map((one, lane) => ({ ...one, n: ns[lane]!, capture: captures[lane]! })));
    if (recipe.count > 1 && recipe.name !== undefined) {
      const taken = captures.map(({ sidecarFile }) => basename(sidecarFile));
      await this.#others(
        recipe.name,
        [...before, ...taken],
        captures.flatMap(({ sidecar }) => sidecar.ids),
      );
    }
    const isLast = round === repeat - 1;
    if (recipe.action?.back && !isLast) await this.#bringBack(recipe.action.back);
    if (this.#o.delete && !recipe.action) await this.deleteMade();
  }

  /** Of each request the one that carries its id; where none is known, one that no other has. */
  async #captures(triggered: readonly Triggered[], before: readonly string[]): Promise<RemoteCapture[]> {
    const found: RemoteCapture[] = [];
    const taken = [...before];
    for (const { id, server } of triggered) {
      const isError = server?.status === 'ERROR';
      const seconds = Math.min(this.#o.timeout, isError ? ERROR_WAIT : CAPTURE_WAIT);
      const capture = await waitForCapture(this.#context, this.#probe, taken, id, seconds).catch((e) => {
        throw isError && e instanceof Failure && e.code === 'NO_CAPTURE' ? serverError(server) : e;
      });
      taken.push(basename(capture.sidecarFile));
      found.push(capture);
    }
    return found;
  }

  /** The other servers of the requests: where the target runs once for each, they have captures of their own. */
  async #others(name: string, taken: string[], known: readonly string[]): Promise<void> {
    const { host, progress, interruption } = this.#context;
    const how = this.#how(() => {});
    const ids = (await serversCalled(host, name, how)).filter((id) => !known.includes(id));
    for (const id of ids) this.#made.add(id);
    const hasIds = this.#probe.targets.some((t) => t.ids !== null);
    await interruption.during('waiting for the others', () =>
      progress.step('Wait for the other servers', async (say) => {
        for (const id of ids) {
          const server = await atRest(host, this.#o.recipe.argv, id, this.#how(say));
          if (server.fault) progress.warn(faultText(server));
          const late = () => undefined; // a target that ran once for all of them, and knows one of them
          const wait = waitForCapture(this.#context, this.#probe, taken, id, OTHERS_WAIT).catch(late);
          const capture = hasIds ? await wait : undefined;
          if (capture === undefined) continue;
          taken.push(basename(capture.sidecarFile));
          this.shots.push({ ...this.shots.at(-1)!, id, server, capture });
        }
      }),
    );
  }

  async #bringBack(words: readonly string[]): Promise<void> {
    const { host, progress, interruption } = this.#context;
    const { argv } = this.#o.recipe;
    const whole = [...clientOf(argv), ...words];
    await interruption.during('bringing the server back', () =>
      progress.step('Bring it back', (say) =>
        allOf(this.#prepared.map((server) => doTo(host, whole, server.id, this.#how(say)))),
      ),
    );
  }

  async deleteMade(): Promise<void> {
    const ids = [...this.#made];
    if (ids.length === 0) return;
    const { recipe } = this.#o;
    const title = ids.length === 1 ? `Delete server ${ids[0]}` : `Delete ${ids.length} servers`;
    const client = asServerCreate(recipe.argv) ? recipe.argv : (recipe.prepare ?? recipe.argv);
    await this.#context.progress.step(title, (say) => deleteServers(this.#context.host, client, ids, this.#how(say)));
    this.deleted.push(...ids);
    this.#made.clear();
  }

  /** A create that was cut off may have made a server all the same, and mostly has not. */
  async deleteCalled(name: string): Promise<void> {
    const { host, progress } = this.#context;
    const { prepare: words, argv } = this.#o.recipe;
    const how = { ...this.#how(() => {}), timeout: Math.min(this.#o.timeout, CAPTURE_WAIT) };
    await progress.step(`Delete servers called ${name}, if any was made`, async () => {
      const left = (await serversCalled(host, name, how).catch(() => [])).filter((id) => !this.deleted.includes(id));
      if (left.length > 0) await deleteServers(host, words ?? argv, left, how);
      this.deleted.push(...left);
    });
  }
}

/** All come to an end before the first failure is told: what they made is known then. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ended = await Promise.allSettled(work);
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return ended.map((one) => (one as PromiseFulfilledResult<T>).value);
}

function told(triggered: readonly Triggered[]): string | undefined {
  const all = triggered.map(({ server, id }) => (server ? `server ${server.id} is ${server.status}` : id));
  return all.every((one) => one === undefined) ? undefined : all.filter(Boolean).join(', ');
}

function faultText({ id, status, fault = '' }: Server): string {
  return `server ${id} is ${status}: ${fault.replace(/\.$/, '')}. ${faultRemedy(fault)}`;
}

/** The other servers of the same request (--min, --max), where the ids of the capture are servers'. */
const siblings = (sidecar: Sidecar, made: readonly string[]): readonly string[] =>
  made.some((id) => sidecar.ids.includes(id)) ? sidecar.ids : [];
