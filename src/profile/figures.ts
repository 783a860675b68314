import type { MarshalValue } from './marshal.js';
import { StatsError } from './stats-error.js';

/** A whole number that adds up without rounding. @throws StatsError that says `what`. */
export function count(value: MarshalValue | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new StatsError(`${what} is no count`);
  return value;
}

/** A finite number of seconds; a profiler whose timer counts ticks writes integers. @throws StatsError likewise. */
export function seconds(value: MarshalValue | undefined, what: string): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new StatsError(`${what} is no time`);
  return number;
}
