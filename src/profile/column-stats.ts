import type { Columns } from './columns.js';
import type { Edge, FunctionName, Row, Stats, Totals } from './stats.js';

/** Where the names of a profile come from: as many as there are, each made when it is asked for. */
export interface Names {
  readonly count: number;
  name(id: number): FunctionName;
  /** Its id, -1 where there is none. */
  find(name: FunctionName): number;
}

/** A profile of which only the figures are there until more is asked for. */
export class ColumnStats implements Stats {
  readonly columns: Columns;
  readonly totals: Totals;
  private readonly source: Names;
  private allRows: readonly Row[] | undefined;
  private allNames: readonly FunctionName[] | undefined;

  constructor(columns: Columns, source: Names, totals?: Totals, isSampled = false) {
    this.columns = columns;
    this.source = source;
    const known = totals ?? totalsOf(columns, source);
    this.totals = isSampled ? { ...known, isSampled } : known;
  }

  get rows(): readonly Row[] {
    this.allRows ??= Array.from(this.columns.nc, (_, id) => this.newRow(id));
    return this.allRows;
  }

  get names(): readonly FunctionName[] {
    this.allNames ??= Array.from({ length: this.source.count }, (_, id) => this.source.name(id));
    return this.allNames;
  }

  row(id: number): Row {
    return this.allRows?.[id] ?? this.newRow(id);
  }

  name(id: number): FunctionName {
    return this.source.name(id);
  }

  private newRow(id: number): Row {
    const { cc, nc, tt, ct } = this.columns;
    const { file, line, name } = this.source.name(id);
    return { id, file, line, name, cc: cc[id]!, nc: nc[id]!, tt: tt[id]!, ct: ct[id]!, callers: this.edges(id) };
  }

  private edges(id: number): Edge[] {
    const { edgeFrom, caller, edgeNc, times } = this.columns;
    const edges: Edge[] = [];
    for (let i = edgeFrom[id]!; i < edgeFrom[id + 1]!; i++) {
      const timed = times !== undefined && !Number.isNaN(times.ct[i]!);
      edges.push({
        caller: caller[i]!,
        nc: edgeNc[i]!,
        cc: timed ? times.cc[i] : undefined,
        tt: timed ? times.tt[i] : undefined,
        ct: timed ? times.ct[i] : undefined,
      });
    }
    return edges;
  }
}

/** Adds up the rows in their order, and finds what pstats calls top-level. */
function totalsOf({ nc, cc, tt, edgeFrom, caller }: Columns, names: Names): Totals {
  let [calls, primitiveCalls, seconds] = [0, 0, 0];
  for (let i = 0; i < nc.length; i++) {
    calls += nc[i]!;
    primitiveCalls += cc[i]!;
    seconds += tt[i]!;
  }
  const topLevel: number[] = [];
  const root = names.find({ file: 'jprofile', line: 0, name: 'profiler' });
  for (let i = 0; root >= 0 && i < nc.length; i++) {
    if (caller.subarray(edgeFrom[i], edgeFrom[i + 1]).includes(root)) topLevel.push(i);
  }
  return { calls, primitiveCalls, seconds, topLevel };
}
