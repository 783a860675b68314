import type { FunctionChange } from './comparison.js';
import type { Matched } from './match-functions.js';
import { describe } from './source-place.js';
import { standardName } from './standard-name.js';
import type { FunctionName, Row } from './stats.js';

/** Below this part of the target's change, a function does not explain it. */
const LEAST_PART = 0.1;
const MOST = 3;
/** A function that accounts for this part of the change of one that calls it stands for that. */
const SAME_COST = 0.8;

/** One function, as it was matched and what became of it. */
interface Known {
  readonly rows: Matched;
  readonly change: FunctionChange;
}

/**
 * Sentences that say where the difference of the target comes from, the largest part first: functions that are called more,
 * less, or not at all by callers that are called as before; else functions whose own time changed. `hasVerdicts` where times
 * have such; else the largest differences stand for them. `targets` are rows that are not to be named themselves.
 */
export function explanation(
  matched: readonly Matched[],
  changes: readonly FunctionChange[],
  { difference, hasVerdicts, targets }: { difference: number; hasVerdicts: boolean; targets: ReadonlySet<Row> },
): string[] {
  const isTarget = (rows: Matched) => [...rows.before, ...rows.after].flat().some((row) => targets.has(row));
  const functions = matched.map((rows, i) => ({ rows, change: changes[i]! }));
  const explains = (seconds: number) =>
    difference * seconds > 0 && Math.abs(seconds) >= LEAST_PART * Math.abs(difference);
  const graph = new CallGraph(functions);
  const changed = functions
    .filter(({ rows, change }) => isChanged(change) && explains(change.cumtime.difference) && !isTarget(rows))
    .filter((one) => graph.isFirst(one))
    .sort((a, b) => weight(b) - weight(a));
  const chosen: Known[] = [];
  for (const one of changed) {
    const [better = one] = changed.filter((other) => isWhole(other) && !isWhole(one) && says(other, one, graph));
    const isNested = chosen.some((other) => graph.isBelow(better, other) || graph.isBelow(other, better));
    if (chosen.length < MOST && !isNested) chosen.push(better);
  }
  if (chosen.length > 0) return chosen.map(({ change }) => called(change));
  return functions
    .map(({ change }) => change)
    .filter(({ tottime, isUnsure }) => explains(tottime.difference) && !isUnsure)
    .filter(({ tottime }) => !hasVerdicts || tottime.verdict !== 'unclear')
    .sort((a, b) => Math.abs(b.tottime.difference) - Math.abs(a.tottime.difference))
    .slice(0, MOST)
    .map(itself);
}

/** Who calls whom, on the side where the function is. */
class CallGraph {
  private readonly byRow = new Map<Row, Known>();
  private readonly siblings = new Map<Row, ReadonlyMap<number, Row>>();

  constructor(functions: readonly Known[]) {
    const captures = new Map<string, Map<number, Row>>();
    for (const one of functions) {
      for (const side of ['before', 'after'] as const) {
        for (const [i, rows] of one.rows[side].entries()) {
          const key = `${side} ${i}`;
          const capture = captures.get(key) ?? new Map<number, Row>();
          captures.set(key, capture);
          for (const row of rows) {
            this.byRow.set(row, one);
            this.siblings.set(row, capture);
            capture.set(row.id, row);
          }
        }
      }
    }
  }

  /** Who calls it on the side where it is called more. */
  callers({ rows, change }: Known): Known[] {
    const side = change.verdict === 'new' || change.calls.verdict === 'more' ? rows.after : rows.before;
    return [...this.calls(side).keys()];
  }

  /**
   * Is it where the change begins: called more or less often by one that is called as before? Of what is gone or new, by one
   * that is neither.
   */
  isFirst(one: Known): boolean {
    const [before, after] = [this.calls(one.rows.before), this.calls(one.rows.after)];
    const callers = new Set([...before.keys(), ...after.keys()]);
    const isLike = (by: Known) => (isWhole(one) ? isWhole(by) : isChanged(by.change));
    return callers.size === 0 || [...callers].some((by) => !isLike(by) && before.get(by) !== after.get(by));
  }

  /** Its callers, and how often each calls it, in the first capture of a side in which it is. */
  private calls(side: Matched['before']): Map<Known, number> {
    const found = new Map<Known, number>();
    for (const row of side.find((some) => some.length > 0) ?? []) {
      for (const { caller, nc } of row.callers) {
        const by = this.siblings.get(row)?.get(caller);
        const known = by === undefined || by === row ? undefined : this.byRow.get(by)!;
        if (known !== undefined) found.set(known, (found.get(known) ?? 0) + nc);
      }
    }
    return found;
  }

  /** Is it called by the other by way of functions that changed too? */
  isBelow(one: Known, other: Known): boolean {
    const seen = new Set<Known>([one]);
    for (const at of seen) {
      if (at === other) return true;
      for (const by of this.callers(at)) if (isChanged(by.change)) seen.add(by);
    }
    return false;
  }
}

function isChanged({ verdict, calls, isUnsure }: FunctionChange): boolean {
  if (isUnsure) return false;
  return verdict === 'gone' || verdict === 'new' || calls.verdict === 'fewer' || calls.verdict === 'more';
}

/** Gone or new: that says more than being called less or more. */
const isWhole = ({ change: { verdict } }: Known): boolean => verdict === 'gone' || verdict === 'new';
const weight = ({ change }: Known): number => Math.abs(change.cumtime.difference);
const says = (one: Known, above: Known, graph: CallGraph): boolean =>
  weight(one) >= SAME_COST * weight(above) && graph.isBelow(one, above);

function called(change: FunctionChange): string {
  const { calls, cumtime, verdict } = change;
  const [was, is] = [calls.before.median, calls.after.median];
  const [before, after] = [seconds(cumtime.before.median), seconds(cumtime.after.median)];
  if (verdict === 'gone') return `${named(change)} is no longer called (${times(was)} before, ${before})`;
  if (verdict === 'new') return `${named(change)} is new (called ${times(is)}, ${after})`;
  return `${named(change)} is called ${times(is)} instead of ${was} (${after} instead of ${before})`;
}

function itself(change: FunctionChange): string {
  const { tottime, calls } = change;
  const often = calls.verdict === 'same' ? `, called as often (${times(calls.after.median)})` : '';
  return `${named(change)} itself takes ${seconds(tottime.after.median)} instead of ${seconds(tottime.before.median)}${often}`;
}

/** C functions as pstats prints them. */
const named = (one: FunctionName): string => (one.line === 0 ? standardName(one) : describe(one));
const seconds = (value: number): string => `${value.toFixed(3)} s`;
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
