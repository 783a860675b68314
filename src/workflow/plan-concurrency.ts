import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { type ConcurrencyMode, cannotSwitch, type KnownMode, modeWords, PATCHING } from '../openstack/concurrency.js';
import { shortList } from '../openstack/doctor/finding.js';
import { shortName } from '../openstack/roles.js';
import { type EngineName, engineFit } from '../probe/engines.js';
import type { ProbePlan } from '../probe/plan.js';
import { folderOf } from '../probe/runtime-file.js';
import type { Service } from '../service/service.js';
import { SystemdService } from '../service/systemd-service.js';
import type { Context } from './context.js';
import type { FoundTargets } from './find-targets.js';
import { type ServiceMode, serviceModes } from './service-modes.js';
import { unitVariables } from './unit-variables.js';

/** How a service of Nova runs, and how it will with the probe. */
export interface ServiceConcurrency {
  service: string;
  runs: KnownMode | null;
  starts: KnownMode | null;
  /** With the probe in; null: that cannot be told. */
  probed: KnownMode | null;
}

export interface ConcurrencyWanted {
  engine: EngineName;
  /** --concurrency */
  concurrency?: ConcurrencyMode;
  live: boolean;
}

const VALUES: Record<ConcurrencyMode, string> = { threading: 'true', eventlet: 'false' };

/**
 * In which mode each service of Nova will run with the probe, and whether the engine fits that. Changes nothing.
 * @throws Failure ENGINE_REFUSED, CONCURRENCY_REFUSED
 */
export async function planConcurrency(
  { host, progress }: Context,
  found: FoundTargets,
  wanted: ConcurrencyWanted,
): Promise<ServiceConcurrency[]> {
  const { engine, concurrency: asked, live } = wanted;
  const modes = await serviceModes(host, found.services, found.interpreter);
  if (asked) await refuseSwitch(host, found.services, modes, asked, live);
  const { python } = found.targets[0]!;
  const told = modes.map((m) => withProbe(m, asked, live));
  if (told.length === 0) weigh(undefined, null);
  for (const { service, probed, runs, starts } of told) {
    weigh(service, probed);
    if (!live && runs && starts && runs.mode !== starts.mode)
      progress.warn(
        `${service} runs with ${inWords(runs)}, but every restart starts it with ${inWords(starts)}: that of the undo too`,
      );
  }
  return told;

  function weigh(service: string | undefined, probed: KnownMode | null): void {
    const { refused, doubt } = engineFit(engine, { mode: probed?.mode, python });
    const switchable = !live && probed?.mode === 'threading';
    const how = probed && service ? `${service} ${live ? 'runs' : 'will start'} with ${inWords(probed)}` : undefined;
    if (refused) throw failure('ENGINE_REFUSED', { engine, why: refused, how, switchable });
    if (doubt) progress.warn(`--engine ${engine}: ${doubt}${how ? `; ${how}` : ''}`);
  }
}

function withProbe({ service, runs, starts }: ServiceMode, asked: ConcurrencyMode | undefined, live: boolean) {
  const next = asked && starts?.mode !== asked ? { mode: asked, how: '--concurrency' } : starts;
  return { service, runs: runs ?? null, starts: starts ?? null, probed: (live ? (runs ?? starts) : next) ?? null };
}

async function refuseSwitch(
  host: Host,
  services: readonly Service[],
  modes: readonly ServiceMode[],
  asked: ConcurrencyMode,
  live: boolean,
): Promise<void> {
  const refuse = (service: string, why: string) => failure('CONCURRENCY_REFUSED', { service, asked, why });
  if (live) throw refuse(services[0]!.name, 'that takes a restart, and --mode live does without');
  for (const service of services) {
    const { name } = service;
    const mode = modes.find((m) => m.service === name);
    if (mode === undefined) throw refuse(name, 'it is no service of Nova');
    const why = cannotSwitch(mode.facts, asked);
    if (why) throw refuse(name, why);
    if (mode.starts?.mode === asked) continue;
    if (!(service instanceof SystemdService)) throw refuse(name, 'it is no unit of systemd');
    if (await service.unsets(VALUES[asked], PATCHING)) throw refuse(name, `it has UnsetEnvironment=${PATCHING}`);
    for (const p of await host.probes())
      if (p.concurrency && p.concurrency !== asked && p.services.includes(name))
        throw refuse(name, `the probe ${p.probe} has it start with ${modeWords[p.concurrency]}`);
  }
}

/**
 * Adds to a plan what makes the services start in the mode that was asked for.
 * @returns the units that need it: the others start in that mode anyway
 */
export async function addSwitch(
  host: Host,
  plan: ProbePlan,
  services: readonly Service[],
  told: readonly ServiceConcurrency[],
  asked: ConcurrencyMode,
): Promise<string[]> {
  const { request } = plan;
  request.journal.concurrency = asked;
  const wanted = [];
  for (const service of services) {
    if (!(service instanceof SystemdService)) continue;
    if (told.find((t) => t.service === service.name)?.starts?.mode === asked) continue;
    const { byFile } = await service.variable(PATCHING);
    wanted.push({ unit: service.name, name: PATCHING, value: VALUES[asked], byFile });
  }
  if (wanted.length === 0) return [];
  const { state } = await host.hello();
  const folder = `${folderOf({ state, probe: request.journal.probe })}/concurrency`;
  const paths = request.changes.map((c) => c.path);
  const units = await unitVariables(host, wanted, request.journal.probe, folder, paths);
  request.changes.push(...units.changes);
  request.files.push(...units.files);
  request.journal.folders = [...new Set([...(request.journal.folders ?? []), ...units.folders])];
  request.journal.reload = true;
  plan.diff += `${plan.diff.endsWith('\n') ? '' : '\n'}${units.shown}`;
  return wanted.map((w) => w.unit);
}

/**
 * Sees to it that the next start of each service would be in the mode that was asked for.
 * @param switched the units that a drop-in tells so
 * @throws Failure CONCURRENCY_HIDDEN
 */
export async function seeSwitch(
  services: readonly Service[],
  switched: readonly string[],
  asked: ConcurrencyMode,
): Promise<void> {
  for (const service of services) {
    if (!(service instanceof SystemdService) || !switched.includes(service.name)) continue;
    const { value } = await service.variable(PATCHING);
    if (value !== VALUES[asked]) throw failure('CONCURRENCY_HIDDEN', { service: service.name, variable: PATCHING });
  }
}

const inWords = ({ mode, how }: KnownMode): string => `${modeWords[mode]} (${how})`;

/** `n-cpu-1…5 will start with native threads (the default of …)`; '' where no service is Nova's. */
export function concurrencyWords(told: readonly ServiceConcurrency[], live: boolean): string {
  const by = new Map<string, string[]>();
  for (const { service, probed } of told) {
    const words = probed
      ? `${live ? 'runs' : 'will start'} with ${inWords(probed)}`
      : `${live ? 'runs' : 'will start'} in a mode that cannot be told`;
    by.set(words, [...(by.get(words) ?? []), shortName(service)]);
  }
  return [...by].map(([words, names]) => `${shortList(names)} ${words}`).join('; ');
}
