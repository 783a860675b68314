import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure, failure } from '../failure.js';
import { isSidecarName, mainEnding, stemOf } from '../profile/capture-files.js';
import { isOfRequest, requestOf } from '../profile/request.js';
import type { Sidecar } from '../profile/sidecar.js';
import { atOnce } from './at-once.js';
import { captureNames, readSidecar } from './captures.js';
import { prepareFolder } from './collect.js';
import type { Context } from './context.js';
import type { PatchPlan } from './plan-patch.js';
import { planRun, type RunOptions, type RunPlan, type RunResult, runPlanned } from './run.js';
import { planProbe, putInProbe, restartWithProbe, takeOutProbe } from './run-steps.js';
import { targetsHere } from './targets-here.js';

/** Seconds for which captures of other hosts are waited for once the trigger and its own capture are done. */
const OTHERS_WAIT = 5;

export interface RunHost<C extends Context> {
  name: string;
  context: C;
}

/** A capture of a run, here. */
export interface JoinedCapture {
  host: string;
  /** The .prof, or the sidecar where there is none. */
  file: string;
  sidecar: Sidecar;
}

export interface ManyRun {
  result: RunResult;
  /** Those of the request that the trigger made, the first first. */
  captures: JoinedCapture[];
  /** What could not be done on the others. */
  failed: { host: string; error: unknown }[];
  /** Nothing of the targets runs on these. */
  without: string[];
}

interface Planned<C extends Context> extends RunHost<C> {
  plan: PatchPlan;
}

/** What a run on several hosts would do. Changes nothing. */
export interface ManyPlan<C extends Context> {
  trigger: RunHost<C> & { plan: RunPlan; options: RunOptions };
  companions: Planned<C>[];
  failed: { host: string; error: unknown }[];
  without: string[];
}

/**
 * Finds the targets on all hosts. The first host that has one is where the trigger runs, or that which is named: without it
 * there is no run; without another there is.
 * @throws Failure NO_TARGET_HERE, and what planRun fails with
 */
export async function planMany<C extends Context>(
  hosts: readonly RunHost<C>[],
  optionsOf: (context: C) => RunOptions,
  { most, triggerHost }: { most: number; triggerHost: string | undefined },
): Promise<ManyPlan<C>> {
  const asked = await atOnce(hosts, most, async (host) => {
    const options = optionsOf(host.context);
    return { ...host, options, patch: await targetsHere(host.context.host, options.patch) };
  });
  const able = asked.filter((one) => one.patch !== undefined);
  const first = triggerHost === undefined ? able[0] : able.find((one) => one.name === triggerHost);
  if (first === undefined)
    throw failure('NO_TARGET_HERE', { host: triggerHost, targets: asked[0]?.options.patch.targets ?? [] });
  const options = { ...first.options, patch: first.patch! };
  const plan = await step(first.context, () => planRun(first.context, options));
  const failed: { host: string; error: unknown }[] = [];
  const planned = await atOnce(
    able.filter((one) => one !== first),
    most,
    ({ name, context, patch, options: own }) =>
      step(context, () => planProbe(context, patch!, own)).then(
        (found) => ({ name, context, plan: found }),
        (error) => void failed.push({ host: name, error }),
      ),
  );
  return {
    trigger: { name: first.name, context: first.context, plan, options },
    companions: planned.filter((one) => one !== undefined),
    failed,
    without: asked.filter((one) => one.patch === undefined).map((one) => one.name),
  };
}

const step = <P extends PatchPlan>({ progress, interruption }: Context, plan: () => Promise<P>): Promise<P> =>
  interruption.during('looking', () => progress.step('Find the target', plan, (p) => p.summary));

/**
 * A run on several hosts: the probe is in the services of all of them when the trigger runs, once, on one of them; what the
 * request went through on the others is captured there and brought here; and all is undone on all, whatever happens.
 */
export async function runMany<C extends Context>(plan: ManyPlan<C>, most: number): Promise<ManyRun> {
  const { trigger, companions, without } = plan;
  const failed = [...plan.failed];
  const fails = (host: string) => (error: unknown) => void failed.push({ host, error });
  const { probe: id } = trigger.plan.request.journal;
  for (const { context } of [trigger, ...companions]) await prepareFolder(context.captures);
  const folders: { host: string; folder: string }[] = [];
  let outcome: { result: RunResult } | { error: unknown };
  try {
    await atOnce(companions, most, ({ name, context, plan: own }) =>
      putInProbe(context, own)
        .then(() => restartWithProbe(context, own, trigger.options))
        .catch(fails(name)),
    );
    const result = await runPlanned(trigger.context, trigger.plan, trigger.options);
    folders.push({ host: trigger.name, folder: result.collected.folder });
    await others(companions, id).catch(() => {}); // a host that is gone is told of when it is undone
    outcome = { result };
  } catch (error) {
    outcome = { error };
  }
  await atOnce(companions, most, async ({ name, context }) => {
    const out = await takeOutProbe(context, id, trigger.options).catch(fails(name));
    if (out?.collected) folders.push({ host: name, folder: out.collected.folder });
  });
  if ('error' in outcome) {
    for (const { host, error } of failed) trigger.context.progress.warn(`${host}: ${textOf(error)}`);
    throw outcome.error;
  }
  const { result } = outcome;
  return { result, captures: await ofRequest(folders, result), failed, without };
}

const textOf = (error: unknown): string =>
  error instanceof Failure ? `${error.message} ${error.next}` : String((error as Error)?.stack ?? error);

/** Waits until a capture came of each target that another host has, for a moment: a request need not come to all of them. */
async function others<C extends Context>(companions: readonly Planned<C>[], id: string): Promise<void> {
  const end = Date.now() + OTHERS_WAIT * 1000;
  while (companions.length > 0 && Date.now() < end) {
    const names = await Promise.all(companions.map(({ context }) => captureNames(context.host, id).catch(() => [])));
    const targets = (which: readonly Planned<C>[]) =>
      new Set(which.flatMap(({ plan }) => plan.located.map((t) => t.target)));
    const met = targets(companions.filter((_, n) => names[n]!.length > 0));
    if ([...targets(companions)].every((target) => met.has(target))) return;
    await delay(300);
  }
}

/** The captures of the requests that those which the trigger waited for are of. */
async function ofRequest(folders: readonly { host: string; folder: string }[], result: RunResult) {
  const requests = result.shots.map(({ capture }) => requestOf(capture.sidecar));
  const all = await Promise.all(folders.map(async ({ host, folder }) => sidecarsIn(host, folder)));
  return all
    .flat()
    .filter(({ sidecar }) => requests.some((request) => isOfRequest(sidecar, request)))
    .sort((a, b) => a.sidecar.started.localeCompare(b.sidecar.started));
}

async function sidecarsIn(host: string, folder: string): Promise<JoinedCapture[]> {
  const names = (await readdir(folder)).filter(isSidecarName);
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const sidecar = readSidecar(path, await readFile(path));
      return { host, file: stemOf(path) + mainEnding(sidecar), sidecar };
    }),
  );
}
