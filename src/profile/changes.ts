import type { CallsChange, Change, FunctionChange, PackageChange, TimeChange, Verdict } from './comparison.js';
import type { Matched } from './match-functions.js';
import { packageOf } from './module-place.js';
import { spreadOf } from './spread.js';
import type { Row } from './stats.js';
import { ruleFor, type Series, type TimeVerdict, verdictsOf } from './verdicts.js';

/** Of the target's difference; where captures are few, smaller ones have no verdict. */
const LEAST_PART = 0.1;

/** What verdicts go by. */
export interface Judging {
  /** Seconds: smaller differences never count. */
  readonly least: number;
  /** Of the target, which the others have to follow where captures are few, and make up a part of. */
  readonly target: { readonly verdict: TimeVerdict; readonly difference: number };
  readonly isComparable: boolean;
}

function changeOf({ before, after }: Series): Change {
  const [b, a] = [spreadOf(before), spreadOf(after)];
  const spread = before.length + after.length > 2 ? Math.max(b.most - b.least, a.most - a.least) : null;
  return { before: b, after: a, difference: a.median - b.median, spread };
}

export function timeChange(series: Series, verdict: TimeVerdict): TimeChange {
  return { ...changeOf(series), verdict };
}

/** The changes of functions, in their order. Own and cumulative times are one family: chance counts once for all of them. */
export function functionChanges(functions: readonly Matched[], judging: Judging): FunctionChange[] {
  const own = functions.map((one) => seriesOf(one, ({ tt }) => tt));
  const all = functions.map((one) => seriesOf(one, ({ ct }) => ct));
  const verdicts = judge([...own, ...all], judging);
  return functions.map((one, i) => {
    const tottime = timeChange(own[i]!, one.isUnsure ? 'unclear' : verdicts[i]!);
    const cumtime = timeChange(all[i]!, one.isUnsure ? 'unclear' : verdicts[functions.length + i]!);
    return {
      ...one.name,
      package: packageOf(one.name.file),
      was: placeBefore(one),
      calls: callsChange(one, judging),
      tottime,
      cumtime,
      verdict: judging.isComparable ? presence(one, cumtime.verdict === 'unclear' ? tottime : cumtime) : 'unclear',
      isUnsure: one.isUnsure,
    };
  });
}

/** Changes by package, the largest of own time first. */
export function packageChanges(functions: readonly Matched[], judging: Judging): PackageChange[] {
  const members = new Map<string, Matched[]>();
  for (const one of functions) {
    const name = packageOf(one.name.file);
    const there = members.get(name);
    if (there === undefined) members.set(name, [one]);
    else there.push(one);
  }
  const found = [...members].map(([name, of]) => ({ name, rows: merged(of) }));
  const own = found.map(({ rows }) => seriesOf(rows, ({ tt }) => tt));
  const verdicts = judge(own, judging);
  return found
    .map(({ name, rows }, i) => ({
      name,
      calls: callsChange(rows, judging),
      tottime: timeChange(own[i]!, verdicts[i]!),
    }))
    .sort((a, b) => Math.abs(b.tottime.difference) - Math.abs(a.tottime.difference));
}

function judge(family: readonly Series[], { least, target, isComparable }: Judging): TimeVerdict[] {
  if (!isComparable) return family.map(() => 'unclear');
  const [first] = family;
  const rule = ruleFor(first?.before.length ?? 0, first?.after.length ?? 0);
  if (rule === 'exchange') return verdictsOf(family, least);
  // Of hundreds of functions some are always apart by chance; the method itself seldom is.
  const part = Math.max(least, LEAST_PART * Math.abs(target.difference));
  return verdictsOf(family, part).map((verdict) => (verdict === target.verdict ? verdict : 'unclear'));
}

type Rows = Pick<Matched, 'before' | 'after'>;

function merged(functions: readonly Matched[]): Rows {
  const join = (side: 'before' | 'after') =>
    functions[0]![side].map((_, capture) => functions.flatMap((one) => one[side][capture]!));
  return { before: join('before'), after: join('after') };
}

function seriesOf({ before, after }: Rows, figure: (row: Row) => number): Series {
  const sums = (side: readonly (readonly Row[])[]) =>
    side.map((rows) => rows.reduce((sum, row) => sum + figure(row), 0));
  return { before: sums(before), after: sums(after) };
}

function callsChange(rows: Rows, { isComparable }: Judging): CallsChange {
  const series = seriesOf(rows, ({ nc }) => nc);
  const change = changeOf(series);
  const { before, after, difference, spread } = change;
  const isCounted = ![...rows.before, ...rows.after].flat().some(({ nc }) => nc < 0); // pyinstrument does not
  const isSame = before.least === before.most && after.least === after.most && difference === 0;
  const gap = Math.max(after.least - before.most, before.least - after.most);
  const verdict = gap > 0 && gap > (spread ?? 0) ? (difference < 0 ? 'fewer' : 'more') : isSame ? 'same' : 'unclear';
  return { ...change, verdict: isCounted && isComparable ? verdict : 'unclear' };
}

function presence({ before, after, isUnsure }: Matched, { verdict }: TimeChange): Verdict {
  const [was, is] = [before, after].map((side) => side.filter((rows) => rows.length > 0).length) as [number, number];
  if (isUnsure) return 'unclear';
  if (is === 0 && was === before.length) return 'gone';
  if (was === 0 && is === after.length) return 'new';
  return verdict;
}

function placeBefore({ before }: Matched): FunctionChange['was'] {
  const [row] = before.flat();
  return row === undefined ? null : { file: row.file, line: row.line };
}
