/** A function that has its name alone in its file, before and after: where others have moved is judged by these. */
export interface Anchor {
  readonly before: number;
  readonly after: number;
}

/** One file's anchors. */
export class Anchors {
  private readonly sorted: readonly Anchor[];
  /** Lines of those that stand where they stood. */
  private readonly still: readonly number[];

  constructor(anchors: readonly Anchor[]) {
    this.sorted = anchors.toSorted((a, b) => a.before - b.before);
    this.still = this.sorted.filter(({ before, after }) => before === after).map(({ before }) => before);
  }

  /** Nothing says that the file was edited, and something that it was not. */
  get isUnchanged(): boolean {
    return this.sorted.length > 0 && this.still.length === this.sorted.length;
  }

  /** Did a function that did not move stand between? Then nothing moved from one line to the other. */
  isCrossed(before: number, after: number): boolean {
    const [low, high] = [Math.min(before, after), Math.max(before, after)];
    const next = this.still[lowerBound(this.still, low + 1, (line) => line)];
    return next !== undefined && next < high;
  }

  /** The lines where a function may be now, by the functions around it. */
  expected(line: number): Set<number> {
    const next = lowerBound(this.sorted, line, ({ before }) => before);
    const around = [this.sorted[next - 1], this.sorted[next]].filter((one) => one !== undefined);
    return new Set(around.map(({ before, after }) => line + after - before));
  }
}

/**
 * Pairs functions of one name in one file by where they stand. Indexes into both, and whether those that are left over are
 * sure to be others: not where nothing tells which is which.
 */
export function matchLines(
  before: readonly number[],
  after: readonly number[],
  anchors: Anchors,
): { pairs: [number, number][]; areOthers: boolean } {
  const pairs: [number, number][] = [];
  const free = new Map(after.map((line, i) => [line, i]));
  const left: number[] = [];
  for (const [i, line] of before.entries()) {
    const there = [...anchors.expected(line)].filter((one) => free.has(one));
    if (there.length === 1) {
      pairs.push([i, free.get(there[0]!)!]);
      free.delete(there[0]!);
    } else left.push(i);
  }
  const right = [...free.values()];
  if (left.length === 0 || right.length === 0 || anchors.isUnchanged) return { pairs, areOthers: true };
  if (left.length !== right.length) return { pairs, areOthers: false };
  left.sort((a, b) => before[a]! - before[b]!);
  right.sort((a, b) => after[a]! - after[b]!);
  return { pairs: [...pairs, ...left.map((one, i): [number, number] => [one, right[i]!])], areOthers: true };
}

function lowerBound<T>(sorted: readonly T[], least: number, value: (one: T) => number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(sorted[middle]!) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
