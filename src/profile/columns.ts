/**
 * A profile's figures, one array each: what a profile of 100,000 functions is sorted and added up by. Row `i` of a profile is
 * at `i` in each; its edges are at `edgeFrom[i]` up to `edgeFrom[i + 1]`, in the order of the file.
 */
export interface Columns {
  readonly cc: Float64Array;
  readonly nc: Float64Array;
  /** Seconds, as are all times. */
  readonly tt: Float64Array;
  readonly ct: Float64Array;
  /** One more than there are rows. */
  readonly edgeFrom: Int32Array;
  /** Index into the profile's names. */
  readonly caller: Int32Array;
  readonly edgeNc: Float64Array;
  /** Undefined where no caller is timed. NaN where that one is not. */
  readonly times: EdgeTimes | undefined;
}

export interface EdgeTimes {
  readonly cc: Float64Array;
  readonly tt: Float64Array;
  readonly ct: Float64Array;
}

/** Room for so many edges. Memory that is not written to costs nothing, so it can be as many as there might be. */
export function edgeTimes(edges: number): EdgeTimes {
  return { cc: new Float64Array(edges), tt: new Float64Array(edges), ct: new Float64Array(edges) };
}
