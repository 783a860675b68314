import { calleesOf } from './callees.js';
import { knownCalls } from './known-calls.js';
import type { Edge, Row, Stats } from './stats.js';
import type { Target } from './target.js';

/** A function on the way from the target to where its time went. */
export interface HotNode {
  readonly row: Row;
  /** By the one above; of the target, all. */
  readonly calls: number;
  /** In those calls. */
  readonly seconds: number;
  /** Of the target, 0 to 1. */
  readonly share: number;
  /** The longest first. */
  readonly children: readonly HotNode[];
  /** Functions that are called from elsewhere too: why nothing stands below this one. 0 where all of it is told. */
  readonly otherCallers: number;
}

const LEAST_SHARE = 0.05;
const MOST_CHILDREN = 4;
const MOST_ROOTS = 3;
const DEEPEST = 40;

/**
 * From the target down, what took how long, as far as that is certain. The time of a function is known for each of its direct
 * callers where the profile has it, and otherwise only where it has but one. What it called in turn is known for all of its calls
 * together: so where others called it too, what is below it is not told.
 */
export function hotPath(stats: Stats, target: Target): HotNode[] {
  if (!(target.seconds > 0)) return [];
  const callees = calleesOf(stats);
  const children = (row: Row, above: ReadonlySet<number>): HotNode[] => {
    if (above.size > DEEPEST) return [];
    return callees[row.id]!.flatMap(({ callee, edge }) => {
      const one = stats.row(callee);
      const seconds = above.has(callee) ? undefined : secondsOf(one, edge);
      if (seconds === undefined || seconds < LEAST_SHARE * target.seconds) return [];
      const known = one.callers.filter(({ caller }) => caller !== row.id && caller !== callee).length;
      // cProfile knows no caller for what the frame calls that switched it on: those calls are not this one's either
      const unknown = one.nc > knownCalls(one) ? 1 : 0;
      const others = known + unknown;
      const below = others > 0 ? [] : children(one, new Set(above).add(callee));
      return [
        { row: one, calls: edge.nc, seconds, share: seconds / target.seconds, children: below, otherCallers: others },
      ];
    })
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, MOST_CHILDREN);
  };
  const roots = target.rows.filter((row, i) => i === 0 || row.ct >= LEAST_SHARE * target.seconds).slice(0, MOST_ROOTS);
  return roots.map((row) => ({
    row,
    calls: row.nc,
    seconds: row.ct,
    share: row.ct / target.seconds,
    children: children(row, new Set([row.id])),
    otherCallers: 0,
  }));
}

/** Of the calls by one caller. Undefined where that would be a guess. */
function secondsOf(row: Row, edge: Edge): number | undefined {
  if (edge.ct !== undefined) return edge.ct;
  return edge.nc === row.nc ? row.ct : undefined;
}
