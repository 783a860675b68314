import { type CallShares, callShares } from './call-shares.js';
import { HeaviestFirst } from './heaviest-first.js';
import type { Stats } from './stats.js';

/** What stands for all that a function called and that has no stacks of its own. */
export const THE_REST = -1;

/** One stack: that of the node at `parent`, and one function more. */
interface StackNode {
  /** Index into `Stats.names`, or THE_REST. */
  readonly id: number;
  /** Index into `StackEstimate.nodes`, -1 at the root of a stack. */
  readonly parent: number;
  /** In just this stack. */
  readonly seconds: number;
  readonly calls: number;
}

export interface StackEstimate {
  /** Each after its parent, and all of one parent together. */
  readonly nodes: readonly StackNode[];
  /** All own time of the profile: what the stacks add up to. */
  readonly seconds: number;
  /** The part of it in stacks that only estimate who called whom: some function in them has several callers. */
  readonly guessed: number;
  /** Functions with negative own time, as a clock that goes back makes them: counted as none. */
  readonly negative: number;
}

interface StackBounds {
  readonly stacks: number;
  readonly depth: number;
}

const BOUNDS: StackBounds = { stacks: 10_000, depth: 250 };
/** A stack with less than this part of all time is with the rest. */
const LEAST = 1e-6;

/**
 * Stacks, made up from who called whom: a profile does not keep any. The time of a function is shared out among its callers,
 * theirs among their callers, and so on. Where each has one caller that is exact; else it is an estimate, as if what a
 * function calls did not depend on who called it. Recursion stands in the stack once. The heaviest stacks are told
 * apart, as many as `bounds` allow; what else a function called is one stack below it. So all time is there, once.
 */
export function estimateStacks(stats: Stats, bounds = BOUNDS): StackEstimate {
  return new Expansion(stats, bounds).estimate();
}

/** A function in a context, and its part of the function's own time, of the time below it, and of its calls. */
interface Place {
  readonly id: number;
  readonly parent: number;
  readonly depth: number;
  readonly own: number;
  readonly below: number;
  readonly calls: number;
  readonly isCertain: boolean;
}

/** The callee at `index` of the sorted callees of the place at `caller`. */
interface Candidate {
  readonly caller: number;
  readonly index: number;
  readonly weight: number;
}

/** What a function calls, the heaviest first, and from each on the sums to the end. */
interface Callees {
  readonly edges: readonly number[];
  readonly seconds: Float64Array;
  readonly calls: Float64Array;
}

class Expansion {
  private readonly shares: CallShares;
  private readonly bounds: StackBounds;
  private readonly own: Float64Array;
  private readonly calls: Float64Array;
  private readonly below: Float64Array;
  private readonly callsBelow: Float64Array;
  private readonly sorted = new Map<number, Callees>();
  private readonly places: Place[] = [];
  /** By place: how many of its callees have places of their own. */
  private readonly taken: number[] = [];
  private readonly queue = new HeaviestFirst<Candidate>();
  private readonly negative: number;

  constructor(stats: Stats, bounds: StackBounds) {
    const { nc, tt } = stats.columns;
    this.shares = callShares(stats);
    this.bounds = bounds;
    const nodes = this.shares.outside + 1;
    this.own = new Float64Array(nodes);
    this.calls = new Float64Array(nodes);
    tt.forEach((seconds, row) => {
      this.own[row] = Math.max(0, seconds);
      this.calls[row] = Math.max(0, nc[row]!);
    });
    this.negative = tt.reduce((count, seconds) => count + (seconds < 0 ? 1 : 0), 0);
    this.below = new Float64Array(nodes);
    this.callsBelow = new Float64Array(nodes);
    this.addUp();
  }

  estimate(): StackEstimate {
    const { outside } = this.shares;
    this.place({ id: outside, parent: -1, depth: 0, own: 1, below: 1, calls: 1, isCertain: true });
    for (let next = this.queue.pop(); next; next = this.queue.pop()) {
      if (this.places.length > this.bounds.stacks) break;
      this.take(next);
    }
    const nodes = this.inOrder();
    const seconds = this.own.reduce((sum, one) => sum + one, 0);
    const certain = this.places.reduce((sum, { id, own, isCertain }) => sum + (isCertain ? own * this.own[id]! : 0), 0);
    // Rounding alone is no guess.
    const guessed = seconds - certain > 1e-9 * seconds ? seconds - certain : 0;
    return { nodes, seconds, guessed, negative: this.negative };
  }

  /** Callees before their callers: what is below each function, by the shares. */
  private addUp(): void {
    const { order, from } = this.shares;
    for (let i = order.length - 1; i >= 0; i--) {
      const node = order[i]!;
      for (let edge = from[node]!; edge < from[node + 1]!; edge++) {
        this.below[node]! += this.secondsOf(edge);
        this.callsBelow[node]! += this.callsOf(edge);
      }
    }
  }

  private secondsOf(edge: number): number {
    const { callee, own, below } = this.shares;
    const to = callee[edge]!;
    return own[edge]! * this.own[to]! + below[edge]! * this.below[to]!;
  }

  private callsOf(edge: number): number {
    const { callee, calls, below } = this.shares;
    const to = callee[edge]!;
    return calls[edge]! * this.calls[to]! + below[edge]! * this.callsBelow[to]!;
  }

  private place(place: Place): void {
    const at = this.places.push(place) - 1;
    this.taken.push(0);
    if (place.depth < this.bounds.depth) this.offer(at, 0);
  }

  private offer(caller: number, index: number): void {
    const { id, below } = this.places[caller]!;
    const edge = this.callees(id).edges[index];
    if (edge === undefined) return;
    const weight = below * this.secondsOf(edge);
    if (weight > LEAST * this.below[this.shares.outside]!) this.queue.push({ caller, index, weight });
  }

  private take({ caller, index }: Candidate): void {
    const { id, below, depth, isCertain } = this.places[caller]!;
    const edge = this.callees(id).edges[index]!;
    this.taken[caller] = index + 1;
    this.offer(caller, index + 1);
    const { callee, own, below: share, calls, isCertain: certain } = this.shares;
    const to = callee[edge]!;
    this.place({
      id: to,
      parent: caller,
      depth: depth + 1,
      own: below * own[edge]!,
      below: below * share[edge]!,
      calls: below * calls[edge]!,
      isCertain: isCertain && certain[to] === 1,
    });
  }

  private callees(id: number): Callees {
    let found = this.sorted.get(id);
    if (found === undefined) {
      found = this.sortedCallees(id);
      this.sorted.set(id, found);
    }
    return found;
  }

  private sortedCallees(id: number): Callees {
    const { from } = this.shares;
    const all = Array.from({ length: from[id + 1]! - from[id]! }, (_, i) => from[id]! + i);
    const weight = new Map(all.map((edge) => [edge, this.secondsOf(edge)]));
    const edges = all.sort((a, b) => weight.get(b)! - weight.get(a)!);
    const seconds = new Float64Array(edges.length + 1);
    const calls = new Float64Array(edges.length + 1);
    for (let i = edges.length - 1; i >= 0; i--) {
      seconds[i] = seconds[i + 1]! + weight.get(edges[i]!)!;
      calls[i] = calls[i + 1]! + this.callsOf(edges[i]!);
    }
    return { edges, seconds, calls };
  }

  /** Depth first, the heaviest first, as a picture shows them; what is outside has no node. */
  private inOrder(): StackNode[] {
    const children = this.places.map((): number[] => []);
    for (let at = 1; at < this.places.length; at++) children[this.places[at]!.parent]!.push(at);
    const nodes: StackNode[] = [];
    const open: { at: number; parent: number; isRest: boolean }[] = [{ at: 0, parent: -1, isRest: false }];
    for (let next = open.pop(); next; next = open.pop()) {
      if (next.isRest) {
        const rest = this.restOf(next.at);
        if (rest.seconds > 0 || rest.calls > 0) nodes.push({ id: THE_REST, parent: next.parent, ...rest });
        continue;
      }
      const { id, own, calls } = this.places[next.at]!;
      let parent = -1;
      if (id !== this.shares.outside) {
        const node = { id, parent: next.parent, seconds: own * this.own[id]!, calls: calls * this.calls[id]! };
        parent = nodes.push(node) - 1;
      }
      open.push({ at: next.at, parent, isRest: true });
      for (const child of children[next.at]!.toReversed()) open.push({ at: child, parent, isRest: false });
    }
    return nodes;
  }

  private restOf(at: number): { seconds: number; calls: number } {
    const { id, below } = this.places[at]!;
    const { seconds, calls } = this.callees(id);
    const taken = this.taken[at]!;
    return { seconds: below * seconds[taken]!, calls: below * calls[taken]! };
  }
}
