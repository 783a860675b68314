import type { Finding } from '../profile/finding.js';
import { findings } from '../profile/insight.js';
import type { Profile } from './profile-of.js';

/** What a profile means, and how far it can be trusted. */
export function meaningOf({ stats, sidecar, suspended }: Profile): { findings: Finding[] } {
  return { findings: findings(stats, sidecar, suspended) };
}
