/** Numbers from 0 to 1, the same every time: xorshift, for a linear generator's low bits are none. */
export function randomOf(seed) {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
