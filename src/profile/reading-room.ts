import type { Columns } from './columns.js';

/** Arrays that a reader of profiles writes to. What is in them at first is anything. */
export interface ReadingRoom extends Omit<Columns, 'times'> {
  /** By reference. */
  readonly refKinds: Uint8Array;
  readonly refs: Int32Array;
  /** As `times`, which a file may turn out not to have. */
  readonly edgeCc: Float64Array;
  readonly edgeTt: Float64Array;
  readonly edgeCt: Float64Array;
  /** The first `count` of one of these arrays, to keep. */
  take<A extends Int32Array | Float64Array>(array: A, count: number): A;
}

// The fewest bytes that a row and an edge can take: there is room for as many as the file could hold, and what of it is not
// written to takes no memory.
const LEAST_ROW = 20;
const LEAST_EDGE = 8;
/** Up to this size of a file, in bytes, one room serves all, one after the other: many captures are read to be added up. */
const SHARED = 2 ** 21;

let shared: ReadingRoom | undefined;

/** For a file of so many bytes. It is for one reader at a time: whoever asks for another is done with the one before. */
export function readingRoom(bytes: number): ReadingRoom {
  if (bytes > SHARED) return newRoom(bytes, (array, count) => array.subarray(0, count) as typeof array);
  // No larger than it has to be: memory outside of its heap makes V8 collect garbage.
  if (shared === undefined || bytes > shared.refs.length)
    shared = newRoom(roundedUp(bytes), (array, count) => array.slice(0, count) as typeof array);
  return shared;
}

const roundedUp = (bytes: number): number => 2 ** Math.ceil(Math.log2(Math.max(bytes, 1)));

function newRoom(bytes: number, take: ReadingRoom['take']): ReadingRoom {
  const rows = Math.floor(bytes / LEAST_ROW) + 1;
  const edges = Math.floor(bytes / LEAST_EDGE) + 1;
  const edgeFrom = new Int32Array(rows + 1);
  return {
    refKinds: new Uint8Array(bytes),
    refs: new Int32Array(bytes),
    cc: new Float64Array(rows),
    nc: new Float64Array(rows),
    tt: new Float64Array(rows),
    ct: new Float64Array(rows),
    edgeFrom,
    caller: new Int32Array(edges),
    edgeNc: new Float64Array(edges),
    edgeCc: new Float64Array(edges),
    edgeTt: new Float64Array(edges),
    edgeCt: new Float64Array(edges),
    take,
  };
}
