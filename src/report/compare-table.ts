import type {
  CallsChange,
  Change,
  Comparison,
  FunctionChange,
  PackageChange,
  TimeChange,
} from '../profile/comparison.js';
import { textLength } from '../profile/text-order.js';
import { summaryLines } from './summary.js';
import { placeOf, shorten } from './table.js';

export const COMPARE_SORTS = ['cumtime', 'tottime', 'calls'] as const;
export type CompareSort = (typeof COMPARE_SORTS)[number];

export interface CompareTableOptions {
  readonly sort: CompareSort;
  readonly by: 'function' | 'package';
  /** How many rows at most. */
  readonly limit: number;
  readonly width: number;
}

/** One line of the table. */
interface Line {
  readonly place: string;
  readonly calls: CallsChange;
  readonly time: TimeChange;
  readonly word: string;
}

/** The functions or packages in the order of their change, the largest first. Packages have no cumulative time: their own stands for it. */
export function sortChanges<T extends FunctionChange | PackageChange>(changes: readonly T[], sort: CompareSort): T[] {
  const size = (one: T) => Math.abs(sort === 'calls' ? one.calls.difference : timeOf(one, sort).difference);
  return changes.toSorted((a, b) => size(b) - size(a));
}

/** The comparison as text: the answer in words, what to keep in mind, and the rows that changed. */
export function compareText(comparison: Comparison, options: CompareTableOptions): string {
  const { words, notes, target } = comparison;
  const [answer, ...others] = words;
  const points = [...others, ...activeWords(target.active), ...notes.map(({ sentence }) => sentence)];
  const wrapped = (sentences: readonly string[]) =>
    summaryLines(
      sentences.map((sentence) => ({ sentence })),
      Math.min(options.width, 120),
    );
  return [
    ...wrapped([answer!]).map((line) => line.slice(2)),
    '',
    ...wrapped(points),
    ...(points.length > 0 ? [''] : []),
    ...tableLines(comparison, options),
  ].join('\n');
}

function activeWords(active: TimeChange | null): string[] {
  if (active === null) return [];
  const { before, after } = active;
  return [
    `Without the time in which it waited: ${after.median.toFixed(3)} s instead of ${before.median.toFixed(3)} s.`,
  ];
}

function tableLines(comparison: Comparison, { sort, by, limit, width }: CompareTableOptions): string[] {
  const all = by === 'package' ? lines(comparison.packages, sort) : lines(comparison.functions, sort);
  const changed = all.filter(({ time, calls }) => time.difference !== 0 || calls.difference !== 0);
  // without repeats no time has a verdict: then the largest differences are shown for what they are
  const hasVerdicts = comparison.isComparable && comparison.rule !== 'none';
  const sure = hasVerdicts ? changed.filter(({ word }) => word !== '') : changed;
  const shown = sure.slice(0, limit);
  const what = by === 'package' ? 'package' : 'function';
  const hidden = [
    sure.length > shown.length && `${sure.length - shown.length} more differ`,
    changed.length > sure.length && `${changed.length - sure.length} differ no more than by chance`,
    all.length > changed.length && `${all.length - changed.length} the same`,
  ].filter(Boolean);
  const counted = `${all.length} ${what}s${hidden.length > 0 ? `: ${hidden.join(', ')}` : ''}.`;
  if (shown.length === 0) return [counted];
  return [...grid(shown, by === 'package' || sort === 'tottime' ? 'tottime' : 'cumtime', what, width), '', counted];
}

function lines(changes: readonly (FunctionChange | PackageChange)[], sort: CompareSort): Line[] {
  return sortChanges(changes, sort).map((one) => {
    const time = timeOf(one, sort);
    return { place: 'package' in one ? placeOf(one) : one.name, calls: one.calls, time, word: wordOf(one, time) };
  });
}

function timeOf(one: FunctionChange | PackageChange, sort: CompareSort): TimeChange {
  return 'cumtime' in one && sort !== 'tottime' ? one.cumtime : one.tottime;
}

function wordOf(one: FunctionChange | PackageChange, time: TimeChange): string {
  if ('verdict' in one && (one.verdict === 'gone' || one.verdict === 'new')) return one.verdict;
  if ('isUnsure' in one && one.isUnsure) return '';
  if (time.verdict !== 'unclear') return time.verdict;
  return one.calls.verdict === 'fewer' || one.calls.verdict === 'more' ? one.calls.verdict : '';
}

function grid(shown: readonly Line[], seconds: 'cumtime' | 'tottime', what: string, width: number): string[] {
  const hasSpread = shown.some(({ time }) => time.spread !== null);
  const head = ['calls', '', seconds, '', 'change', ...(hasSpread ? ['spread'] : []), 'verdict', what];
  const rows = shown.map(({ place, calls, time, word }) => [
    count(calls.before.median),
    `→ ${count(calls.after.median)}`,
    fixed(time.before.median),
    `→ ${fixed(time.after.median)}`,
    signed(time),
    ...(hasSpread ? [time.spread === null ? '' : fixed(time.spread)] : []),
    word,
    place,
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => textLength(row[i]!))));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  const room = Math.max(width - before, LEAST_PLACE);
  return [head, ...rows].map((cells) => {
    const put = cells.map((cell, i) =>
      i === cells.length - 1 ? shorten(printable(cell), room) : align(cell, widths[i]!, i),
    );
    return put.join('  ').trimEnd();
  });
}

const LEAST_PLACE = 24;

/** Figures to the right, words and what follows an arrow to the left. */
function align(cell: string, width: number, column: number): string {
  return /^(?:→|[a-z])/.test(cell) && column !== 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** Control characters would move the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be found
const printable = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');

const fixed = (seconds: number): string => seconds.toFixed(3);
const count = (calls: number): string => (calls < 0 ? '?' : Number.isInteger(calls) ? `${calls}` : calls.toFixed(1));
const signed = ({ difference }: Change): string => `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(3)}`;
