import { ColumnStats } from './column-stats.js';
import { type Columns, edgeTimes } from './columns.js';
import { NameTable } from './name-table.js';
import type { FunctionName, Row, Stats, Totals } from './stats.js';

/**
 * A profile of rows that did not come from a file: added, stripped, or made by hand. `rows[i].id` has to be `i`, and `names` as
 * in `Stats`. `totals` where they are not the sums of the rows.
 */
export function statsOf(rows: readonly Row[], names: readonly FunctionName[], totals?: Totals): Stats {
  const table = new NameTable();
  for (const { file, line, name } of names) table.id({ file, line, name });
  return new ColumnStats(columnsOf(rows), table, totals);
}

function columnsOf(rows: readonly Row[]): Columns {
  const edges = rows.reduce((sum, { callers }) => sum + callers.length, 0);
  const timed = rows.some(({ callers }) => callers.some(({ ct }) => ct !== undefined));
  const times = timed ? edgeTimes(edges) : undefined;
  const columns = {
    cc: Float64Array.from(rows, (row) => row.cc),
    nc: Float64Array.from(rows, (row) => row.nc),
    tt: Float64Array.from(rows, (row) => row.tt),
    ct: Float64Array.from(rows, (row) => row.ct),
    edgeFrom: new Int32Array(rows.length + 1),
    caller: new Int32Array(edges),
    edgeNc: new Float64Array(edges),
    times,
  };
  let at = 0;
  rows.forEach(({ callers }, id) => {
    for (const { caller, nc, cc, tt, ct } of callers) {
      columns.caller[at] = caller;
      columns.edgeNc[at] = nc;
      if (times !== undefined) {
        times.cc[at] = cc ?? Number.NaN;
        times.tt[at] = tt ?? Number.NaN;
        times.ct[at] = ct ?? Number.NaN;
      }
      at++;
    }
    columns.edgeFrom[id + 1] = at;
  });
  return columns;
}
