import { CallersShape } from './callers-shape.js';
import { count, seconds } from './figures.js';
import { KeyedNames } from './keyed-names.js';
import { MarshalDict, type MarshalValue } from './marshal.js';
import { standardName } from './standard-name.js';
import type { FunctionName, Row, Stats } from './stats.js';
import { StatsError } from './stats-error.js';
import { totalsOf } from './totals.js';

type Entry = readonly [key: MarshalValue, value: MarshalValue];

/**
 * Makes the model out of what a profile's file holds: a dict of (file, line, name) to (cc, nc, tt, ct, callers).
 * @throws StatsError saying which row is wrong and how.
 */
export function shapeStats(value: MarshalValue): Stats {
  if (!(value instanceof MarshalDict))
    throw new StatsError('a profile is a dict of functions, and this file holds none');
  const entries = entriesOf(value);
  if (entries.length === 0) throw new StatsError('the profile is empty: nothing ran while it was taken');
  const keyed = new KeyedNames();
  const { names } = keyed.table;
  // Every row's name comes before any caller's, so that a row's id is its place in the file.
  for (let i = 0; i < entries.length; i++) {
    const id = at(i, undefined, () => keyed.id(entries[i]![0]));
    if (id !== i) throw new StatsError(`row ${i + 1}: ${standardName(names[id]!)} has a row already`);
  }
  const callers = new CallersShape(keyed);
  const rows = entries.map(([, row], id) => at(id, names[id]!, () => shapeRow(row, id, names[id]!, callers)));
  return { rows, names, totals: totalsOf(rows, names) };
}

/** Says where an error was met. The words are put together only then: a large profile has half a million places. */
function at<T>(id: number, name: FunctionName | undefined, shape: () => T): T {
  try {
    return shape();
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    throw new StatsError(`row ${id + 1}${name === undefined ? '' : `, ${standardName(name)}`}: ${error.message}`);
  }
}

// Python 3.15's sampling profiler marks its files with one key that is no function: ("__sampled__",).
function entriesOf(dict: MarshalDict): Entry[] {
  const entries: Entry[] = dict.keys.map((key, i) => [key, dict.values[i]!]);
  return entries.filter(([key]) => !(Array.isArray(key) && key.length === 1 && key[0] === '__sampled__'));
}

function shapeRow(value: MarshalValue, id: number, { file, line, name }: FunctionName, shape: CallersShape): Row {
  if (!Array.isArray(value) || value.length !== 5) throw new StatsError('not a tuple of five');
  const [cc, nc, tt, ct, callers] = value as readonly MarshalValue[];
  return {
    id,
    file,
    line,
    name,
    cc: count(cc, 'the number of primitive calls'),
    nc: count(nc, 'the number of calls'),
    tt: seconds(tt, 'own time'),
    ct: seconds(ct, 'cumulative time'),
    callers: shape.edges(callers),
  };
}
