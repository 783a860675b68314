import { apportion } from './apportion.js';
import type { Columns } from './columns.js';
import { type EdgesByCaller, edgesByCaller } from './edges-by-caller.js';
import type { Stats } from './stats.js';

/**
 * How the time of each function is shared out among its callers, with no circle: a call that would close one is left out, and
 * its part goes to the function's other callers. Node `outside`, numbered after all names, calls what was called from outside of
 * the profile. What node `i` calls is at `from[i]` up to `from[i + 1]`.
 */
export interface CallShares {
  readonly outside: number;
  readonly from: Int32Array;
  readonly callee: Int32Array;
  /** The caller's part of the callee's own time, of the time below it, and of its calls: over all its callers each makes 1. */
  readonly own: Float64Array;
  readonly below: Float64Array;
  readonly calls: Float64Array;
  /** Every caller before what it calls. */
  readonly order: Int32Array;
  /** By function, 1 where all its time has one caller. */
  readonly isCertain: Uint8Array;
}

/** Before they are shares: seconds and calls. The last `names` edges are those from outside, one to each function. */
interface Edges {
  readonly caller: Int32Array;
  readonly callee: Int32Array;
  readonly own: Float64Array;
  readonly below: Float64Array;
  readonly calls: Float64Array;
}

export function callShares(stats: Stats): CallShares {
  const { columns } = apportion(stats.columns);
  const outside = stats.names.length;
  const edges = edgesOf(columns, outside);
  const first = edges.callee.length - outside;
  const all = edgesByCaller(edges.caller, outside + 1);
  const rank = (edge: number): number => {
    const row = edge - first;
    if (row >= columns.nc.length) return Number.MAX_VALUE;
    return edges.calls[edge]! > 0 ? Number.MAX_VALUE / 2 : columns.ct[row]!;
  };
  // The entries come first: so a circle is left out where it closes, and not where it is entered.
  all.edges.subarray(all.from[outside]).sort((a, b) => rank(b) - rank(a));
  const { order, circles } = walk(edges.callee, all, outside);
  const isCertain = toShares(edges, circles, outside);
  const kept = all.edges.filter((edge) => circles[edge] === 0);
  return {
    outside,
    from: edgesByCaller(pick(edges.caller, kept), outside + 1).from,
    callee: pick(edges.callee, kept),
    own: pick(edges.own, kept),
    below: pick(edges.below, kept),
    calls: pick(edges.calls, kept),
    order,
    isCertain,
  };
}

function pick<T extends Int32Array | Float64Array>(of: T, edges: Int32Array): T {
  const picked = of.slice(0, edges.length) as T;
  for (let i = 0; i < edges.length; i++) picked[i] = of[edges[i]!]!;
  return picked;
}

function edgesOf({ edgeFrom, caller, edgeNc, times, nc, tt, ct }: Columns, names: number): Edges {
  const real = caller.length;
  const edges: Edges = {
    caller: new Int32Array(real + names).fill(names),
    callee: Int32Array.from({ length: real + names }, (_, edge) => edge - real),
    own: new Float64Array(real + names),
    below: new Float64Array(real + names),
    calls: new Float64Array(real + names),
  };
  edges.caller.set(caller);
  for (let row = 0; row < nc.length; row++) {
    const left = { own: tt[row]!, below: ct[row]! - tt[row]!, calls: nc[row]! };
    for (let edge = edgeFrom[row]!; edge < edgeFrom[row + 1]!; edge++) {
      const own = times?.tt[edge] ?? 0;
      edges.callee[edge] = row;
      left.own -= edges.own[edge] = Math.max(0, own);
      left.below -= edges.below[edge] = Math.max(0, (times?.ct[edge] ?? 0) - own);
      left.calls -= edges.calls[edge] = Math.max(0, edgeNc[edge]!);
    }
    if (left.calls <= 0) continue;
    edges.own[real + row] = Math.max(0, left.own);
    edges.below[real + row] = Math.max(0, left.below);
    edges.calls[real + row] = left.calls;
  }
  return edges;
}

/** Depth first from `root`. An edge to a function that is being called already closes a circle. */
function walk(
  callee: Int32Array,
  { edges, from }: EdgesByCaller,
  root: number,
): { order: Int32Array; circles: Uint8Array } {
  const [unseen, open, done] = [0, 1, 2];
  const state = new Uint8Array(root + 1);
  const circles = new Uint8Array(edges.length);
  const order = new Int32Array(root + 1);
  const next = from.slice(0, root + 1);
  const path = [root];
  let last = root;
  while (path.length > 0) {
    const node = path.at(-1)!;
    state[node] = open;
    if (next[node]! === from[node + 1]!) {
      state[node] = done;
      order[last--] = node;
      path.pop();
      continue;
    }
    const edge = edges[next[node]!++]!;
    const to = callee[edge]!;
    if (state[to] === unseen) path.push(to);
    else if (state[to] === open) circles[edge] = 1;
  }
  return { order, circles };
}

/** Makes shares of the edges, in place. Where there is no time to go by the calls tell, and where these do not, all are alike. */
function toShares(edges: Edges, circles: Uint8Array, names: number): Uint8Array {
  const { callee, caller, own, below, calls } = edges;
  const sum = { own: new Float64Array(names), below: new Float64Array(names), calls: new Float64Array(names) };
  const callers = new Int32Array(names);
  const isCertain = new Uint8Array(names).fill(1);
  for (let edge = 0; edge < callee.length; edge++) {
    const to = callee[edge]!;
    if (circles[edge] === 1) {
      if (caller[edge] !== to) isCertain[to] = 0;
      continue;
    }
    sum.own[to]! += own[edge]!;
    sum.below[to]! += below[edge]!;
    sum.calls[to]! += calls[edge]!;
    if (caller[edge] !== names) callers[to]!++;
  }
  for (let edge = 0; edge < callee.length; edge++) {
    if (circles[edge] === 1) continue;
    const to = callee[edge]!;
    const equal = caller[edge] === names ? Number(callers[to] === 0) : 1 / callers[to]!;
    calls[edge] = sum.calls[to]! > 0 ? calls[edge]! / sum.calls[to]! : equal;
    own[edge] = sum.own[to]! > 0 ? own[edge]! / sum.own[to]! : calls[edge]!;
    below[edge] = sum.below[to]! > 0 ? below[edge]! / sum.below[to]! : calls[edge]!;
    const most = Math.max(own[edge]!, below[edge]!, calls[edge]!);
    const least = Math.min(own[edge]!, below[edge]!, calls[edge]!);
    if (most > 0 && least < 1) isCertain[to] = 0;
  }
  return isCertain;
}
