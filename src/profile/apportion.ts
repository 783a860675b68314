import { type Columns, edgeTimes } from './columns.js';

export interface Apportioned {
  /** The same rows and callers; every caller is timed. The very same where they all were. */
  readonly columns: Columns;
  /** Functions whose time had to be shared out among several callers, so that the times of these are estimates. */
  readonly estimated: number;
}

/**
 * Gives the callers of profile and eventlet, which are bare counts, times as cProfile has them: the time of a function, shared
 * out among its callers by their calls. With one caller that is exact; with several it is an estimate, as if each call took
 * the same time. The cumulative time of a function that calls itself belongs to its other callers: in those it began.
 */
export function apportion(columns: Columns): Apportioned {
  if (isTimed(columns)) return { columns, estimated: 0 };
  const times = edgeTimes(columns.caller.length);
  let estimated = 0;
  for (let row = 0; row < columns.nc.length; row++) {
    if (shareOut(columns, row, times)) estimated++;
  }
  return { columns: { ...columns, times }, estimated };
}

function isTimed({ times, caller }: Columns): boolean {
  return caller.length === 0 || (times !== undefined && !times.ct.some(Number.isNaN));
}

/** Fills in the edges of one row. Returns whether that took a guess. */
function shareOut(columns: Columns, row: number, into: ReturnType<typeof edgeTimes>): boolean {
  const { edgeFrom, caller, edgeNc, times } = columns;
  const [from, to] = [edgeFrom[row]!, edgeFrom[row + 1]!];
  const left = { nc: columns.nc[row]!, cc: columns.cc[row]!, tt: columns.tt[row]!, ct: columns.ct[row]! };
  const untimed: number[] = [];
  for (let edge = from; edge < to; edge++) {
    if (times === undefined || Number.isNaN(times.ct[edge]!)) {
      untimed.push(edge);
      continue;
    }
    into.cc[edge] = times.cc[edge]!;
    into.tt[edge] = times.tt[edge]!;
    into.ct[edge] = times.ct[edge]!;
    left.nc -= edgeNc[edge]!;
    left.cc -= times.cc[edge]!;
    left.tt = Math.max(0, left.tt - times.tt[edge]!);
    left.ct = Math.max(0, left.ct - times.ct[edge]!);
  }
  const calls = (edge: number) => Math.max(0, edgeNc[edge]!);
  const known = untimed.reduce((sum, edge) => sum + calls(edge), 0);
  // Calls that no caller is named for came from outside of what was profiled, and so did their part of the time.
  const all = Math.max(known, left.nc);
  const recursive = untimed.reduce((sum, edge) => sum + (caller[edge] === row ? calls(edge) : 0), 0);
  for (const edge of untimed) {
    const isRecursive = caller[edge] === row;
    // pyinstrument writes -1 for every count: then each caller has as much as the next.
    const part = all > 0 ? calls(edge) / all : 1 / untimed.length;
    const outer = all - recursive > 0 ? calls(edge) / (all - recursive) : part;
    into.tt[edge] = left.tt * part;
    into.ct[edge] = isRecursive ? left.tt * part : left.ct * outer;
    into.cc[edge] = isRecursive ? 0 : Math.min(calls(edge), Math.max(0, Math.round(left.cc * outer)));
  }
  return untimed.length > 1 || (untimed.length === 1 && all > known);
}
