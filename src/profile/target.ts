import type { Sidecar } from './sidecar.js';
import type { FunctionName, Row, Stats } from './stats.js';

/** What all shares are of. */
export interface Target {
  /** The target's own row, or eventlet's `profile:0(start)`, or whatever nothing in the profile called, the longest first. */
  readonly rows: readonly Row[];
  /** Their cumulative time together, in seconds. */
  readonly seconds: number;
  /**
   * `sidecar`: the row the sidecar names. `eventlet-start`: the profiler was started inside the target, which then has no
   * row, and eventlet's own root stands for it. `root`: nothing says what the target is, so it is all there is.
   */
  readonly how: 'sidecar' | 'eventlet-start' | 'root';
}

/** Finds the target of a capture. Never the whole profile where there is something better: that holds other work too. */
export function targetOf(stats: Stats, sidecar?: Sidecar): Target {
  const named = sidecar === undefined ? undefined : rowNamed(stats, sidecar.function);
  if (named !== undefined) return { rows: [named], seconds: named.ct, how: 'sidecar' };
  const start = stats.rows.find((row) => isSimulated(row) && row.name === 'start');
  if (start !== undefined) return { rows: [start], seconds: start.ct, how: 'eventlet-start' };
  const rows = roots(stats);
  return { rows, seconds: rows.reduce((sum, row) => sum + row.ct, 0), how: 'root' };
}

/** The rows that profile and eventlet make up as the root of everything: `profile:0(profiler)`, `(start)` and so on. */
export function isSimulated({ file, line }: FunctionName): boolean {
  return file === 'profile' && line === 0;
}

function rowNamed(stats: Stats, { file, line, name }: FunctionName): Row | undefined {
  const alike = stats.rows.filter((row) => row.name === name && row.file === file);
  // The line moves with every edit above the function; where the name is the file's only one, that does no harm.
  return alike.find((row) => row.line === line) ?? (alike.length === 1 ? alike[0] : undefined);
}

function roots(stats: Stats): Row[] {
  const outside = (id: number) => id >= stats.rows.length || isProfiler(stats.rows[id]!);
  const found = stats.rows.filter(
    (row) => !isProfiler(row) && row.callers.every(({ caller }) => caller === row.id || outside(caller)),
  );
  if (found.length > 0) return found.sort((a, b) => b.ct - a.ct);
  // All call each other: the longest is as near to a root as there is.
  return [stats.rows.reduce((most, row) => (row.ct > most.ct ? row : most))];
}

function isProfiler(row: FunctionName): boolean {
  return isSimulated(row) && row.name === 'profiler';
}
