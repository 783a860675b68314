import { confidence } from './confidence.js';
import { exceptionFindings } from './exceptions.js';
import type { Finding, FindingKind } from './finding.js';
import { firstCallFindings } from './first-call.js';
import { oncePer } from './once-per.js';
import { shareFindings } from './share-findings.js';
import type { Sidecar } from './sidecar.js';
import type { Stats } from './stats.js';
import { targetOf } from './target.js';
import { type Suspended, waiting } from './waiting.js';

/** Where one of these is known, nothing else in the capture can be relied on: it comes first. */
const WORST: ReadonlySet<FindingKind> = new Set(['target-missing', 'cut-off', 'targets-differ']);
/** These bear on every figure that is told: they come before them. */
const DOUBTS: ReadonlySet<FindingKind> = new Set([
  'callers-differ',
  'impossible',
  'mixed',
  'seconds-differ',
  'sampled',
  'uncounted',
  'clock-unknown',
]);
/** Of half a call, or of several mixed up, shares say nothing. */
const SHARELESS: ReadonlySet<FindingKind> = new Set([...WORST, 'callers-differ', 'impossible']);

/** Does it mean that parts of the target's time cannot be told? */
export function isUnreliable({ kind }: Finding): boolean {
  return SHARELESS.has(kind);
}

/**
 * What a profile says, in words. What makes it doubtful comes first, the worst before all; then how much of
 * its time was waiting; then what could be saved, the most first; then how the call went. Empty when there is nothing
 * worth saying.
 * @param ofEach what is to be doubted of each capture, where several were added up
 */
export function findings(
  stats: Stats,
  sidecar?: Sidecar,
  suspended?: Suspended,
  ofEach: readonly Finding[] = [],
): Finding[] {
  const target = targetOf(stats, sidecar);
  const ofOne = new Set(ofEach.map(({ kind }) => kind));
  // what is said of each file, with its name, need not be said of their sum
  const doubts = [...ofEach, ...confidence(stats, target, sidecar).filter(({ kind }) => !ofOne.has(kind))];
  const has = (kinds: ReadonlySet<FindingKind>) => doubts.some(({ kind }) => kinds.has(kind));
  const active = suspended && { stats: suspended.active, target: targetOf(suspended.active, sidecar) };
  return [
    ...doubts.filter(({ kind }) => WORST.has(kind)),
    ...doubts.filter(({ kind }) => DOUBTS.has(kind)),
    ...(sidecar ? waiting(stats, target, sidecar, suspended) : []),
    ...(doubts.some(({ kind }) => kind === 'targets-differ') ? [] : oncePer(stats, target, sidecar)),
    ...(doubts.some(isUnreliable) ? [] : shareFindings(stats, target, active)),
    ...(has(WORST) ? [] : [...firstCallFindings(stats, target), ...exceptionFindings(stats, target)]),
    ...doubts.filter(({ kind }) => !WORST.has(kind) && !DOUBTS.has(kind)),
  ];
}
