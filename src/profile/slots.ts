/** A table of at least `wanted` slots, a power of two, none taken. */
export function emptySlots(wanted: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(Math.max(wanted, 64)))).fill(-1);
}

/** One of at least so many slots in which each of `count` entries stands by its hash; those without one do not. */
export function filledSlots(wanted: number, count: number, hashOf: (id: number) => number | undefined): Int32Array {
  const slots = emptySlots(wanted);
  for (let id = 0; id < count; id++) {
    const hash = hashOf(id);
    if (hash === undefined) continue;
    let slot = hash & (slots.length - 1);
    while (slots[slot]! >= 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = id;
  }
  return slots;
}
