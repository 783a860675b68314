/** Something in a local.conf that devstack does not read as it looks. */
export interface Trap {
  line: number;
  /** From 1, in characters. */
  column: number;
  /** What becomes of it: lost or not what is written; or as it should be, if one knows it. */
  effect: 'lost' | 'changed' | 'note';
  /** One sentence: what devstack does, and where it helps what to write instead. */
  says: string;
}

export const inOrder = (traps: readonly Trap[]): Trap[] =>
  traps.toSorted((a, b) => a.line - b.line || a.column - b.column);
