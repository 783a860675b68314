import { below } from './below.js';
import { evidence, type Finding } from './finding.js';
import { describe, modulePath } from './source-place.js';
import type { Row, Stats } from './stats.js';
import type { Target } from './target.js';

/** Fewer are a service's everyday life. */
const LEAST_MADE = 20;
const LEAST_SHARE = 0.01;

/**
 * Exceptions that were made in bulk. A profile does not see a `raise`, but it sees the constructors of classes that have one,
 * and the formatting of tracebacks.
 */
export function exceptionFindings(stats: Stats, target: Target): Finding[] {
  if (!(target.seconds > 0)) return [];
  const rows = below(stats, target).map((id) => stats.row(id));
  const made = rows.filter((row) => isConstructor(row) && row.nc >= LEAST_MADE).sort((a, b) => b.nc - a.nc);
  const [most] = made;
  if (most === undefined) return [];
  const share = most.ct / target.seconds;
  if (share < LEAST_SHARE) return [];
  const sentence = `${most.nc} exceptions were made by ${describe(most)}, ${most.ct.toFixed(3)} s for making them alone. What raised and what caught them no profile shows.`;
  return [{ kind: 'exceptions', sentence, share, rows: made.slice(0, 3).map(evidence) }];
}

function isConstructor({ file, line, name }: Row): boolean {
  return line > 0 && name === '__init__' && /(?:^|\/)(?:exceptions?|exc)(?:\/|\.py$)/.test(modulePath(file));
}
