import { standardName } from './standard-name.js';
import type { Stats } from './stats.js';
import { compareText } from './text-order.js';

/** Rows in an order, and the words for it that stand above the table. */
export interface Order {
  readonly ids: readonly number[];
  readonly label: string;
}

/** A key that pstats does not know, or a prefix that several keys share. */
export class SortKeyError extends Error {
  override readonly name = 'SortKeyError';
}

type Compare = (a: number, b: number) => number;
/** `of` makes the comparison of two ids, with what it needs of the profile at hand. */
type SortDefinition = { readonly label: string; readonly figure?: Figure; readonly of: (stats: Stats) => Compare };
type Figure = 'nc' | 'cc' | 'tt' | 'ct';

/** The most first. */
const most = (figure: Figure): { figure: Figure; of: SortDefinition['of'] } => ({
  figure,
  of: ({ columns }) => {
    const figures = columns[figure];
    return (a, b) => figures[b]! - figures[a]!;
  },
});
const byFile =
  ({ names }: Stats): Compare =>
  (a, b) =>
    compareText(names[a]!.file, names[b]!.file);
const byLine =
  ({ names }: Stats): Compare =>
  (a, b) =>
    names[a]!.line - names[b]!.line;
const byName =
  ({ names }: Stats): Compare =>
  (a, b) =>
    compareText(names[a]!.name, names[b]!.name);
const byNameFileLine = (stats: Stats): Compare => inTurn([byName(stats), byFile(stats), byLine(stats)]);
const byStandardName = ({ names }: Stats): Compare => {
  const printed = names.map(standardName);
  return (a, b) => compareText(printed[a]!, printed[b]!);
};

/** Every sort key, in the order in which pstats lists them, with the words it prints for it. */
export const SORT_KEYS: ReadonlyMap<string, SortDefinition> = new Map<string, SortDefinition>([
  ['calls', { label: 'call count', ...most('nc') }],
  ['ncalls', { label: 'call count', ...most('nc') }],
  ['cumtime', { label: 'cumulative time', ...most('ct') }],
  ['cumulative', { label: 'cumulative time', ...most('ct') }],
  ['filename', { label: 'file name', of: byFile }],
  ['line', { label: 'line number', of: byLine }],
  ['module', { label: 'file name', of: byFile }],
  ['name', { label: 'function name', of: byName }],
  ['nfl', { label: 'name/file/line', of: byNameFileLine }],
  ['pcalls', { label: 'primitive call count', ...most('cc') }],
  ['stdname', { label: 'standard name', of: byStandardName }],
  ['time', { label: 'internal time', ...most('tt') }],
  ['tottime', { label: 'internal time', ...most('tt') }],
]);

const abbreviations = expand([...SORT_KEYS.keys()]);

/** The full key for a key or an unambiguous beginning of one, as pstats takes them; undefined where there is none. */
export function sortKey(word: string): string | undefined {
  return abbreviations.get(word);
}

/**
 * Sorts by several keys, the first one first. Rows that are equal in all keep the order of the file.
 * @throws SortKeyError naming the keys there are.
 */
export function sortStats(stats: Stats, words: readonly [string, ...string[]]): Order {
  const definitions = words.map(definition);
  const [{ figure, label }] = definitions as [SortDefinition];
  if (definitions.length === 1 && figure !== undefined) return { ids: descending(stats.columns[figure]), label };
  const ids = Array.from(stats.columns.nc, (_, id) => id);
  ids.sort(inTurn(definitions.map((one) => one.of(stats))));
  return { ids, label: definitions.map(({ label }) => label).join(', ') };
}

/**
 * Ids by their figure, the most first, equal ones in their order. Without a comparison: figures alone are sorted natively, which
 * says where each value begins.
 */
function descending(figures: Float64Array): number[] {
  const sorted = Float64Array.from(figures).sort();
  const count = sorted.length;
  const next = new Map<number, number>();
  for (let i = 0; i < count; i++) next.set(sorted[i]!, count - 1 - i); // the last one is the first of its equals
  const ids = new Array<number>(count);
  for (let id = 0; id < count; id++) {
    const at = next.get(figures[id]!)!;
    ids[at] = id;
    next.set(figures[id]!, at + 1);
  }
  return ids;
}

/** The first that tells two apart decides. */
function inTurn(all: readonly Compare[]): Compare {
  const [only] = all;
  if (all.length === 1) return only!;
  return (a, b) => {
    for (const compare of all) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** The same the other way round, under the same words, as pstats has it. */
export function reverseOrder({ ids, label }: Order): Order {
  return { ids: ids.toReversed(), label };
}

function definition(word: string): SortDefinition {
  const found = SORT_KEYS.get(sortKey(word) ?? '');
  if (found === undefined) {
    throw new SortKeyError(`no sort key is called "${word}". There are ${[...SORT_KEYS.keys()].join(', ')}.`);
  }
  return found;
}

/**
 * pstats shortens each key until it meets a beginning that is taken; only that one is given up as ambiguous, so "cu" still
 * means cumtime although "cum" means nothing. Odd, but scripts type these.
 */
function expand(keys: readonly string[]): Map<string, string> {
  const meaning = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const key of keys) {
    let length = key.length;
    while (length > 0 && !meaning.has(key.slice(0, length))) meaning.set(key.slice(0, length--), key);
    if (length > 0) ambiguous.add(key.slice(0, length));
  }
  for (const beginning of ambiguous) meaning.delete(beginning);
  return meaning;
}
