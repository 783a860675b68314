import type { FunctionName, Row, Totals } from './stats.js';

/** Adds up the rows in their order, and finds what pstats calls top-level. `names` is `Stats.names`. */
export function totalsOf(rows: readonly Row[], names: readonly FunctionName[]): Totals {
  const root = names.findIndex(({ file, line, name }) => file === 'jprofile' && line === 0 && name === 'profiler');
  const topLevel: number[] = [];
  let calls = 0;
  let primitiveCalls = 0;
  let seconds = 0;
  for (const row of rows) {
    calls += row.nc;
    primitiveCalls += row.cc;
    seconds += row.tt;
    if (root >= 0 && row.callers.some((edge) => edge.caller === root)) topLevel.push(row.id);
  }
  return { calls, primitiveCalls, seconds, topLevel };
}
