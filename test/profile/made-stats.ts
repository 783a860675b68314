import type { FunctionName, Row, Stats } from '../../src/profile/stats.js';
import { statsOf } from '../../src/profile/stats-of.js';

/** A function of a made profile: `callers` are names in the same list, each with all of its calls unless told. */
export interface Made extends Partial<FunctionName> {
  name: string;
  nc?: number;
  tt?: number;
  ct?: number;
  callers?: string[];
  isBare?: boolean;
}

/** A profile out of these functions, of `/opt/stack/nova/nova/a.py` and one call unless told. */
export function made(functions: readonly Made[]): Stats {
  const rows = functions.map((one, id): Row => {
    const { file = '/opt/stack/nova/nova/a.py', line = 10 * (id + 1), name, nc = 1, tt = 0, ct = tt } = one;
    const callers = (one.callers ?? []).map((caller) => {
      const at = functions.findIndex((other) => other.name === caller);
      const timed = one.isBare ? { cc: undefined, tt: undefined, ct: undefined } : { cc: nc, tt, ct };
      return { caller: at, nc, ...timed };
    });
    return { id, file, line, name, cc: nc, nc, tt, ct, callers };
  });
  return statsOf(
    rows,
    rows.map(({ file, line, name }) => ({ file, line, name })),
  );
}
