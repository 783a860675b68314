import type { Columns } from './columns.js';
import { ProfileReader } from './profile-reader.js';

/** What Python keys a function by. C functions have the file `~` (cProfile) or none (profile, eventlet) and line 0. */
export interface FunctionName {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/**
 * Calls of one function by another. Under cProfile an edge is timed: `cc`, `tt` and `ct` are this caller's part.
 * Under profile and eventlet it is a bare count, and these three are undefined.
 */
export interface Edge {
  /** Index into `Stats.names`. */
  readonly caller: number;
  readonly nc: number;
  readonly cc: number | undefined;
  readonly tt: number | undefined;
  readonly ct: number | undefined;
}

/** One function of a profile. Times are seconds on the capture's own clock. */
export interface Row extends FunctionName {
  /** Its index in `Stats.rows` and in `Stats.names`. */
  readonly id: number;
  /** Primitive calls: those not made through recursion. */
  readonly cc: number;
  /** All calls. */
  readonly nc: number;
  /** Time in the function itself. */
  readonly tt: number;
  /** Time in the function and in all it called. */
  readonly ct: number;
  /** In the order of the file. */
  readonly callers: readonly Edge[];
}

export interface Stats {
  /** In the order of the file, on which pstats' stable sort falls back. Never empty. Made at the first question. */
  readonly rows: readonly Row[];
  /** `names[i]` is `rows[i]` for every row; after these come callers that have no row of their own. Made likewise. */
  readonly names: readonly FunctionName[];
  /** The same figures as arrays, for what looks at all of them. */
  readonly columns: Columns;
  readonly totals: Totals;
  /** One of `rows`, without making the others. */
  row(id: number): Row;
  /** One of `names`, likewise. */
  name(id: number): FunctionName;
}

export interface Totals {
  readonly calls: number;
  readonly primitiveCalls: number;
  /** The sum of all `tt`, added in the order of the file as pstats does, so that it rounds alike. */
  readonly seconds: number;
  /** Ids of the rows that pstats names above its table: those called by `("jprofile", 0, "profiler")`. */
  readonly topLevel: readonly number[];
  /** Made by Python's sampling profiler, which marks its files: its calls are samples. */
  readonly isSampled?: boolean;
}

/**
 * Reads the bytes of a `.prof` file as profile, cProfile, eventlet, yappi and others write it, under Python 2.7 or 3. The bytes
 * are kept and must not change: names are taken out of them when they are asked for.
 * @throws MarshalError when the bytes cannot be read, StatsError when what they hold is not a profile. Both with the offset.
 */
export function readProfile(bytes: Uint8Array): Stats {
  return new ProfileReader(bytes).document();
}
