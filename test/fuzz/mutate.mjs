/** Type codes of the format, with and without the mark of a reference, and what is none. */
const CODES = [...'{()[zZaAustrRiIlgfNTF0c<>xyS.:'].flatMap((c) => [c.charCodeAt(0), c.charCodeAt(0) | 0x80]);
const NUMBERS = [0, 1, 2, 3, 5, 127, 128, 255, 256, 65535, 2 ** 31 - 1, -1, -2, -(2 ** 31), 2 ** 30];

/** One of the seeds, spoilt a few times. */
export function mutate(seeds, random) {
  const pick = (from) => from[Math.floor(random() * from.length)];
  const place = (bytes, most = bytes.length) => Math.floor(random() * most);
  let bytes = Buffer.from(pick(seeds));
  const times = 1 + Math.floor(random() ** 3 * 12);
  for (let i = 0; i < times && bytes.length > 0; i++) bytes = pick(WAYS)(bytes, { random, pick, place, seeds });
  return bytes;
}

const WAYS = [
  (bytes, { place, random }) => {
    bytes[place(bytes)] ^= 1 << Math.floor(random() * 8);
    return bytes;
  },
  (bytes, { place, random }) => {
    bytes[place(bytes)] = Math.floor(random() * 256);
    return bytes;
  },
  (bytes, { place, pick }) => {
    bytes[place(bytes)] = pick(CODES);
    return bytes;
  },
  // where a code stands, another one: lands in the grammar more often than not
  (bytes, { place, pick }) => {
    const start = place(bytes);
    const at = bytes.findIndex((byte, i) => i >= start && CODES.includes(byte));
    if (at >= 0) bytes[at] = pick(CODES);
    return bytes;
  },
  (bytes, { place, pick }) => {
    if (bytes.length >= 4) bytes.writeInt32LE(pick(NUMBERS), place(bytes, bytes.length - 3));
    return bytes;
  },
  // a number behind its code
  (bytes, { place, pick, random }) => {
    const start = place(bytes);
    const at = bytes.findIndex((byte, i) => i >= start && [0x69, 0xe9, 0x72].includes(byte));
    if (at >= 0 && at + 5 <= bytes.length) bytes.writeInt32LE(random() < 0.5 ? pick(NUMBERS) : place(bytes), at + 1);
    return bytes;
  },
  (bytes, { place }) => bytes.subarray(0, place(bytes)),
  (bytes, { place }) => {
    const from = place(bytes);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + place(bytes, 16))]);
  },
  (bytes, { place }) => {
    const from = place(bytes);
    const part = bytes.subarray(from, from + 1 + place(bytes, 64));
    const to = place(bytes);
    return Buffer.concat([bytes.subarray(0, to), part, bytes.subarray(to)]);
  },
  (bytes, { place, pick, seeds }) => {
    const other = pick(seeds);
    const from = place(other);
    const to = place(bytes);
    return Buffer.concat([
      bytes.subarray(0, to),
      other.subarray(from, from + 1 + place(other, 200)),
      bytes.subarray(to),
    ]);
  },
  (bytes, { place, pick, seeds }) => {
    const other = pick(seeds);
    return Buffer.concat([bytes.subarray(0, place(bytes)), other.subarray(place(other))]);
  },
];
