import type { Sidecar } from './sidecar.js';
import type { Spread } from './spread.js';
import type { FunctionName, Stats } from './stats.js';
import type { ruleFor, TimeVerdict } from './verdicts.js';

/** One capture to compare. */
export interface Capture {
  /** What it is called by in sentences: its path. */
  readonly label: string;
  readonly stats: Stats;
  readonly sidecar?: Sidecar | undefined;
  /** Its rows are less the waits. */
  readonly isActive?: boolean;
}

/** A figure before and after. Seconds, or calls. */
export interface Change {
  readonly before: Spread;
  readonly after: Spread;
  /** Of the medians: below 0 it became less. */
  readonly difference: number;
  /** How far the captures of one side are apart, of the side where that is more; null where both have one. */
  readonly spread: number | null;
}

export interface TimeChange extends Change {
  readonly verdict: TimeVerdict;
}

export interface CallsChange extends Change {
  /** `fewer`, `more`: all captures of one side count less than all of the other, and by more than those differ. */
  readonly verdict: 'same' | 'fewer' | 'more' | 'unclear';
}

/** `gone`: in every capture before, in none after. `new`: the other way round. Else that of its times. */
export type Verdict = TimeVerdict | 'gone' | 'new';

/** A function, or a package. Its place is the one after, where it is there. */
export interface FunctionChange extends FunctionName {
  readonly package: string;
  /** Where it was, where that is another place; null where it was not. */
  readonly was: { readonly file: string; readonly line: number } | null;
  readonly calls: CallsChange;
  readonly tottime: TimeChange;
  readonly cumtime: TimeChange;
  readonly verdict: Verdict;
  /** Several functions of its name are in its file, and which is which on the other side cannot be told. */
  readonly isUnsure: boolean;
}

export interface PackageChange {
  readonly name: string;
  readonly calls: CallsChange;
  /** Time in its own functions. */
  readonly tottime: TimeChange;
}

export type NoteKind =
  | 'engines'
  | 'clocks'
  | 'targets'
  | 'untrusted'
  | 'cold'
  | 'sizes'
  | 'scopes'
  | 'pythons'
  | 'outcomes'
  | 'same-file'
  | 'repeats'
  | 'unsure';

/** What a reader has to know before believing the differences. */
export interface Note {
  readonly kind: NoteKind;
  readonly sentence: string;
  /** The figures are no measure of a change, so nothing gets a verdict. */
  readonly forbids: boolean;
}

export interface Comparison {
  readonly captures: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly isComparable: boolean;
  readonly rule: ReturnType<typeof ruleFor>;
  readonly target: {
    /** What it is called; null where nothing says. */
    readonly name: string | null;
    readonly time: TimeChange;
    /** The same less the time in which it waited; null where a capture does not tell. */
    readonly active: TimeChange | null;
  };
  /** Largest change of cumulative time first. */
  readonly functions: readonly FunctionChange[];
  /** Largest change of own time first. */
  readonly packages: readonly PackageChange[];
  /** The first one is the answer; then what explains it. */
  readonly words: readonly string[];
  readonly notes: readonly Note[];
}
