import type { ExitName } from '../exit-status.js';
import type { Failure } from '../failure.js';

/** What a command comes to on one host. */
export interface Outcome<R> {
  /** The document of --json. */
  result: R;
  /** For people, where it is about this host alone. */
  text?: string;
  /** Among several hosts, in the table: a word, and what to know. */
  state: string;
  what: string;
  /** Among several hosts, above the table: said once of all that have the same. */
  detail?: string | undefined;
  /** What may be done next, and the like. */
  notes?: readonly string[];
  /** What it fails with all the same, when the rest was done. */
  failure?: Failure | undefined;
  /** Without a failure: what it ends with; default: done. */
  exit?: ExitName;
}
