import { NameTable } from './name-table.js';
import type { Edge, FunctionName, Row, Stats } from './stats.js';
import { statsOf } from './stats-of.js';

/**
 * The same profile with file names instead of paths. Functions that are then named alike become one row, as in pstats:
 * figures and callers are added. Totals stay as they were. Any order has to be sorted anew.
 *
 * Two callers of one function that become one are not added: the later one stands, as in pstats, whose output this must match.
 */
export function stripDirs(stats: Stats): Stats {
  const table = new NameTable();
  const rowOf = stats.rows.map((row) => table.id(stripped(row)));
  const merged: Row[] = [];
  const idOf = stats.names.map((name) => table.id(stripped(name)));
  for (const row of stats.rows) {
    const id = rowOf[row.id]!;
    const moved: Row = { ...row, id, file: table.names[id]!.file, callers: moveCallers(row.callers, idOf) };
    const there = merged[id];
    merged[id] = there === undefined ? moved : add(there, moved);
  }
  const topLevel = [...new Set(stats.totals.topLevel.map((id) => rowOf[id]!))];
  return statsOf(merged, table.names, { ...stats.totals, topLevel });
}

function stripped({ file, line, name }: FunctionName): FunctionName {
  return { file: file.slice(file.lastIndexOf('/') + 1), line, name };
}

function moveCallers(edges: readonly Edge[], idOf: readonly number[]): Edge[] {
  const moved = new Map<number, Edge>();
  for (const edge of edges) {
    const caller = idOf[edge.caller]!;
    moved.set(caller, { ...edge, caller });
  }
  return [...moved.values()];
}

function add(a: Row, b: Row): Row {
  const callers = new Map(a.callers.map((edge) => [edge.caller, edge]));
  for (const edge of b.callers) {
    const there = callers.get(edge.caller);
    callers.set(edge.caller, there === undefined ? edge : addEdges(edge, there));
  }
  const figures = { cc: b.cc + a.cc, nc: b.nc + a.nc, tt: b.tt + a.tt, ct: b.ct + a.ct };
  return { ...a, ...figures, callers: [...callers.values()] };
}

function addEdges(a: Edge, b: Edge): Edge {
  return { caller: a.caller, nc: a.nc + b.nc, cc: sum(a.cc, b.cc), tt: sum(a.tt, b.tt), ct: sum(a.ct, b.ct) };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
