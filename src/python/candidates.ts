import type { Candidate } from './place.js';

/** Those that do the work before stubs, and tests last; then how well the name fits, and by name. */
export function ranked(found: readonly Candidate[]): Candidate[] {
  const key = (c: Candidate) => [Number(c.test), c.stub === null ? 0 : 1, c.fit];
  return [...found].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    const at = x.findIndex((n, i) => n !== y[i]);
    return at < 0 ? nameOf(a).localeCompare(nameOf(b)) : x[at]! - y[at]!;
  });
}

export const nameOf = (c: Candidate): string => `${c.module}:${c.name}`;

/** Of those whose full name ends as was written: the ones that a bare name can mean. */
export function meant(found: readonly Candidate[]): Candidate[] {
  const real = ranked(found).filter((c) => c.fit === 0);
  const first = real[0];
  if (first === undefined) return [];
  return real.filter((c) => c.test === first.test && (c.stub === null) === (first.stub === null));
}
