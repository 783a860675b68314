import { evidence, type Finding } from './finding.js';
import type { Stack } from './folded.js';
import type { Sidecar } from './sidecar.js';
import { describe } from './source-place.js';
import type { FunctionName, Row, Stats } from './stats.js';
import { type Target, targetOf } from './target.js';
import { childrenOf, keyOf, type WaitNode, waitTree } from './wait-tree.js';

/** What our own engine writes beside the rows: them less the time suspended, and the stacks that were. */
export interface Suspended {
  readonly active: Stats;
  readonly waits: readonly Stack[];
}

/** Less of the target than that, or of all waiting, is not worth a word. */
const LEAST_SHARE = 0.03;
const LEAST_PART = 0.1;
/** Seconds. */
const LEAST = 0.001;
const MOST_PLACES = 3;
/** Functions of one chain whose waits agree to this part have one wait: the callee's. */
const SAME_WAIT = 0.9;
/** A function that waits for this part of its time is one that is about waiting. */
const MOSTLY = 0.5;
/** Where one place has that part of all waiting, it has all. */
const ALL = 0.97;

/** How much of the target's time was no work, and in which functions that was, where the capture tells. */
export function waiting(stats: Stats, target: Target, sidecar: Sidecar, suspended?: Suspended): Finding[] {
  if (target.how !== 'sidecar') return [];
  if (suspended === undefined) return ofThread(target, sidecar);
  const { active, waits } = suspended;
  const seconds = target.seconds - targetOf(active, sidecar).seconds;
  const [row] = target.rows;
  if (seconds < Math.max(LEAST, LEAST_SHARE * target.seconds)) return [];
  const root = waitTree(waits, sidecar.function);
  const worth = root.seconds * LEAST_PART;
  const places = placesOf(root, worth, new Suspension(stats, active), packageOf(sidecar)).slice(0, MOST_PLACES);
  const whole = `Of the method's ${target.seconds.toFixed(3)} s, ${seconds.toFixed(3)} s were waiting`;
  const rows = [row!, ...places.flatMap(({ frame }) => stats.rows.find((one) => keyOf(one) === keyOf(frame)) ?? [])];
  const sentence = `${whole}${where(places, root)}.`;
  return [{ kind: 'waiting', sentence, share: seconds / target.seconds, rows: rows.map(evidence) }];
}

function where(places: readonly WaitNode[], root: WaitNode): string {
  const [first] = places;
  if (first === undefined) return '';
  if (first.seconds >= ALL * root.seconds) return `, in ${describe(first.frame)}`;
  const parts = places.map(({ frame, seconds }, i) => {
    return `${seconds.toFixed(3)} s ${i === 0 ? 'of it ' : ''}in ${describe(frame)}`;
  });
  return `: ${parts.slice(0, -1).join(', ')}${parts.length > 1 ? ' and ' : ''}${parts.at(-1)}`;
}

/** A native thread is suspended by the kernel, which says for how long, and not in which function. */
function ofThread(target: Target, { engine, active, active_seconds: work, clock }: Sidecar): Finding[] {
  if (engine !== 'profkit' || active !== null || clock !== 'wall' || work === null) return [];
  const seconds = target.seconds - work;
  if (seconds < Math.max(LEAST, LEAST_SHARE * target.seconds)) return [];
  const sentence = `Of the method's ${target.seconds.toFixed(3)} s, its thread was on the CPU for ${work.toFixed(3)} s; for the rest it waited, for others or for its turn, and in which function is not known of threads (--engine sample shows where, --clock cpu the work).`;
  return [{ kind: 'waiting', sentence, share: seconds / target.seconds, rows: target.rows.map(evidence) }];
}

/**
 * The functions to name: from the target down as long as nearly all waiting is in one function, to the last one of the
 * target's own package (through a decorator of another, but not into a library), and where that is in several, in each the
 * first that mostly waits.
 */
function placesOf(root: WaitNode, worth: number, suspension: Suspension, inside: string): WaitNode[] {
  let at = root;
  for (let next: WaitNode | undefined = root; next; ) {
    if (next.frame.file.startsWith(inside)) at = next;
    const [most] = childrenOf(next);
    next = most !== undefined && most.seconds >= SAME_WAIT * at.seconds ? most : undefined;
  }
  const within = childrenOf(at).some(({ frame, seconds }) => seconds >= worth && frame.file.startsWith(inside));
  if (at !== root && !within) return [at];
  return branches(at, worth, suspension).sort((a, b) => b.seconds - a.seconds);
}

function branches(node: WaitNode, worth: number, suspension: Suspension): WaitNode[] {
  return childrenOf(node)
    .filter(({ seconds }) => seconds >= worth)
    .flatMap((child) => (suspension.mostly(child.frame) ? [child] : branches(child, worth, suspension)));
}

class Suspension {
  private readonly wall: Map<string, Row>;
  private readonly active: Map<string, Row>;

  constructor(wall: Stats, active: Stats) {
    [this.wall, this.active] = [wall, active].map(({ rows }) => new Map(rows.map((row) => [keyOf(row), row]))) as [
      Map<string, Row>,
      Map<string, Row>,
    ];
  }

  mostly(frame: FunctionName): boolean {
    const all = this.wall.get(keyOf(frame))?.ct ?? 0;
    return all - (this.active.get(keyOf(frame))?.ct ?? 0) >= MOSTLY * all;
  }
}

/** Where the files of the target's package are: the folder of its topmost one, or of its module where it is in none. */
function packageOf({ target, function: { file } }: Sidecar): string {
  const depth = target.split(':')[0]!.split('.').length + (/\/__init__\.py$/.test(file) ? 1 : 0);
  return `${file
    .split('/')
    .slice(0, -Math.max(depth - 1, 1))
    .join('/')}/`;
}
