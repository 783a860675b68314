import { functionChanges, type Judging, packageChanges, timeChange } from './changes.js';
import { comparability, type Judged } from './comparability.js';
import type { Capture, Comparison, Note, TimeChange } from './comparison.js';
import { explanation } from './explanation.js';
import { type Matched, matchFunctions } from './match-functions.js';
import { describe } from './source-place.js';
import { medianOf } from './spread.js';
import type { Stats } from './stats.js';
import { targetOf } from './target.js';
import { ruleFor, verdictsOf } from './verdicts.js';

/** A capture, and its rows less the waits where it has them. */
export interface Compared extends Capture {
  readonly active?: Stats | undefined;
}

/** Differences below this part of the target's time never count. */
const LEAST_PART = 0.01;

/** What became of the target, its functions and packages. At least one capture a side. */
export function compare(before: readonly Compared[], after: readonly Compared[]): Comparison {
  const [left, right] = [before, after].map((side) => side.map((one) => judged(one, [...before, ...after])));
  const notes = comparability(left!, right!);
  const isComparable = !notes.some(({ forbids }) => forbids);
  const whole = {
    before: left!.map(({ target }) => target.seconds),
    after: right!.map(({ target }) => target.seconds),
  };
  const least = LEAST_PART * medianOf([...whole.before, ...whole.after].sort((a, b) => a - b));
  const single = (series: typeof whole) =>
    timeChange(series, isComparable ? verdictsOf([series], least)[0]! : 'unclear');
  const time = single(whole);
  const work = activeSeconds(before, after);
  const judging: Judging = { least, target: time, isComparable };
  const matched = matchFunctions(
    before.map(({ stats }) => stats),
    after.map(({ stats }) => stats),
  );
  const changes = functionChanges(matched, judging);
  const rule = ruleFor(before.length, after.length);
  const targets = new Set([...left!, ...right!].flatMap(({ target }) => target.rows));
  const hasVerdicts = rule !== 'none';
  const why = isComparable ? explanation(matched, changes, { difference: time.difference, hasVerdicts, targets }) : [];
  const target = { name: nameOf([...after, ...before]), time, active: work && single(work) };
  return {
    captures: { before: before.map(({ label }) => label), after: after.map(({ label }) => label) },
    isComparable,
    rule,
    target,
    functions: changes.toSorted((a, b) => Math.abs(b.cumtime.difference) - Math.abs(a.cumtime.difference)),
    packages: packageChanges(matched, judging),
    words: words(time, why, {
      what: right![0]!.target.how === 'root' ? 'The whole capture' : 'The method',
      isComparable,
      rule,
    }),
    notes: [...notes, ...unsure(matched), ...repeats(before.length, after.length)],
  };
}

/** With its target; a capture without a sidecar is asked for the target that another one names. */
function judged(capture: Compared, all: readonly Compared[]): Judged {
  const { stats, sidecar = all.find((one) => one.sidecar !== undefined)?.sidecar } = capture;
  return { ...capture, target: targetOf(stats, sidecar) };
}

function activeSeconds(before: readonly Compared[], after: readonly Compared[]) {
  const of = (captures: readonly Compared[]) =>
    captures.map(({ active, sidecar }) => (active && sidecar ? targetOf(active, sidecar).seconds : undefined));
  const [left, right] = [of(before), of(after)];
  const isWhole = (values: readonly (number | undefined)[]): values is number[] => !values.includes(undefined);
  return isWhole(left) && isWhole(right) ? { before: left, after: right } : null;
}

function nameOf(captures: readonly Compared[]): string | null {
  return captures.find(({ sidecar }) => sidecar !== undefined)?.sidecar?.target ?? null;
}

function words(
  time: TimeChange,
  why: string[],
  { what, isComparable, rule }: { what: string; isComparable: boolean; rule: Comparison['rule'] },
) {
  const { before, after, verdict, spread } = time;
  const change = `${seconds(after.median)} instead of ${seconds(before.median)}${percent(time)}`;
  if (!isComparable) return [`Not comparable, so there are no verdicts. In figures: ${change}.`];
  if (rule === 'none' && spread !== null) {
    return [`${what} takes ${change}; captures of one side differ by up to ${seconds(spread)}.`];
  }
  if (spread !== null && verdict === 'unclear') {
    const whole = `No difference larger than chance: ${lower(what)} takes ${change}, and captures of one side differ by up to ${seconds(spread)}.`;
    return [whole, ...why.map((one) => `Yet ${one}.`)];
  }
  const ranges = spread === null ? '' : `, ${verdict}: ${range(after)} after, ${range(before)} before`;
  const [first, ...others] = why;
  return [`${what} takes ${change}${ranges}${first ? `: ${first}` : ''}.`, ...others.map((one) => `${one}.`)];
}

function unsure(matched: readonly Matched[]): Note[] {
  const found = matched.filter(({ isUnsure }) => isUnsure);
  if (found.length === 0) return [];
  const names = found.slice(0, 3).map(({ name }) => describe(name));
  const more = found.length > names.length ? ` and ${found.length - names.length} more` : '';
  const sentence = `No verdict on functions that cannot be told from others of their name in their file: ${names.join(', ')}${more}.`;
  return [{ kind: 'unsure', sentence, forbids: false }];
}

function repeats(before: number, after: number): Note[] {
  const rule = ruleFor(before, after);
  if (rule === 'exchange') return [];
  const sentence =
    rule === 'none'
      ? 'One capture does not tell how much times vary, so times have no verdict; calls are counts, and exact. Repeat the call and give several captures a side.'
      : `With ${before} before and ${after} after, times have a verdict only where the sides are further apart than the captures of one. From 4 a side on, chance is tested.`;
  return [{ kind: 'repeats', sentence, forbids: false }];
}

function percent({ before, difference }: TimeChange): string {
  if (!(before.median > 0)) return '';
  const part = Math.round((difference / before.median) * 100);
  return ` (${part < 0 ? `−${-part}` : part > 0 ? `+${part}` : '±0'} %)`;
}

const seconds = (value: number): string => `${value.toFixed(3)} s`;
const range = ({ least, most }: TimeChange['after']): string => `${least.toFixed(3)} to ${seconds(most)}`;
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
