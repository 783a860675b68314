import { failure } from '../failure.js';
import { parseRestriction, type Restriction } from '../profile/restrict.js';
import { type Order, reverseOrder, sortStats } from '../profile/sort.js';
import type { Stats } from '../profile/stats.js';

/** What of a profile is to be shown, in the user's words. */
export interface Asked {
  /** Keys of pstats, or beginnings of them, the first one first; none leaves the order of the file. */
  readonly sort: readonly string[];
  readonly reverse?: boolean;
  readonly stripDirs?: boolean;
  /** Restrictions as pstats takes them, in order: a number, a fraction, a pattern. */
  readonly limit: readonly string[];
}

/** @throws Failure BAD_OPTION for a key that is none */
export function orderOf(stats: Stats, { sort, reverse }: Asked): Order | undefined {
  const [first, ...more] = sort;
  const order = first === undefined ? undefined : asked(() => sortStats(stats, [first, ...more]));
  return order && reverse ? reverseOrder(order) : order;
}

/** @throws Failure BAD_OPTION for a fraction that is none */
export function restrictionsOf({ limit }: Asked): Restriction[] {
  return limit.map((text) => {
    const found = parseRestriction(text);
    if (found === undefined) throw failure('BAD_OPTION', { what: `"${text}" is no fraction between 0 and 1` });
    return found;
  });
}

/** Does what was asked. A sort key or pattern that cannot be taken is the user's to mend: Failure BAD_OPTION. */
export function asked<T>(work: () => T): T {
  try {
    return work();
  } catch (e) {
    if (e instanceof Error && /^(SortKey|Pattern)Error$/.test(e.name))
      throw failure('BAD_OPTION', { what: e.message.replace(/\.$/, '') });
    throw e;
  }
}
