import { type Restriction, restrict } from '../profile/restrict.js';
import type { Order } from '../profile/sort.js';
import type { Stats } from '../profile/stats.js';

/** What is to be printed: an order, without which the file's own stands, and what narrows it. */
export interface TableOptions {
  readonly order?: Order;
  readonly restrictions?: readonly Restriction[];
}

export interface Selection {
  /** What pstats says above its table: the order, what was left out, and an empty line. */
  readonly heading: readonly string[];
  readonly ids: readonly number[];
}

/** The rows to print. With none left pstats is silent: no heading, no table. */
export function select(stats: Stats, { order, restrictions = [] }: TableOptions): Selection {
  const all = order?.ids ?? Array.from(stats.columns.nc, (_, id) => id);
  const { ids, messages } = restrict(stats, all, restrictions);
  if (ids.length === 0) return { heading: [], ids };
  const said = order === undefined ? '   Random listing order was used' : `   Ordered by: ${order.label}`;
  return { heading: [said, ...messages, ''], ids };
}
