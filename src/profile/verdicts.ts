import { relabelings, ways } from './relabelings.js';
import { medianOf, widthOf } from './spread.js';

export type TimeVerdict = 'faster' | 'slower' | 'unclear';

/** One function's seconds in each capture. */
export interface Series {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** In so many of 100 comparisons of captures that do not differ, there may be a verdict on any of a family. */
const CHANCE = 0.05;
/** Numbers that were added in another order are the same number. */
const ROUNDING = 1e-9;

/**
 * How verdicts come about with so many captures a side. `none`: a side has one, so nothing says how much times vary.
 * `apart`: few, so ranges have to be far apart. `exchange`: all captures are exchanged between the sides.
 */
export function ruleFor(before: number, after: number): 'none' | 'apart' | 'exchange' {
  if (before < 2 || after < 2) return 'none';
  const alike = before === after ? 2 : 1; // exchanging all for all gives the same difference
  return alike / ways(before, before + after) <= CHANCE ? 'exchange' : 'apart';
}

/**
 * Which of the series differ by more than chance. All have a difference of medians that is larger than the larger of both
 * sides' spreads (see `widthOf`) and `least` together. Further, by the rule:
 *
 * `exchange`: a permutation test of the whole family, by its largest member (Westfall and Young's step-down maxT): the
 * captures are exchanged between the sides in all ways, and a difference counts if not more than 5 % of them show one as
 * large, relative to its standard deviation, in any series. So in at most 5 of 100 comparisons of what does not differ is there any verdict.
 *
 * `apart`: the ranges do not overlap, and what lies between them is larger than either; twice as large where both sides have two.
 */
export function verdictsOf(family: readonly Series[], least: number): TimeVerdict[] {
  const verdicts = family.map((): TimeVerdict => 'unclear');
  const [first] = family;
  const rule = ruleFor(first?.before.length ?? 0, first?.after.length ?? 0);
  if (rule === 'none') return verdicts;
  // whoever is called what, a difference cannot be larger than that of the extremes: the others cannot count
  const worth = [...family.keys()].filter((i) => {
    const range = rangeOf(family[i]!);
    return range > least && Number.isFinite(range);
  });
  const test = rule === 'exchange' ? exchanged(family, worth, least) : worth.filter((i) => isApart(family[i]!));
  for (const i of test)
    if (isBeyondSpread(family[i]!, least)) verdicts[i] = difference(family[i]!) < 0 ? 'faster' : 'slower';
  return verdicts;
}

function exchanged(family: readonly Series[], worth: readonly number[], least: number): number[] {
  if (worth.length === 0) return [];
  const [{ before, after }] = family as [Series];
  const labels = relabelings(before.length, before.length + after.length);
  const tables = worth.map((i) => excesses(family[i]!, labels, least));
  const real = new Set<number>();
  for (let found = -1; found !== real.size; ) {
    found = real.size;
    const open = [...tables.keys()].filter((i) => !real.has(i));
    const largest = labels.map((_, way) => open.reduce((most, i) => Math.max(most, tables[i]![way]!), 0));
    for (const i of open) {
      const seen = tables[i]![0]!;
      const alike = largest.filter((one) => one >= seen - ROUNDING).length;
      if (alike / labels.length <= CHANCE) real.add(i);
    }
  }
  return [...real].map((i) => worth[i]!);
}

/**
 * By labelling, the difference of means as a multiple of the standard deviation and `least`. Means, for a median is not moved
 * by exchanging one capture, so that a test by it sees little.
 */
function excesses({ before, after }: Series, labels: readonly number[][], least: number): Float64Array {
  const values = [...before, ...after];
  const mean = sum(values) / values.length;
  const around = values.map((value) => value - mean);
  const squares = sum(around.map((value) => value * value));
  const [first, second] = [before.length, after.length];
  return Float64Array.from(labels, (chosen) => {
    const left = chosen.reduce((total, i) => total + around[i]!, 0); // that of the others is the same, below 0
    const within = Math.max(squares - left * left * (1 / first + 1 / second), 0);
    return (Math.abs(left) * (1 / first + 1 / second)) / (Math.sqrt(within / (first + second - 2)) + least);
  });
}

function isBeyondSpread({ before, after }: Series, least: number): boolean {
  const [left, right] = [before.toSorted((a, b) => a - b), after.toSorted((a, b) => a - b)];
  return Math.abs(medianOf(right) - medianOf(left)) > Math.max(widthOf(left), widthOf(right)) + least;
}

function isApart({ before, after }: Series): boolean {
  const gap = Math.max(Math.min(...after) - Math.max(...before), Math.min(...before) - Math.max(...after));
  const range = Math.max(rangeOf({ before, after: [] }), rangeOf({ before: after, after: [] }));
  return gap > (before.length + after.length === 4 ? 2 * range : range);
}

function rangeOf({ before, after }: Series): number {
  const all = [...before, ...after];
  return Math.max(...all) - Math.min(...all);
}

function difference({ before, after }: Series): number {
  return medianOf(after.toSorted((a, b) => a - b)) - medianOf(before.toSorted((a, b) => a - b));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
