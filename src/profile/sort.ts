import { standardName } from './standard-name.js';
import type { Row, Stats } from './stats.js';
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

type Compare = (a: Row, b: Row, names: readonly string[]) => number;
type SortDefinition = { readonly label: string; readonly compare: Compare };

const byCalls: Compare = (a, b) => b.nc - a.nc;
const byCumulative: Compare = (a, b) => b.ct - a.ct;
const byTime: Compare = (a, b) => b.tt - a.tt;
const byFile: Compare = (a, b) => compareText(a.file, b.file);
const byLine: Compare = (a, b) => a.line - b.line;
const byName: Compare = (a, b) => compareText(a.name, b.name);
const byNameFileLine: Compare = (a, b, names) => byName(a, b, names) || byFile(a, b, names) || byLine(a, b, names);
const byStandardName: Compare = (a, b, names) => compareText(names[a.id]!, names[b.id]!);

/** Every sort key, in the order in which pstats lists them, with the words it prints for it. */
export const SORT_KEYS: ReadonlyMap<string, SortDefinition> = new Map<string, SortDefinition>([
  ['calls', { label: 'call count', compare: byCalls }],
  ['ncalls', { label: 'call count', compare: byCalls }],
  ['cumtime', { label: 'cumulative time', compare: byCumulative }],
  ['cumulative', { label: 'cumulative time', compare: byCumulative }],
  ['filename', { label: 'file name', compare: byFile }],
  ['line', { label: 'line number', compare: byLine }],
  ['module', { label: 'file name', compare: byFile }],
  ['name', { label: 'function name', compare: byName }],
  ['nfl', { label: 'name/file/line', compare: byNameFileLine }],
  ['pcalls', { label: 'primitive call count', compare: (a, b) => b.cc - a.cc }],
  ['stdname', { label: 'standard name', compare: byStandardName }],
  ['time', { label: 'internal time', compare: byTime }],
  ['tottime', { label: 'internal time', compare: byTime }],
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
  const needNames = definitions.some(({ compare }) => compare === byStandardName);
  const names = needNames ? stats.rows.map(standardName) : [];
  const rows = [...stats.rows].sort((a, b) => {
    for (const { compare } of definitions) {
      const order = compare(a, b, names);
      if (order !== 0) return order;
    }
    return 0;
  });
  return { ids: rows.map((row) => row.id), label: definitions.map(({ label }) => label).join(', ') };
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
