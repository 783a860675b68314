import { failure } from '../failure.js';
import type { Host, HostProcess, ProbeState } from '../host/host.js';
import { carries } from '../probe/carries.js';
import type { EngineName } from '../probe/engines.js';
import {
  type LiveAnswer,
  lookProgram,
  PUT_IN,
  putInProgram,
  putInText,
  readAnswers,
  takeOutProgram,
  withdrawProgram,
} from '../probe/live.js';
import { type ProbePlan, probeJournal } from '../probe/plan.js';
import { probeRuntime } from '../probe/runtime.js';
import { folderOf, type Probed, type ProbeSettings, runtimeFiles, runtimeName } from '../probe/runtime-file.js';
import type { Service } from '../service/service.js';
import type { FoundTargets } from './find-targets.js';

/** The processes of services, by what became of the probe in them. */
export interface LiveProcesses {
  /** With it. */
  inside: number[];
  /** Without it, and nothing is on its way. */
  outside: number[];
  /** None of their threads has run so far: what was asked of them happens when one does. */
  waiting: number[];
  /** What a user should know, a sentence each. */
  notes: string[];
}

/**
 * Plans a probe that is put into running processes. Changes nothing.
 * @throws Failure LIVE_PYTHON, LIVE_REFUSED
 */
export async function planLive(
  host: Host,
  found: FoundTargets,
  probed: readonly Probed[],
  settings: ProbeSettings,
): Promise<ProbePlan> {
  const directory = folderOf(settings);
  const services = found.services.map((s) => s.name);
  needPython(services, found.targets[0]!.python);
  const pids = (await processesOf(found.services, true)).map((p) => p.pid);
  const reached = refuseAll(services, await attach(host, await lookProgram(pids)));
  const { files, targets } = runtimeFiles(probed, settings, 'live', await probeRuntime(settings.engine as EngineName));
  const wanted = probed.map(({ located: { module, name, file, line } }, n) => ({
    module,
    name,
    file,
    line,
    runtime: runtimeName(n),
  }));
  const names = targets.map((t) => t.target).join(', ');
  return {
    located: probed.map((p) => p.located),
    diff: `in the memory of ${services.join(', ')} (${reached.map((a) => a.pid).join(', ')}): ${names} calls the probe\n`,
    request: {
      journal: probeJournal('live', targets, settings),
      changes: [],
      files: [...files, { name: PUT_IN, data: await putInText(directory, wanted) }],
      owner: settings.owner,
    },
  };
}

function needPython(services: readonly string[], version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 14)) throw failure('LIVE_PYTHON', { services, version });
}

/**
 * Puts an applied probe into the processes of its services that have none yet; those that came since, too.
 * @throws Failure LIVE_REFUSED, LIVE_NOT_LOADED where no process has it then
 */
export async function putInLive(
  host: Host,
  probe: Pick<ProbeState, 'directory' | 'services' | 'targets'>,
  services: readonly Service[],
): Promise<LiveProcesses> {
  const pids = (await processesOf(services, true)).map((p) => p.pid);
  const answers = await attach(host, await putInProgram(pids, probe.directory));
  refuseAll(probe.services, answers);
  const processes = sorted(answers, 'in');
  const told = answers.flatMap((a) => (a.state === 'answered' ? a.targets.map((t) => ({ ...t, pid: a.pid })) : []));
  const refused = told.find((t) => t.state === 'refused');
  if (refused) throw failure('LIVE_REFUSED', { services: probe.services, kind: 'target', why: refused.why ?? '' });
  processes.notes = [
    ...told.filter((t) => t.state === 'in' && t.why).map((t) => `process ${t.pid}: ${t.why}`),
    ...answers.flatMap((a) => (isOut(a) ? [`process ${a.pid} cannot be given it: ${a.why}`] : [])),
  ];
  for (const { target, runtime } of probe.targets) {
    const of = told.filter((t) => t.runtime === runtime);
    const everywhere = of.length > 0 && processes.waiting.length === 0;
    if (everywhere && of.every((t) => t.state !== 'in'))
      processes.notes.push(`${target} is in no process: ${of[0]!.why}`);
  }
  if (processes.inside.length === 0 && processes.waiting.length === 0)
    throw failure('LIVE_NOT_LOADED', { services: probe.services, why: told.find((t) => t.why)?.why ?? '' });
  return processes;
}

/**
 * Gives the probe to the processes that have come since it was put in. Those that a process with it has forked have it.
 * @throws Failure LIVE_NOT_LOADED where no process has it
 */
export async function putInLater(
  host: Host,
  probe: Pick<ProbeState, 'directory' | 'targets' | 'created' | 'services'>,
  processes: readonly HostProcess[],
): Promise<void> {
  const inside = await liveIn(host, probe, processes);
  const outside = processes.filter((p) => !inside.includes(p.pid));
  const later = outside.filter((p) => carries(p, probe) || inside.length === 0).map((p) => p.pid);
  const answers = later.length > 0 ? await attach(host, await putInProgram(later, probe.directory)) : [];
  const { inside: more, waiting } = sorted(answers, 'in');
  if (inside.length + more.length + waiting.length > 0) return;
  const whys = answers.flatMap((a) => (a.state === 'answered' ? a.targets.map((t) => t.why) : isOut(a) ? [a.why] : []));
  throw failure('LIVE_NOT_LOADED', { services: probe.services, why: whys.find(Boolean) ?? 'it has no process' });
}

/** Takes the probe out of the processes that have it; where it is still to be put in, it will not be. */
export async function takeOutLive(
  host: Host,
  probe: Pick<ProbeState, 'directory' | 'targets'>,
  services: readonly Service[],
): Promise<LiveProcesses> {
  const processes = await processesOf(services, false);
  const pids = processes.map((p) => p.pid);
  await attach(host, await withdrawProgram(pids, probe.directory));
  const having = await liveIn(host, probe, processes);
  const runtimes = probe.targets.map((t) => t.runtime);
  return sorted(await attach(host, await takeOutProgram(having, probe.directory, runtimes)), 'out');
}

/** What became of processes, for a line of progress. */
export function inWords({ inside, outside, waiting, notes }: LiveProcesses): string {
  const part = (pids: number[], what: string) => (pids.length > 0 ? [`${what} ${pids.join(', ')}`] : []);
  const parts = [...part(inside, 'in'), ...part(outside, 'not in'), ...part(waiting, 'asleep'), ...notes];
  return parts.join('; ') || 'in none';
}

/** Which of the processes have the probe: they hold the name of its runtime, which is where the code is from. */
export const liveIn = (host: Host, probe: Pick<ProbeState, 'directory' | 'targets'>, all: readonly HostProcess[]) =>
  host.loaded(
    all.map((p) => p.pid),
    `${probe.directory}/${probe.targets[0]!.runtime}`,
  );

async function processesOf(services: readonly Service[], running: boolean): Promise<HostProcess[]> {
  const found: HostProcess[] = [];
  for (const service of services) {
    const { active, state, processes } = await service.look();
    if (running && !active) throw failure('SERVICE_INACTIVE', { service: service.name, state });
    found.push(...processes);
  }
  return found;
}

/** Seconds that the program may take: it holds still processes of many threads one after the other. */
const TIMEOUT = 60;

async function attach(host: Host, program: string): Promise<LiveAnswer[]> {
  const r = await host.run(['python3', '-I', '-S', '-'], { stdin: program, timeout: TIMEOUT });
  if (r.code !== 0) throw failure('LIVE_ATTACH', { host: host.name, code: r.code }, r.stderr);
  return readAnswers(r.stdout);
}

/** The processes that can be reached, if any. What runs no such Python is of no interest where another process does. */
function refuseAll(services: readonly string[], answers: readonly LiveAnswer[]): LiveAnswer[] {
  const reached = answers.filter((a) => a.state !== 'refused' && a.state !== 'gone');
  if (reached.length > 0) return reached;
  const refused = answers.filter((a) => a.state === 'refused');
  const worst = refused.find((a) => a.kind !== 'version') ?? refused[0];
  if (worst === undefined) throw failure('LIVE_NOT_LOADED', { services, why: 'it has no process' });
  throw failure('LIVE_REFUSED', { services, kind: worst.kind, why: `process ${worst.pid}: ${worst.why}` });
}

/** A process that runs such a Python and cannot be reached. */
const isOut = (a: LiveAnswer): a is Extract<LiveAnswer, { state: 'refused' }> =>
  a.state === 'refused' && a.kind !== 'version';

function sorted(answers: readonly LiveAnswer[], wanted: 'in' | 'out'): LiveProcesses {
  const of = (test: (a: LiveAnswer) => boolean) => answers.filter(test).map((a) => a.pid);
  const has = (a: LiveAnswer) => a.state === 'answered' && a.targets.some((t) => t.state === 'in');
  // what was refused when it is to go out cannot be reached any more: it was, and may have it
  const stays = (a: LiveAnswer) => wanted === 'out' && isOut(a);
  return {
    inside: of((a) => has(a) || stays(a)),
    outside: of((a) => a.state === 'answered' && !has(a)),
    waiting: of((a) => a.state === 'waiting'),
    notes: [],
  };
}
