import type { FileChange, Host } from '../host/host.js';
import type { ChosenMode } from '../probe/mode.js';
import type { ProbePlan } from '../probe/plan.js';
import { folderOf } from '../probe/runtime-file.js';
import type { Service } from '../service/service.js';
import { seeHooks } from './hook-units.js';
import { inWords, type LiveProcesses, putInLive, takeOutLive } from './live.js';
import { seeSwitch } from './plan-concurrency.js';

/**
 * Puts a probe in, as planned. One whose hook or mode the services would not see, or which no running process could be given, is
 * taken out again.
 * @param warn is told of files of others that were kept
 * @returns of a live probe the processes
 * @throws Failure HOOK_HIDDEN, CONCURRENCY_HIDDEN, LIVE_REFUSED, LIVE_NOT_LOADED, and what Host.apply fails with
 */
export async function putIn(
  host: Host,
  plan: ProbePlan & { services: readonly Service[]; switched?: readonly string[] },
  warn: (text: string) => void,
): Promise<LiveProcesses | undefined> {
  const { journal } = plan.request;
  const { state } = await host.hello();
  const probe = { ...journal, directory: folderOf({ state, probe: journal.probe }) };
  tellKept(await host.apply(plan.request), warn);
  try {
    if (journal.mode === 'hook') await seeHooks(host, plan.services);
    if (journal.concurrency) await seeSwitch(plan.services, plan.switched ?? [], journal.concurrency);
    return journal.mode === 'live' ? await putInLive(host, probe, plan.services) : undefined;
  } catch (e) {
    // what cannot be taken out of a process is a plain call once the rest is
    if (journal.mode === 'live') await takeOutLive(host, probe, plan.services).catch(() => {});
    await host.revert(journal.probe);
    await host.forget(journal.probe);
    throw e;
  }
}

/** Says which files of others `Host.apply` has kept, and where. */
export function tellKept({ kept = {} }: { kept?: Record<string, string> }, warn: (text: string) => void): void {
  for (const one of Object.entries(kept)) warn(one.join(' '));
}

/** How and where it was put in, for a line of progress. */
export function putInWords(
  { chosen: { mode, why }, request }: ProbePlan & { chosen: ChosenMode },
  live: LiveProcesses | undefined,
): string {
  const reason = why ? ` (${why})` : '';
  if (live) return `${inWords(live)}${reason}`;
  if (mode === 'hook') return `by a hook${reason}: ${request.changes.map((c) => c.path).join(', ')}`;
  const lines = (count: number) => (count === 1 ? 'one line' : `${count} lines`);
  const put = ({ path, before, lines: own }: FileChange) =>
    before === null ? path : `${lines(own.length)} in ${path}`;
  return `${request.changes.map(put).join(', ')}${reason}`;
}
