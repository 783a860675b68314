import { basename, parse } from 'node:path';
import { Failure, failure } from '../failure.js';
import { type Host, type ProbeState, targetsOf } from '../host/host.js';
import { findTrigger } from '../openstack/find-trigger.js';
import { credentials } from '../openstack/server-create.js';
import { DEFAULT_PATH } from '../service/find-interpreter.js';
import { restart } from '../service/restart.js';
import { oneProbe } from './captures.js';
import { type Collected, collect, prepareFolder } from './collect.js';
import type { Context } from './context.js';
import { cutAndUndone, cutOff, isCut, type Reached } from './cut-off.js';
import { type Fired, type FireOptions, fire } from './fire.js';
import { type PatchOptions, type PatchPlan, planPatch } from './plan-patch.js';
import { putIn, putInWords } from './put-in.js';
import { takeOut } from './take-out.js';

export interface RunOptions {
  patch: PatchOptions;
  fire: FireOptions;
  /** Seconds to wait for a service to stop. */
  timeout: number;
  sleep: number;
  kill: boolean;
  /** Seconds that a restarted service must stay up. */
  settle?: number;
}

/** What a run will do. */
export interface RunPlan extends PatchPlan {
  /** With the command that makes the target run. */
  fire: FireOptions;
}

export interface RunResult extends Fired {
  probe: string;
  target: string;
  collected: Collected;
  /** Local path of the capture that the trigger gave. */
  file: string;
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
  const { probe: id } = plan.request.journal;
  let outcome: { result: RunResult } | { error: unknown };
  const at: { reached: Reached } = { reached: 'putting in' };
  try {
    const apply = () =>
      progress.step(
        'Put the probe in',
        () => putIn(host, plan, (text) => progress.warn(text)),
        (live) => `probe ${id}, ${putInWords(plan, live)}`,
      );
    await interruption.during('putting the probe in', apply);
    at.reached = 'in';
    outcome = { result: await withProbe(context, plan, await oneProbe(host, id), options) };
  } catch (error) {
    outcome = { error };
  }
  await undo(context, id, options, outcome, at).catch((e) => Promise.reject(cutOff(e, host, at.reached, plan)));
  if ('error' in outcome) throw cutAndUndone(outcome.error);
  return outcome.result;
}

/** As of `patch`, and the services that will be restarted are noted: they run now, and shall run afterwards. */
export async function planRun(context: Context, options: RunOptions): Promise<RunPlan> {
  const plan = { ...(await planPatch(context, options.patch)), fire: options.fire };
  for (const s of plan.services) {
    const { active, state } = await s.look();
    if (!active) throw failure('SERVICE_INACTIVE', { service: s.name, state });
  }
  plan.fire = await withTrigger(context, options.fire, plan);
  await needCommand(context.host, plan.fire, plan);
  for (const p of await context.host.probes()) {
    const shared = plan.services.find((s) => p.restarts?.includes(s.name));
    if (shared) throw failure('SERVICE_BUSY', { service: shared.name, probe: p.probe });
  }
  if (plan.chosen.mode !== 'live') plan.request.journal.restarts = plan.services.map((s) => s.name);
  return plan;
}

/** The user's command, else the one that a preset finds out; what that makes is deleted afterwards. */
async function withTrigger(context: Context, fire: FireOptions, plan: PatchPlan): Promise<FireOptions> {
  if (fire.argv.length > 0) return fire;
  if (plan.preset === undefined) throw failure('NO_TRIGGER', {});
  if (plan.preset.kind !== 'wait') await needCommand(context.host, { ...fire, argv: ['openstack'] }, plan);
  const env = { PATH: plan.interpreter.searchPath || DEFAULT_PATH, ...credentials(fire.environment) };
  const how = { user: fire.user ?? plan.request.owner, cwd: fire.cwd, env, timeout: fire.timeout };
  const name = `profkit-${plan.request.journal.probe}`;
  const argv = await findTrigger(context.host, plan.preset, { ...how, signal: context.interruption.signal }, name);
  return { ...fire, argv, delete: true, ...(plan.preset.kind === 'server create' ? { name } : {}) };
}

/** A trigger that is not there is told before anything is restarted for it. */
async function needCommand(host: Host, o: FireOptions, plan: PatchPlan): Promise<void> {
  const user = o.user ?? plan.request.owner;
  const env = { PATH: plan.interpreter.searchPath || DEFAULT_PATH };
  const command = o.argv[0]!;
  const r = await host.run(['sh', '-c', 'command -v -- "$1"', 'sh', command], { user, env, cwd: o.cwd });
  if (r.code !== 0) throw failure('NO_COMMAND', { command, user });
}

async function withProbe(context: Context, plan: RunPlan, probe: ProbeState, o: RunOptions): Promise<RunResult> {
  const { progress, interruption } = context;
  for (const service of plan.chosen.mode === 'live' ? [] : plan.services) {
    const title = `Restart ${service.name} with it`;
    const how = {
      timeout: o.timeout,
      leftovers: o.kill ? ('kill' as const) : ('refuse' as const),
      sleep: o.sleep,
      settle: o.settle,
      signal: interruption.signal,
    };
    const done = await interruption.during(title, () =>
      progress.step(
        title,
        (say) => restart(service, { ...how, say }),
        (r) => `main process ${r.mainPid}`,
      ),
    );
    for (const p of done.killed) progress.warn(`killed ${p.pid}, which outlived the stop: ${p.argv.join(' ')}`);
    for (const line of done.errors.slice(0, 5)) progress.warn(`${service.name}: ${line.slice(0, 160)}`);
  }
  const fired = await fire(context, probe, plan.fire);
  const bring = () => collect(context, probe, { clean: false });
  const collected = await interruption.during('collecting', () =>
    progress.step(
      'Collect',
      bring,
      (c) => `${c.files.length} of ${c.files.length + c.here.length}, verified, in ${c.folder}`,
    ),
  );
  const { name, ext } = parse(fired.capture.file);
  const file = [...collected.files, ...collected.here].find((f) => isCopy(basename(f), name, ext));
  if (file === undefined)
    throw failure('CAPTURE_BROKEN', { file: fired.capture.file, why: collected.broken.join('; ') });
  return { ...fired, probe: probe.probe, target: targetsOf(probe), collected, file };
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
    const probe = (await context.host.probes()).find((p) => p.probe === id);
    const how = { discard: false, restart: 'journal', timeout: o.timeout, kill: o.kill, settle: o.settle } as const;
    at.reached = 'undoing';
    if (probe) await takeOut(context, probe, how);
  } catch (e) {
    if (isCut(e)) throw e;
    if ('error' in outcome)
      context.progress.warn(outcome.error instanceof Error ? outcome.error.message : String(outcome.error));
    const why = e instanceof Failure ? `${e.message} ${e.next}` : String(e);
    throw failure('UNDO_FAILED', { why }, e instanceof Failure ? e.detail : (e as Error).stack);
  }
}
