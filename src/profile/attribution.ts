import { below } from './below.js';
import type { Stats } from './stats.js';
import type { Target } from './target.js';

/** Rounds after which what is still changing is cycles of functions that call each other: what is left is small. */
const MOST_ROUNDS = 40;
const ENOUGH = 1e-4;

/**
 * The target's own time, and that of all it called, by label: seconds. A function with a label of its own counts as that; one
 * without is shared out among the labels of its callers, by the time that it took for each, or by their calls where the profile
 * does not know it. Of a function that was called from elsewhere too, only the target's part counts. Where a function has several
 * callers that is an estimate, exact for the direct ones alone.
 * @param apart a function's own label where that would be `own`: it gives none to what it calls
 */
export function attribute(
  stats: Stats,
  target: Target,
  labelOf: (id: number) => string | undefined,
  own: string,
  apart: (id: number) => string | undefined = () => undefined,
): Map<string, number> {
  const labels = [own];
  const numbers = new Map([[own, 0]]);
  const { nc, tt } = stats.columns;
  const fixed = Array.from(nc, (_, id) => {
    const label = labelOf(id);
    if (label === undefined) return -1;
    let number = numbers.get(label);
    if (number === undefined) {
      number = labels.push(label) - 1;
      numbers.set(label, number);
    }
    return number;
  });
  const parts = partsOf(stats, target, fixed, labels.length);
  const seconds = new Float64Array(labels.length);
  for (let id = 0; id < nc.length; id++) {
    for (let label = 0; label < labels.length; label++) seconds[label]! += tt[id]! * parts[id * labels.length + label]!;
  }
  const found = new Map(labels.map((label, i) => [label, seconds[i]!]));
  for (let id = 0; id < nc.length; id++) {
    const label = fixed[id]! < 0 && parts[id * labels.length]! > 0 ? apart(id) : undefined;
    if (label === undefined) continue;
    const moved = tt[id]! * parts[id * labels.length]!;
    found.set(own, found.get(own)! - moved);
    found.set(label, (found.get(label) ?? 0) + moved);
  }
  return found;
}

/** By row and label, what part of the row is the target's and of that label: 0 to 1. */
function partsOf(stats: Stats, target: Target, fixed: readonly number[], width: number): Float64Array {
  const { nc, edgeFrom, caller } = stats.columns;
  const rows = nc.length;
  const parts = new Float64Array(rows * width);
  const tops = new Set(target.rows.map(({ id }) => id));
  for (const id of tops) parts[id * width + Math.max(fixed[id]!, 0)] = 1;
  const weights = weightsOf(stats);
  // most get what they get in the first round, for their callers come before them
  const order = below(stats, target).slice(tops.size);
  const mixed = new Float64Array(width);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let change = 0;
    for (const id of order) {
      mixed.fill(0);
      for (let i = edgeFrom[id]!; i < edgeFrom[id + 1]!; i++) {
        const from = caller[i]!;
        if (from >= rows) continue;
        for (let label = 0; label < width; label++) mixed[label]! += weights[i]! * parts[from * width + label]!;
      }
      const label = fixed[id]!;
      if (label >= 0) {
        const all = mixed.reduce((sum, part) => sum + part, 0);
        mixed.fill(0);
        mixed[label] = all;
      }
      for (let k = 0; k < width; k++) {
        change = Math.max(change, Math.abs(parts[id * width + k]! - mixed[k]!));
        parts[id * width + k] = mixed[k]!;
      }
    }
    if (change < ENOUGH) break;
  }
  return parts;
}

/** By edge, what part of the function was for that caller: by time where it is known, else by calls. Itself is no caller. */
function weightsOf({ columns }: Stats): Float64Array {
  const { nc, edgeFrom, caller, edgeNc, times } = columns;
  const weights = new Float64Array(caller.length);
  for (let id = 0; id < nc.length; id++) {
    const [from, to] = [edgeFrom[id]!, edgeFrom[id + 1]!];
    for (const figure of [times?.ct, edgeNc]) {
      if (figure === undefined) continue;
      let sum = 0;
      for (let i = from; i < to; i++) sum += caller[i] === id ? 0 : Math.max(figure[i]!, 0);
      if (!(sum > 0)) continue;
      for (let i = from; i < to; i++) weights[i] = caller[i] === id ? 0 : Math.max(figure[i]!, 0) / sum;
      break;
    }
  }
  return weights;
}
