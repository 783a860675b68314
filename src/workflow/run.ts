import { basename, parse } from 'node:path';
import { Failure, failure } from '../failure.js';
import { type ProbeState, targetsOf } from '../host/host.js';
import { oneProbe } from './captures.js';
import { type Collected, collect, prepareFolder } from './collect.js';
import type { Context } from './context.js';
import { cutAndUndone, cutOff, isCut, type Reached } from './cut-off.js';
import { type Fired, type FireOptions, fire } from './fire.js';
import { capturesOf, type FireRequest, planFire } from './plan-fire.js';
import { MOST_CAPTURES, type PatchOptions, type PatchPlan } from './plan-patch.js';
import { planProbe, putInProbe, type RunSettings, restartWithProbe, takeOutProbe } from './run-steps.js';

export interface RunOptions extends RunSettings {
  patch: PatchOptions;
  fire: FireRequest;
}

/** What a run will do. */
export interface RunPlan extends PatchPlan {
  /** With the commands that make the target run; as people see them. */
  fire: FireOptions;
  trigger: string;
}

export interface RunResult extends Fired, Pick<PatchPlan, 'concurrency'> {
  probe: string;
  target: string;
  collected: Collected;
  /** Local paths of the captures of the shots. */
  local: [string, ...string[]];
}

/** The guide in one go: probe, restart, trigger, collect, and all of it undone, whatever happens. */
export async function run(context: Context, options: RunOptions): Promise<RunResult> {
  const { host, progress, interruption } = context;
  await prepareFolder(context.captures);
  const plan = await interruption
    .during('looking', () =>
      progress.step(
        'Find the target',
        () => planRun(context, options),
        (p) => p.summary,
      ),
    )
    .catch((e) => Promise.reject(cutOff(e, host, 'looking')));
  return runPlanned(context, plan, options);
}

/** Carries a plan out, and undoes it. */
export async function runPlanned(context: Context, plan: RunPlan, options: RunOptions): Promise<RunResult> {
  const { host } = context;
  const { probe: id } = plan.request.journal;
  let outcome: { result: RunResult } | { error: unknown };
  const at: { reached: Reached } = { reached: 'putting in' };
  try {
    await putInProbe(context, plan);
    at.reached = 'in';
    outcome = { result: await withProbe(context, plan, await oneProbe(host, id), options) };
  } catch (error) {
    outcome = { error };
  }
  await undo(context, id, options, outcome, at).catch((e) => Promise.reject(cutOff(e, host, at.reached, plan)));
  if ('error' in outcome) throw cutAndUndone(outcome.error);
  return outcome.result;
}

/** As of `planProbe`, and what makes the target run is known. */
export async function planRun(context: Context, options: RunOptions): Promise<RunPlan> {
  const patched = await planProbe(context, { ...options.patch, max: roomFor(options) }, options);
  const { probe, owner, engine } = patched.request.journal;
  const { signal } = context.interruption;
  const { searchPath } = patched.interpreter;
  const it = { probe, owner, searchPath, engine, signal };
  const planned = await planFire(context.host, options.fire, patched.preset, it);
  return { ...patched, fire: planned, trigger: triggerWords(planned) };
}

function triggerWords({ recipe: { argv, prepare, shown }, repeat, parallel }: FireOptions): string {
  const before = prepare ? `"${prepare.join(' ')}" and then ` : '';
  const often = repeat * parallel > 1 ? ` ${repeat * parallel} times, ${parallel} at a time,` : '';
  return `${before}"${shown ?? argv.join(' ')}"${often}`;
}

/** As many captures as were asked for have to be taken, and some of other requests may come between. @throws Failure BAD_OPTION */
function roomFor({ patch: { max, targets }, fire: o }: RunOptions): number {
  if (max === undefined) return Math.max(MOST_CAPTURES, 2 * capturesOf(o, targets.length));
  const needed = o.parallel * o.repeat;
  if (max >= needed) return max;
  throw failure('BAD_OPTION', { what: `--max ${max} is less than the ${needed} captures that are asked for` });
}

async function withProbe(context: Context, plan: RunPlan, probe: ProbeState, o: RunOptions): Promise<RunResult> {
  const { progress, interruption } = context;
  await restartWithProbe(context, plan, o);
  const fired = await fire(context, probe, plan.fire);
  const bring = () => collect(context, probe, { clean: false });
  const collected = await interruption.during('collecting', () =>
    progress.step(
      'Collect',
      bring,
      (c) => `${c.files.length} of ${c.files.length + c.here.length}, verified, in ${c.folder}`,
    ),
  );
  const local = fired.shots.map(({ capture }) => copyOf(capture.file, collected));
  const { concurrency } = plan;
  return {
    ...fired,
    probe: probe.probe,
    target: targetsOf(probe),
    concurrency,
    collected,
    local: local as [string, ...string[]],
  };
}

/** @throws Failure CAPTURE_BROKEN */
function copyOf(remote: string, { files, here, broken }: Collected): string {
  const { name, ext } = parse(remote);
  const file = [...files, ...here].find((f) => isCopy(basename(f), name, ext));
  if (file === undefined) throw failure('CAPTURE_BROKEN', { file: remote, why: broken.join('; ') });
  return file;
}

/** Where another capture of that name was here already, the copy has a number behind it. */
function isCopy(file: string, name: string, ending: string): boolean {
  const copy = parse(file);
  return copy.ext === ending && copy.name.startsWith(name) && /^(-\d+)?$/.test(copy.name.slice(name.length));
}

/** Undoes what a run did, however far it came. An undo that fails is told, and is what the run fails with. */
async function undo(
  context: Context,
  id: string,
  o: RunOptions,
  outcome: object,
  at: { reached: Reached },
): Promise<void> {
  try {
    await takeOutProbe(context, id, o, () => {
      at.reached = 'undoing';
    });
  } catch (e) {
    if (isCut(e)) throw e;
    if ('error' in outcome)
      context.progress.warn(outcome.error instanceof Error ? outcome.error.message : String(outcome.error));
    const why = e instanceof Failure ? `${e.message} ${e.next}` : String(e);
    throw failure('UNDO_FAILED', { why }, e instanceof Failure ? e.detail : (e as Error).stack);
  }
}
