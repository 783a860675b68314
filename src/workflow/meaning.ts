import { outlierHosts } from '../profile/by-host.js';
import type { Finding } from '../profile/finding.js';
import { type HotNode, hotPath } from '../profile/hot-path.js';
import { findings, isUnreliable } from '../profile/insight.js';
import { type Target, targetOf } from '../profile/target.js';
import type { Profile } from './profile-of.js';

export interface Meaning {
  readonly target: Target;
  readonly findings: readonly Finding[];
  /** From the target down. */
  readonly path: readonly HotNode[];
}

/** What a profile means, and how far it can be trusted. */
export function meaningOf({ stats, sidecar, sidecars, suspended, doubts }: Profile): Meaning {
  const target = targetOf(stats, sidecar);
  const found = [...outlierHosts(sidecars), ...findings(stats, sidecar, suspended, doubts)];
  return { target, findings: found, path: found.some(isUnreliable) ? [] : hotPath(stats, target) };
}
