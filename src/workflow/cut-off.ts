import { Failure, failure } from '../failure.js';
import type { FailureCode } from '../failures.js';
import type { Host } from '../host/host.js';
import type { PatchPlan } from './plan-patch.js';

/** How far a run has come: what a connection that is cut for good leaves on the host. */
export type Reached = 'looking' | 'putting in' | 'in' | 'undoing';

/** What fails by a connection that is cut for good, with what stands on the host now; all else as it is. */
export function cutOff(error: unknown, { name }: Host, reached: Reached, plan?: PatchPlan): unknown {
  return isCut(error) ? failure('CUT_OFF', { host: name, what: whatOf(error), left: left(reached, plan) }) : error;
}

/** A run that was cut off and, over a new connection, undone. */
export const cutAndUndone = (error: unknown): unknown =>
  isCut(error) ? failure('CUT_UNDONE', { what: whatOf(error) }) : error;

export const isCut = (error: unknown): error is Failure => error instanceof Failure && CUT.has(error.code);
const CUT: ReadonlySet<string> = new Set<FailureCode>(['HOST_GONE', 'COLLECT_CUT']);
const whatOf = ({ message }: Failure): string => message.replace(/\.$/, '');

function left(reached: Reached, plan: PatchPlan | undefined): string {
  if (reached === 'looking' || plan === undefined) return '';
  const { journal, changes } = plan.request;
  const services = plan.services.map((s) => s.name).join(', ');
  const place = changes.length > 0 ? changes.map((c) => c.path).join(', ') : services;
  const starts = journal.restarts === undefined ? '' : `; ${services} starts again by itself where it was stopped`;
  if (reached === 'putting in') return `whether the probe ${journal.probe} is in ${place} cannot be said`;
  if (reached === 'in') return `the probe ${journal.probe} is in ${place}${starts}`;
  return `whether the probe ${journal.probe} is still in ${place} cannot be said${starts}`;
}
