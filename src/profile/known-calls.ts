import type { Row } from './stats.js';

/** The calls of a function that its callers in the profile made. Others than all of them were made by nobody that is known. */
export function knownCalls({ callers }: Row): number {
  return callers.reduce((sum, { nc }) => sum + nc, 0);
}
