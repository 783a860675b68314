import type { Stats } from '../../profile/stats.js';

/** A profile that was read. */
export interface Opened {
  readonly path: string;
  /** When it was last written. */
  readonly when: Date;
  readonly stats: Stats;
}

/** Why a profile cannot be read, in Python's words. */
export interface Refused {
  /** The class of what Python would raise: OSError for all that concerns the file, whatever its class there. */
  readonly kind: string;
  readonly why: string;
  /** Of OSError. */
  readonly errno?: number;
  /** What Python has printed before it raises that. */
  readonly before?: string;
}

/** Reads a profile. Never throws for what is wrong with a file. */
export type OpenProfile = (path: string) => Opened | Refused;

export const isRefused = (one: Opened | Refused): one is Refused => 'kind' in one;
