import { custom } from '@oclif/core/flags';
import { failure } from '../failure.js';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of `90`, `90s`, `15m`, `1h`, `2d`. @throws Failure BAD_OPTION */
export function duration(text: string): number {
  const m = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text);
  if (!m) throw failure('BAD_OPTION', { what: `"${text}" is no length of time such as 90s, 15m or 1h` });
  if (Number(m[1]) === 0) throw failure('BAD_OPTION', { what: 'A time of nothing would end before it began' });
  return Number(m[1]) * SECONDS[(m[2] || 's') as keyof typeof SECONDS];
}

/** A flag of a length of time in seconds: 90s, 15m, 1h. */
export const span = custom<number>({ parse: async (text) => duration(text) });
