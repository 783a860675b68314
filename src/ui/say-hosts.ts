import { Failure } from '../failure.js';
import { bySame, hostsText } from '../report/hosts-text.js';
import { errorOf, type HostResult, rowOf } from '../workflow/many-hosts.js';
import type { Progress } from './progress.js';

/** Tells what came of several hosts: a table, and what to do about those where something failed. */
export function sayHosts<R>(
  results: readonly HostResult<R>[],
  { print, progress }: { print(text: string): void; progress: Progress },
): void {
  print(hostsText(results.map(rowOf)));
  const failed = results.flatMap((one) => {
    const error = errorOf(one);
    return error === undefined ? [] : [[one.host, textOf(error)] as const];
  });
  for (const [hosts, text] of bySame(failed)) progress.warn(`${hosts.join(', ')}: ${text}`);
  const notes = results.flatMap((one) => (one.kind === 'done' ? (one.outcome.notes ?? []) : []));
  for (const note of new Set(notes)) progress.note(note);
}

const textOf = (error: unknown): string => {
  // what happened stands in the table
  if (error instanceof Failure) return [...(error.detail ? [error.detail] : []), error.next].join('\n');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

/** The document of --json: what came of each host, by its name. */
export function hostDocuments<R>(
  results: readonly HostResult<R>[],
  errorJson: (error: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(results.map((one) => [one.host, documentOf(one, errorJson)]));
}

function documentOf<R>(one: HostResult<R>, errorJson: (error: unknown) => unknown): object {
  const { state } = rowOf(one);
  const error = one.kind === 'absent' ? one.failure : errorOf(one);
  return {
    state,
    ...(one.kind === 'done' ? { result: one.outcome.result } : {}),
    ...(one.kind === 'same' ? { as: one.as } : {}),
    ...(error === undefined ? {} : (errorJson(error) as object)),
  };
}
