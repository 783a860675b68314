import { below } from './below.js';
import type { Row, Stats } from './stats.js';
import { isSimulated, type Target } from './target.js';

/** A function that a loop calls, once for each turn, with what it calls as often in its turn. */
export interface LoopNode {
  readonly row: Row;
  readonly children: readonly LoopNode[];
}

export interface Loop {
  /** What has the loop in it. */
  readonly parent: Row;
  /** How often that was called. Where it was more than once, the turns are those of a call on average. */
  readonly calls: number;
  readonly turns: number;
  readonly body: LoopNode;
}

/** Two counts of 3 behind a wrapper are equal by chance; two counts of 25 hardly are. */
const EVIDENT_TURNS = 10;
/** What was called more often is in a loop itself, and not worth a sentence of its own. */
const MOST_CALLS = 10;

type Growing = { readonly row: Row; readonly children: Growing[]; left: number };

// Clocks are read between the calls, so a part can come out a little longer than its whole.
const SLACK = 1.02;
/** Far more than a report can show; it keeps a strange profile from taking long. */
const MOST_ROWS = 500;
/** Decorators and library calls between a caller and what it is about: a few, or it is no longer evident. */
const MOST_WRAPPERS = 3;

/**
 * Finds the loops below the target: a function that ran once called another N times, which was called by nothing else. A function
 * that ran a few times, or the target in captures that were added up, may have the loop too, where it alone called the other, so
 * many times that the number is no chance and divides by its own.
 * Below each, the functions called N times too, each under the one it most likely belongs to. Wrappers that many share, such as
 * a decorator, have counts of their own and are seen through. Functions below `least` seconds are left out.
 */
export function loopsOf(stats: Stats, target: Target, least: number): Loop[] {
  const inside = new Set(below(stats, target));
  const large = stats.rows
    .filter((row) => inside.has(row.id) && row.nc === row.cc && row.nc > 1 && row.ct >= least && !isSimulated(row))
    .sort((a, b) => b.ct - a.ct)
    .slice(0, MOST_ROWS);
  // Where profiling began inside the target, a made-up root stands for it, and the loop may be right in there.
  const tops = new Set(target.rows);
  const isOnce = (row: Row) => row.nc === 1 && (!isSimulated(row) || tops.has(row));
  const isFew = (row: Row) => row.nc > 1 && row.nc === row.cc && (row.nc <= MOST_CALLS || tops.has(row));
  const grown: { parent: Row; node: Growing }[] = [];
  const nodes: Growing[] = [];
  for (const row of large) {
    const node: Growing = { row, children: [], left: row.ct * SLACK };
    const sources = sourcesOf(stats, row);
    const above = owner(nodes, sources, row);
    if (above !== undefined) {
      above.left -= row.ct;
      above.children.push(node);
      nodes.push(node);
      continue;
    }
    const callers = [...sources].map(([id, between]) => ({ one: stats.rows[id]!, between }));
    const parent =
      callers.find(({ one, between }) => isOnce(one) && (between === 0 || row.nc >= EVIDENT_TURNS)) ??
      callers.find(({ one, between }) => isFew(one) && between === 0 && isEvident(row.nc / one.nc));
    if (parent === undefined) continue;
    grown.push({ parent: parent.one, node });
    nodes.push(node);
  }
  return grown.map(({ parent, node }) => {
    return { parent, calls: parent.nc, turns: node.row.nc / parent.nc, body: node };
  });
}

const isEvident = (turns: number): boolean => Number.isInteger(turns) && turns >= EVIDENT_TURNS;

/**
 * Who called the row exactly as often as it was called: by id, the number of wrappers between. A wrapper has to have called the
 * row as often as it was called, and been called at least that often by whom it stands for.
 */
function sourcesOf(stats: Stats, row: Row): Map<number, number> {
  const found = new Map<number, number>();
  let wrappers = [row];
  for (let between = 0; between <= MOST_WRAPPERS && wrappers.length > 0; between++) {
    const next: Row[] = [];
    for (const wrapper of wrappers) {
      for (const { caller, nc } of wrapper.callers) {
        const one = stats.rows[caller];
        if (nc < row.nc || one === undefined || one === row || found.has(caller)) continue;
        // Once through a wrapper, the count has to be exactly this loop's: more calls are some other one's.
        if (nc === row.nc) found.set(caller, between);
        if (one.nc > row.nc) next.push(one);
      }
    }
    wrappers = next;
  }
  return found;
}

/** The nearest, then the shortest, of those called as often that still has room for this one's time. */
function owner(nodes: readonly Growing[], sources: ReadonlyMap<number, number>, row: Row): Growing | undefined {
  const possible = nodes.filter((node) => {
    return node.row.nc === row.nc && sources.has(node.row.id);
  });
  const direct = possible.find((node) => sources.get(node.row.id) === 0);
  const roomy = possible.filter((node) => node.left >= row.ct);
  return direct ?? roomy.reduce<Growing | undefined>((a, b) => (a === undefined || b.left < a.left ? b : a), undefined);
}
