import { ColumnStats } from './column-stats.js';
import { edgeTimes } from './columns.js';
import { NameTable } from './name-table.js';
import { emptySlots, filledSlots } from './slots.js';
import type { Stats } from './stats.js';

/**
 * Adds profiles up, one after the other, as `pstats.Stats.add` does: rows in the order of their first appearance, figures and
 * callers added. What pstats cannot do: where one profile knows the times of a caller and another only its calls, the calls are
 * added and the time is unknown. Time is in proportion to what is added, memory to the sum.
 */
export class StatsSum {
  private readonly table = new NameTable();
  /** By name: its row, -1 where it has none so far. */
  private readonly rowOf: number[] = [];
  /** By row. */
  private readonly nameOf: number[] = [];
  private readonly cc: number[] = [];
  private readonly nc: number[] = [];
  private readonly tt: number[] = [];
  private readonly ct: number[] = [];
  private readonly edges = new EdgeSums();
  private calls = 0;
  private primitiveCalls = 0;
  private seconds = 0;
  private isSampled = false;
  private readonly topLevel = new Set<number>();

  add(stats: Stats): this {
    const { columns, totals } = stats;
    this.calls += totals.calls;
    this.primitiveCalls += totals.primitiveCalls;
    this.seconds += totals.seconds;
    this.isSampled ||= totals.isSampled === true;
    const nameOf = stats.names.map((name) => this.name(name));
    for (const id of totals.topLevel) this.topLevel.add(nameOf[id]!);
    const { cc, nc, tt, ct, edgeFrom, caller, edgeNc, times } = columns;
    for (let id = 0; id < nc.length; id++) {
      const row = this.row(nameOf[id]!);
      this.cc[row]! += cc[id]!;
      this.nc[row]! += nc[id]!;
      this.tt[row]! += tt[id]!;
      this.ct[row]! += ct[id]!;
      for (let i = edgeFrom[id]!; i < edgeFrom[id + 1]!; i++) {
        const timed = times !== undefined;
        const [edgeCc, edgeTt, edgeCt] = timed ? [times.cc[i]!, times.tt[i]!, times.ct[i]!] : UNKNOWN;
        this.edges.add(row, nameOf[caller[i]!]!, edgeNc[i]!, edgeCc, edgeTt, edgeCt);
      }
    }
    return this;
  }

  /** The sum so far. More may be added to this afterwards; what was given stays as it is. */
  stats(): Stats {
    const rows = this.nameOf.length;
    // rows come first among the names, in their order
    const table = new NameTable();
    const idOf = new Int32Array(this.table.count);
    for (const name of this.nameOf) idOf[name] = table.id(this.table.name(name));
    this.rowOf.forEach((row, name) => {
      if (row < 0) idOf[name] = table.id(this.table.name(name));
    });
    const { edgeFrom, caller, edgeNc, times } = this.edges.columns(rows, idOf);
    const columns = {
      cc: Float64Array.from(this.cc),
      nc: Float64Array.from(this.nc),
      tt: Float64Array.from(this.tt),
      ct: Float64Array.from(this.ct),
      edgeFrom,
      caller,
      edgeNc,
      times,
    };
    const { calls, primitiveCalls, seconds } = this;
    const topLevel = Array.from(this.topLevel, (name) => idOf[name]!);
    return new ColumnStats(columns, table, { calls, primitiveCalls, seconds, topLevel }, this.isSampled);
  }

  private name(name: Stats['names'][number]): number {
    const id = this.table.id(name);
    if (id === this.rowOf.length) this.rowOf.push(-1);
    return id;
  }

  private row(name: number): number {
    const there = this.rowOf[name]!;
    if (there >= 0) return there;
    this.rowOf[name] = this.nameOf.push(name) - 1;
    for (const figures of [this.cc, this.nc, this.tt, this.ct]) figures.push(0);
    return this.rowOf[name];
  }
}

const UNKNOWN = [Number.NaN, Number.NaN, Number.NaN] as const;

/** Edges by row and caller: found in a table of slots, and chained by row in the order in which they came. */
class EdgeSums {
  private readonly row: number[] = [];
  private readonly caller: number[] = [];
  private readonly nc: number[] = [];
  private readonly cc: number[] = [];
  private readonly tt: number[] = [];
  private readonly ct: number[] = [];
  private readonly next: number[] = [];
  private readonly first: number[] = [];
  private readonly last: number[] = [];
  private slots = emptySlots(1024);
  private isTimed = false;

  add(row: number, caller: number, nc: number, cc: number, tt: number, ct: number): void {
    let slot = hash(row, caller) & (this.slots.length - 1);
    for (let at = this.slots[slot]!; at >= 0; at = this.slots[slot]!) {
      if (this.row[at] === row && this.caller[at] === caller) {
        this.nc[at]! += nc;
        this.cc[at]! += cc;
        this.tt[at]! += tt;
        this.ct[at]! += ct;
        return;
      }
      slot = (slot + 1) & (this.slots.length - 1);
    }
    const at = this.row.push(row) - 1;
    this.caller.push(caller);
    this.nc.push(nc);
    this.cc.push(cc);
    this.tt.push(tt);
    this.ct.push(ct);
    this.next.push(-1);
    if (!Number.isNaN(ct)) this.isTimed = true;
    if (this.first[row] === undefined) this.first[row] = at;
    else this.next[this.last[row]!] = at;
    this.last[row] = at;
    this.slots[slot] = at;
    if (at * 2 > this.slots.length) this.grow();
  }

  columns(rows: number, idOf: Int32Array) {
    const edges = this.row.length;
    const edgeFrom = new Int32Array(rows + 1);
    const caller = new Int32Array(edges);
    const edgeNc = new Float64Array(edges);
    const times = this.isTimed ? edgeTimes(edges) : undefined;
    let to = 0;
    for (let row = 0; row < rows; row++) {
      for (let at = this.first[row] ?? -1; at >= 0; at = this.next[at]!) {
        caller[to] = idOf[this.caller[at]!]!;
        edgeNc[to] = this.nc[at]!;
        if (times !== undefined) {
          times.cc[to] = this.cc[at]!;
          times.tt[to] = this.tt[at]!;
          times.ct[to] = this.ct[at]!;
        }
        to++;
      }
      edgeFrom[row + 1] = to;
    }
    return { edgeFrom, caller, edgeNc, times };
  }

  private grow(): void {
    const hashOf = (at: number) => hash(this.row[at]!, this.caller[at]!);
    this.slots = filledSlots(this.slots.length * 2, this.row.length, hashOf);
  }
}

function hash(row: number, caller: number): number {
  const mixed = Math.imul(row, 0x9e3779b1) ^ Math.imul(caller, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
