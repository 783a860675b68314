import type { Edge, Stats } from './stats.js';

/** What a function called: `callee` is a row's id, the figures are the edge's of that row. */
export interface Callee {
  readonly callee: number;
  readonly edge: Edge;
}

const derived = new WeakMap<Stats, readonly (readonly Callee[])[]>();

/** For every entry of `Stats.names`, what it called. Worked out at the first question and kept as long as the profile. */
export function calleesOf(stats: Stats): readonly (readonly Callee[])[] {
  let callees = derived.get(stats);
  if (callees === undefined) {
    callees = turnRound(stats);
    derived.set(stats, callees);
  }
  return callees;
}

function turnRound(stats: Stats): Callee[][] {
  const callees: Callee[][] = stats.names.map(() => []);
  for (const { id, callers } of stats.rows) {
    for (const edge of callers) callees[edge.caller]!.push({ callee: id, edge });
  }
  return callees;
}
