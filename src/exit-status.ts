/** What every command can end with. Documented in docs/errors.md. */
export const EXIT = { done: 0, fault: 1, usage: 2, refused: 3, interrupted: 130 } as const;
export type ExitName = keyof typeof EXIT;

/** The worst first: what was interrupted may be half done, what was refused has changed nothing. */
const WORST: readonly ExitName[] = ['interrupted', 'fault', 'refused', 'usage', 'done'];

/** What a command about several hosts ends with: that of the host where it is worst. None: done. */
export const worstOf = (all: readonly ExitName[]): ExitName => WORST.find((one) => all.includes(one)) ?? 'done';
