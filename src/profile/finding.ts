import type { Row } from './stats.js';

export type FindingKind =
  /** A function called once for each of so many things. */
  | 'once-per'
  /** What the target's time was for. */
  | 'by-kind'
  /** In whose code it was spent. */
  | 'by-package'
  /** What only happens in a first call. */
  | 'cold-work'
  /** So many exceptions were made. */
  | 'exceptions'
  /** The capture holds much that is not the target's. */
  | 'outside'
  /** Something else switched the profiler off. */
  | 'cut-off'
  /** Figures that no profiler can have measured. */
  | 'impossible'
  /** Part of the target's time was no work. */
  | 'waiting'
  /** The target has no row although it should: the capture was cut off. */
  | 'target-missing'
  /** The target has no row because profiling began inside it. */
  | 'target-inside'
  /** The capture holds other requests' work too. */
  | 'mixed'
  /** The time in the capture and the time that passed do not agree. */
  | 'seconds-differ'
  /** The profiler's own time. */
  | 'overhead'
  /** Greenlets and tasks of the call have rows beside the target's, and times that add up to more than passed. */
  | 'parallel'
  /** Tasks that the call handed on had not ended with it. */
  | 'unfinished'
  /** The times are the CPU's: waiting is in no row. */
  | 'cpu-time'
  /** Its calls are samples. */
  | 'sampled'
  /** It has no numbers of calls. */
  | 'uncounted'
  /** Captures that were added up are not of one target. */
  | 'targets-differ'
  /** On one host its calls take much longer than on the others, or much shorter. */
  | 'outlier-host'
  /** Calls by callers and calls received do not add up. */
  | 'callers-differ'
  /** The call ended with an exception. */
  | 'raised'
  /** Calls of the target ran unprofiled meanwhile. */
  | 'let-pass'
  /** Not all calls of the target are captured. */
  | 'when'
  /** The first call in its process. */
  | 'cold'
  /** The probe met errors of its own. */
  | 'probe-errors'
  /** Nothing says whether the times are CPU time or wall time. */
  | 'clock-unknown';

/** One function as it bears a finding out. Times in seconds. */
export type Evidence = Pick<Row, 'id' | 'file' | 'line' | 'name' | 'nc' | 'ct'>;

/** One of several that a finding counts up. */
export interface Part {
  readonly name: string;
  readonly seconds: number;
  /** Of the target, 0 to 1. */
  readonly share: number;
}

export interface Finding {
  readonly kind: FindingKind;
  /** One or two plain sentences, whole by themselves. */
  readonly sentence: string;
  /** The part of the target's time that it is about, 0 to 1. */
  readonly share?: number;
  /** What it consists of, where it is about several things: all of them, also those too small for a word. Seconds. */
  readonly parts?: readonly Part[];
  /** The function first, then what leads to it. */
  readonly rows: readonly Evidence[];
}

export function evidence({ id, file, line, name, nc, ct }: Row): Evidence {
  return { id, file, line, name, nc, ct };
}
