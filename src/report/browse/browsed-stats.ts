import { type Callee, calleesOf } from '../../profile/callees.js';
import { NameTable } from '../../profile/name-table.js';
import type { Restriction } from '../../profile/restrict.js';
import { type Order, reverseOrder, sortStats } from '../../profile/sort.js';
import type { Stats } from '../../profile/stats.js';
import { StatsSum } from '../../profile/stats-sum.js';
import { stripDirs } from '../../profile/strip-dirs.js';
import { printCallees, printCallers } from '../pstats-callers.js';
import { printStats } from '../pstats-text.js';
import type { Opened } from './opened.js';

export type Printed = 'stats' | 'callers' | 'callees';

/** A profile with what `pstats.Stats` keeps of the commands before: what was added to it, its order, stripped or not. */
export class BrowsedStats {
  private readonly files: string[];
  private readonly when: Date[];
  private known: Stats | undefined;
  /** Kept between additions, which many files are added by at once. */
  private sum: StatsSum | undefined;
  private order: Order | undefined;
  /** The profile as it was when callees were first asked for. pstats keeps these through additions, so they have to be kept. */
  private counted: Stats | undefined;

  constructor({ path, when, stats }: Opened) {
    this.files = [path];
    this.when = [when];
    this.known = stats;
  }

  add({ path, when, stats }: Opened): void {
    this.sum ??= new StatsSum().add(this.stats);
    this.sum.add(stats);
    this.known = undefined;
    this.order = undefined;
    this.files.push(path);
    this.when.push(when);
  }

  strip(): void {
    this.known = stripDirs(this.stats);
    this.sum = undefined;
    this.order = undefined;
    this.counted = undefined;
  }

  /** @throws SortKeyError */
  sort(keys: readonly [string, ...string[]]): void {
    this.order = sortStats(this.stats, keys);
  }

  /** Without an order there is nothing to reverse. */
  reverse(): void {
    this.order &&= reverseOrder(this.order);
  }

  /** @throws PatternError */
  print(what: Printed, restrictions: readonly Restriction[]): string {
    const { stats, files, when, order } = this;
    const options = { restrictions, ...(order === undefined ? {} : { order }) };
    if (what === 'stats') return printStats(stats, { files, when, ...options });
    if (what === 'callers') return printCallers(stats, options);
    const text = printCallees(stats, options, calleesThen(this.counted ?? stats, stats));
    if (text !== '') this.counted ??= stats;
    return text;
  }

  private get stats(): Stats {
    this.known ??= this.sum!.stats();
    return this.known;
  }
}

/** Callees as they were `then`, by the numbers of `now`, which has all names of it. */
function calleesThen(then: Stats, now: Stats): readonly (readonly Callee[])[] {
  if (then === now) return calleesOf(now);
  const table = new NameTable();
  for (const name of now.names) table.id(name);
  const idOf = then.names.map((name) => table.find(name));
  const callees: Callee[][] = now.names.map(() => []);
  calleesOf(then).forEach((called, id) => {
    callees[idOf[id]!] = called.map(({ callee, edge }) => ({ callee: idOf[callee]!, edge }));
  });
  return callees;
}
