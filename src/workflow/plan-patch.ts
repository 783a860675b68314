import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import type { ConcurrencyMode } from '../openstack/concurrency.js';
import type { PresetTrigger } from '../openstack/presets.js';
import { type Clock, type EngineName, engineSettings, type Scope } from '../probe/engines.js';
import { type Expression, parseExpression } from '../probe/expression.js';
import type { AskedMode, ChosenMode } from '../probe/mode.js';
import type { ProbePlan } from '../probe/plan.js';
import type { Probed, ProbeSettings } from '../probe/runtime-file.js';
import type { Located } from '../python/place.js';
import type { Interpreter, Service } from '../service/service.js';
import type { Context } from './context.js';
import { type FoundTargets, findTargets, type WhatToFind } from './find-targets.js';
import { newId } from './new-id.js';
import { addSwitch, concurrencyWords, planConcurrency, type ServiceConcurrency } from './plan-concurrency.js';
import { planMode } from './plan-mode.js';
import { expandPresets } from './presets.js';

export interface PatchOptions extends WhatToFind {
  mode: AskedMode;
  /** One for all targets, or one for each; '' is none. */
  ids: readonly string[];
  when?: string;
  engine: EngineName;
  /** The mode that the services are to start in as long as the probe is in. */
  concurrency?: ConcurrencyMode;
  scope?: Scope;
  clock?: Clock;
  /** By default MOST_CAPTURES. */
  max?: number | undefined;
  /** Seconds. */
  duration: number;
  /** A timer on the host takes it out when its time is over. */
  autoRevert?: boolean;
}

/** Captures that a probe takes where nobody says. */
export const MOST_CAPTURES = 20;

export interface PatchPlan extends ProbePlan {
  services: Service[];
  interpreter: Interpreter;
  /** What was found, in a line. */
  summary: string;
  chosen: ChosenMode;
  /** Of Nova's services. */
  concurrency: ServiceConcurrency[];
  /** Units that a drop-in has start in the mode that was asked for. */
  switched: string[];
  /** What makes it run, where a preset knows. */
  preset?: PresetTrigger;
}

/** Finds service, interpreter and methods, and plans the edit. Changes nothing. */
export async function planPatch(context: Context, options: PatchOptions): Promise<PatchPlan> {
  engineSettings(options.engine, options); // what cannot be is said first
  const { trigger, ...wanted } = await expandPresets(context.host, options);
  const found = await findTargets(context, wanted);
  const probed = withIds(found.targets, wanted.ids);
  const live = options.mode === 'live';
  const concurrency = await planConcurrency(context, found, { ...wanted, live });
  const settings = await settingsFor(context.host, found, wanted);
  const plan = await planMode(context.host, options.mode, found, probed, settings);
  const asked = options.concurrency;
  const switched = asked ? await addSwitch(context.host, plan, found.services, concurrency, asked) : [];
  const { services, interpreter } = found;
  if (options.autoRevert) plan.request.journal.autoRevert = `profkit-revert-${settings.probe}`;
  const words = concurrencyWords(concurrency, live);
  const summary = `${summaryOf(found)}${words && `; ${words}`}`;
  return { ...plan, services, interpreter, summary, concurrency, switched, ...(trigger ? { preset: trigger } : {}) };
}

/** What was found, in a line. */
function summaryOf({ targets, services }: FoundTargets): string {
  const places = targets.map((t) => `${t.target}, ${t.file}:${t.line}`);
  return `${places.join('; ')}, in ${services.map((s) => s.name).join(', ')}`;
}

/** The targets with what names their captures: a slip there is seen before anything is restarted. */
function withIds(targets: readonly Located[], ids: readonly string[]): Probed[] {
  if (ids.length > 1 && ids.length !== targets.length)
    throw failure('BAD_OPTION', { what: `--id is given ${ids.length} times for ${targets.length} targets` });
  return targets.map((located, n) => {
    const text = ids.length > 1 ? ids[n] : ids[0];
    return { located, ids: text ? parseExpression('id', text, argumentsOf(located)) : null };
  });
}

/** undefined: it takes any. */
const argumentsOf = (located: Located) => (located.any ? undefined : located.arguments);

/** What a probe is told, whatever its mode. */
async function settingsFor(host: Host, found: FoundTargets, options: PatchOptions): Promise<ProbeSettings> {
  const facts = await host.hello();
  return {
    probe: newId(),
    by: process.env.SUDO_USER ?? process.env.USER ?? facts.user, // the host's own word may be root's, through sudo
    when: whenOf(found.targets, options.when),
    ...engineSettings(options.engine, options),
    max: options.max ?? MOST_CAPTURES,
    until: Math.ceil(facts.now + options.duration),
    owner: found.owner,
    services: found.services.map((s) => s.name),
    state: facts.state,
  };
}

/** It has to fit each target. */
function whenOf(targets: readonly Located[], text: string | undefined): Expression | null {
  if (text === undefined) return null;
  return targets.map((t) => parseExpression('when', text, argumentsOf(t)))[0]!;
}
