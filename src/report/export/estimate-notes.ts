import type { Apportioned } from '../../profile/apportion.js';
import { type StackEstimate, THE_REST } from '../../profile/stack-estimate.js';

/** What has to be said of stacks that were made up from callers. Nothing where each function has one caller. */
export function stackNotes({ nodes, seconds, guessed, negative }: StackEstimate): string[] {
  const rest = nodes.reduce((sum, node) => sum + (node.id === THE_REST ? node.seconds : 0), 0);
  const notes: string[] = [];
  if (guessed > 0)
    notes.push(
      `The stacks are estimates for ${percent(guessed, seconds)} of the time (${guessed.toFixed(3)} s): a profile keeps who called whom, not whole stacks, and there some function has several callers.`,
    );
  if (rest > seconds * 0.001)
    notes.push(
      `What was too little or too deep to be told apart, ${percent(rest, seconds)} of the time, is in frames [the rest].`,
    );
  if (negative > 0) notes.push(`Of ${negative} functions the own time is negative, and counted as none.`);
  return notes;
}

/** What has to be said of the times of callers that were counts. */
export function callerNotes({ estimated }: Apportioned): string[] {
  if (estimated === 0) return [];
  return [
    `The times by caller are estimates for ${estimated} ${estimated === 1 ? 'function' : 'functions'} with several callers: this profile counts the calls by caller, and the time is shared out by these.`,
  ];
}

function percent(part: number, all: number): string {
  const share = (part / all) * 100;
  return share < 1 ? 'less than 1 %' : `${Math.floor(share)} %`;
}
