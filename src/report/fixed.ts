/** A number with three decimals as Python's `%.3f` rounds it: exactly half goes to the even neighbour, not up. */
export function fixed3(value: number): string {
  if (Math.abs(value) >= 2 ** 53) return `${BigInt(value)}.000`;
  if (Object.is(value, -0)) return '-0.000';
  const text = value.toFixed(3);
  // Three decimals can be missed by exactly half only by odd sixteenths: 0.0005 is 1/2000, and 2000 = 16 * 125.
  const sixteenths = value * 16;
  if (!Number.isInteger(sixteenths) || sixteenths % 2 === 0 || !'13579'.includes(text.at(-1)!)) return text;
  return (value - Math.sign(value) * 0.0005).toFixed(3);
}

/** `%8.3f`: three decimals, at least eight characters wide. */
export function f8(value: number): string {
  return fixed3(value).padStart(8);
}
