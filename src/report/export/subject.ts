import type { Stats } from '../../profile/stats.js';

/** What is to be exported. */
export interface Subject {
  /** What the reader of the export calls it: the file's name, or the target. */
  readonly name: string;
  readonly stats: Stats;
  readonly when: Date;
}

/** An export in parts, for one of a large profile is longer than a text can be. */
export interface Exported {
  readonly parts: Iterable<string | Uint8Array>;
  /** What has to be known of it, in sentences: above all where it is an estimate. */
  readonly notes: readonly string[];
}
