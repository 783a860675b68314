import type { Sidecar } from '../profile/sidecar.js';
import type { Order } from '../profile/sort.js';
import { describe } from '../profile/source-place.js';
import type { Stats } from '../profile/stats.js';
import type { Target } from '../profile/target.js';
import { ctime } from './python-time.js';

/** What is to be said above a table. */
export interface Headed {
  readonly files: readonly string[];
  /** When each was last written. */
  readonly when: readonly Date[];
  readonly stats: Stats;
  readonly sidecar?: Sidecar | undefined;
  readonly suspended?: { readonly active: Stats } | undefined;
}

/** Files that are named; of more, how many. */
const MOST_FILES = 5;

/** Where the table comes from, what it is of, and how it is ordered. `shown` rows of it are listed. */
export function headingLines(
  { files, when, stats, sidecar }: Headed,
  target: Target,
  { order, shown }: { order: Order | undefined; shown: number },
): string[] {
  const { calls, seconds } = stats.totals;
  const named = files.slice(0, MOST_FILES).map((file, i) => `${ctime(when[i]!)}    ${file}`);
  const more = files.length > named.length ? [`and ${files.length - named.length} more`] : [];
  const whole = `${calls} calls of ${stats.columns.nc.length} functions, ${seconds.toFixed(3)} s`;
  const listed = `${shown} by ${order?.label ?? 'their place in the file'}`;
  return [...named, ...more, '', `   ${targetText(target, sidecar)}; in the capture ${whole}`, `   ${listed}`];
}

function targetText({ how, rows, seconds }: Target, sidecar: Sidecar | undefined): string {
  const [row] = rows;
  if (how === 'sidecar') return `${describe(row!)}: ${seconds.toFixed(3)} s`;
  if (how === 'eventlet-start') return `${sidecar?.function.name ?? 'the profiled call'}: ${seconds.toFixed(3)} s`;
  return `all that was profiled: ${seconds.toFixed(3)} s`;
}
