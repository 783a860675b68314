/** What every command can end with. Documented in docs/errors.md. */
export const EXIT = { done: 0, fault: 1, usage: 2, refused: 3, interrupted: 130 } as const;
export type ExitName = keyof typeof EXIT;
