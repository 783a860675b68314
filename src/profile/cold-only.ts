import { isOnlyBelow } from './asks.js';
import { describe } from './source-place.js';
import type { FunctionName, Row, Stats } from './stats.js';
import type { Target } from './target.js';

/** Below this part of the cold call, what it alone did is not worth a word. */
const LEAST_SHARE = 0.02;
const MOST = 3;

/**
 * What a cold call did and a warm one of the same process did not: functions that ran in the cold one alone, called by some that
 * ran in both. What is called below another of them alone is in that one's time. undefined where there is nothing of weight.
 */
export function coldOnly(cold: Stats, target: Target, warm: Stats): string | undefined {
  const inBoth = new Set(warm.rows.map(key));
  const found = cold.rows
    .filter((row) => row.line > 0 && row.ct >= LEAST_SHARE * target.seconds && !inBoth.has(key(row)))
    .filter((row) => row.callers.some(({ caller }) => inBoth.has(key(cold.name(caller)))))
    .sort((a, b) => b.ct - a.ct);
  const told: Row[] = [];
  for (const row of found) if (!told.some((one) => isOnlyBelow(cold, row, one))) told.push(row);
  if (told.length === 0) return undefined;
  const words = told.slice(0, MOST).map((row) => `${describe(row)}, ${times(row.nc)}, ${row.ct.toFixed(3)} s`);
  return `Only the cold call ran ${words.join('; ')}.`;
}

const key = ({ file, line, name }: FunctionName): string => `${line}:${file}:${name}`;
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
