/** Several measurements of one thing. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** From so many values on, the lowest and the highest do not count as spread: there is always one that was disturbed. */
const MANY = 5;

/** Of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: medianOf(sorted), least: sorted[0]!, most: sorted.at(-1)! };
}

/** How far the values are apart: the range, from five on without the lowest and the highest. Sorted values. */
export function widthOf(sorted: readonly number[]): number {
  return sorted.length < MANY ? sorted.at(-1)! - sorted[0]! : sorted.at(-2)! - sorted[1]!;
}

/** Sorted values, at least one. */
export function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
