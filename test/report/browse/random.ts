export interface Random {
  /** A whole number from 0 up to that, without it. */
  below(most: number): number;
  pick<T>(from: readonly T[]): T;
}

/** The same numbers each time: xorshift. */
export function seeded(seed: number): Random {
  let state = seed | 0 || 1;
  const below = (most: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % most;
  };
  return { below, pick: (from) => from[below(from.length)]! };
}
