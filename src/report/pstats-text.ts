import { standardName } from '../profile/standard-name.js';
import type { Row, Stats } from '../profile/stats.js';
import { f8, fixed3 } from './fixed.js';
import { select, type TableOptions } from './pstats-table.js';
import { ctime } from './python-time.js';

/** `when[i]` is when `files[i]` was last written; pstats names both above its table. */
export interface StatsTextOptions extends TableOptions {
  readonly files?: readonly string[];
  readonly when?: readonly Date[];
}

/** What `print_stats()` of Python's pstats prints, byte for byte, the last line break included. */
export function printStats(stats: Stats, options: StatsTextOptions = {}): string {
  const { files = [], when = [] } = options;
  const lines = files.map((file, i) => (when[i] === undefined ? file : `${ctime(when[i])}    ${file}`));
  if (lines.length > 0) lines.push('');
  for (const id of stats.totals.topLevel) lines.push(`${' '.repeat(9)}${stats.name(id).name}`);
  lines.push(totalLine(stats), '');
  const { heading, ids } = select(stats, options);
  lines.push(...heading);
  if (ids.length > 0) {
    lines.push('   ncalls  tottime  percall  cumtime  percall filename:lineno(function)');
    for (const id of ids) lines.push(line(stats.row(id)));
    lines.push('', '');
  }
  return `${lines.join('\n')}\n`;
}

function totalLine({ totals: { calls, primitiveCalls, seconds } }: Stats): string {
  const primitive = calls === primitiveCalls ? '' : ` (${primitiveCalls} primitive calls)`;
  return `${' '.repeat(9)}${calls} function calls${primitive} in ${fixed3(seconds)} seconds`;
}

function line(row: Row): string {
  const { cc, nc, tt, ct } = row;
  const blank = ' '.repeat(8);
  const perCall = nc === 0 ? blank : f8(tt / nc);
  const perPrimitiveCall = cc === 0 ? blank : f8(ct / cc);
  return `${callCount(nc, cc).padStart(9)} ${f8(tt)} ${perCall} ${f8(ct)} ${perPrimitiveCall} ${standardName(row)}`;
}

/** `7`, or `7/3` when only three of the seven were not recursive. */
export function callCount(nc: number, cc: number): string {
  return nc === cc ? String(nc) : `${nc}/${cc}`;
}
