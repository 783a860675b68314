import type { Finding, FindingKind } from '../profile/finding.js';

/** Of one kind, more are a list that nobody reads: the cheaper ones are left to --json. */
const MOST: Partial<Record<FindingKind, number>> = { 'once-per': 3 };

/** The findings that a text tells, in their order, and in a sentence how many it does not. Doubts are always told. */
export function worthReading(findings: readonly Finding[]): Pick<Finding, 'sentence'>[] {
  const told = findings.filter(({ kind }, i) => {
    const before = findings.slice(0, i).filter((one) => one.kind === kind).length;
    return before < (MOST[kind] ?? Number.POSITIVE_INFINITY);
  });
  const left = findings.length - told.length;
  if (left === 0) return told;
  const last = told.findLastIndex(({ kind }) => MOST[kind] !== undefined);
  const more = { sentence: `${left} more of that sort cost${left === 1 ? 's' : ''} less each (--json tells them).` };
  return [...told.slice(0, last + 1), more, ...told.slice(last + 1)];
}
