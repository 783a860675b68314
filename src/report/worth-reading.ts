import type { Finding, FindingKind } from '../profile/finding.js';

/** What could be saved, and where the time went. All others are doubts and circumstances, which are always told. */
const TOLD: ReadonlySet<FindingKind> = new Set([
  'waiting',
  'once-per',
  'by-kind',
  'by-package',
  'cold-work',
  'exceptions',
]);
/** Of more, nobody reads any. */
const MOST = 6;
/** Of one kind, more are a list: the cheaper ones are left to --json. */
const MOST_OF_KIND = 3;

/** The findings that a text tells, in their order, and in a sentence how many it does not. Doubts are always told. */
export function worthReading(findings: readonly Finding[]): Pick<Finding, 'sentence'>[] {
  const count = new Map<FindingKind, number>();
  let all = 0;
  const told = findings.filter(({ kind }) => {
    const before = count.get(kind) ?? 0;
    if (!TOLD.has(kind)) return true;
    if (all >= MOST || before >= MOST_OF_KIND) return false;
    count.set(kind, before + 1);
    all++;
    return true;
  });
  const left = findings.length - told.length;
  if (left === 0) return told;
  const last = told.findLastIndex(({ kind }) => TOLD.has(kind));
  const more = { sentence: `${left} more finding${left === 1 ? '' : 's'}: see --json.` };
  return [...told.slice(0, last + 1), more, ...told.slice(last + 1)];
}
