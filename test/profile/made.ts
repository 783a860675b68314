import { NameTable } from '../../src/profile/name-table.js';
import type { FunctionName, Row, Stats } from '../../src/profile/stats.js';
import { statsOf } from '../../src/profile/stats-of.js';

/** A function by its place: `/l/dist-packages/nova/a.py:3 go`, or a C function by its name alone. */
function named(place: string): FunctionName {
  const [, file, line, name] = /^(\S+):(\d+) (.+)$/.exec(place) ?? [];
  return file === undefined ? { file: '~', line: 0, name: place } : { file, line: Number(line), name: name! };
}

export interface Call {
  from: string;
  to: string;
  nc?: number;
  /** Seconds in these calls, and in the function itself; none where the profiler knows counts alone. */
  ct?: number;
  tt?: number;
}

/** A profile of calls between functions, each with its seconds; what nothing calls is called once and takes what `roots` says. */
export function made(roots: Record<string, { tt: number; ct: number }>, calls: readonly Call[]): Stats {
  const table = new NameTable();
  for (const place of Object.keys(roots)) table.id(named(place));
  for (const { to } of calls) table.id(named(to));
  for (const { from } of calls) table.id(named(from));
  const rows = table.names.map((name, id): Row => {
    const mine = calls.filter(({ to }) => table.id(named(to)) === id);
    const root = Object.entries(roots).find(([place]) => table.id(named(place)) === id)?.[1];
    const sum = (figure: 'nc' | 'tt' | 'ct', none: number) =>
      mine.reduce((total, one) => total + (one[figure] ?? none), 0);
    const callers = mine.map(({ from, nc = 1, tt, ct }) => {
      return {
        caller: table.id(named(from)),
        nc,
        cc: ct === undefined ? undefined : nc,
        tt: ct === undefined ? undefined : (tt ?? 0),
        ct,
      };
    });
    const nc = sum('nc', 1) + (root ? 1 : 0);
    return { ...name, id, nc, cc: nc, tt: sum('tt', 0) + (root?.tt ?? 0), ct: sum('ct', 0) + (root?.ct ?? 0), callers };
  });
  return statsOf(rows, table.names);
}
