import { confidence } from './confidence.js';
import type { Finding } from './finding.js';
import { oncePer } from './once-per.js';
import type { Sidecar } from './sidecar.js';
import type { Stats } from './stats.js';
import { targetOf } from './target.js';
import { type Suspended, waiting } from './waiting.js';

/**
 * What a profile says, in words. A capture without its target comes first, since nothing else in it can be relied on; then how
 * much of its time was waiting; then what could be saved, the most first; then what to keep in mind. Empty when there is nothing worth saying.
 */
export function findings(stats: Stats, sidecar?: Sidecar, suspended?: Suspended): Finding[] {
  const target = targetOf(stats, sidecar);
  const doubts = confidence(stats, target, sidecar);
  const first = doubts.filter(({ kind }) => kind === 'target-missing');
  const waits = sidecar ? waiting(stats, target, sidecar, suspended) : [];
  return [
    ...first,
    ...waits,
    ...oncePer(stats, target, sidecar),
    ...doubts.filter((finding) => !first.includes(finding)),
  ];
}
