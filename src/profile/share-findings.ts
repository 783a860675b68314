import { attribute } from './attribution.js';
import type { Finding, Part } from './finding.js';
import { isWait, KIND_WORDS, type Kind, kindOf, packageOf } from './kinds.js';
import type { Row, Stats } from './stats.js';
import type { Target } from './target.js';

/** Below this part of the target, none is worth a word. */
const LEAST_SHARE = 0.05;
const MOST_PACKAGES = 5;
/** Where what was attributed and what the target took differ by more than this part, callers tell too little to go by. */
const MOST_OFF = 0.3;
/** Far more functions than a service has: then it is no capture, and takes too long for what it tells. */
const MOST_ROWS = 50_000;
/** Beside the kinds: what is of none of them, and what waits for none of them. */
const OWN = 'own';
const WAITING = 'waiting';

interface Whole {
  readonly stats: Stats;
  readonly target: Target;
}

/**
 * What the target's time was for, and in whose code it was: each second once. `active` is the same without the waits, where the
 * capture has it: then it is told how much of each kind was waiting.
 */
export function shareFindings(stats: Stats, target: Target, active?: Whole): Finding[] {
  if (!(target.seconds > 0) || stats.columns.nc.length > MOST_ROWS) return [];
  return [byKind(stats, target, active), byPackage(active ?? { stats, target }, active !== undefined)].filter(
    (one) => one !== undefined,
  );
}

function byKind(stats: Stats, target: Target, active?: Whole): Finding | undefined {
  const kinds = kindSeconds(stats, target);
  const work = active && kindSeconds(active.stats, active.target);
  const all = partsOf(kinds, target.seconds);
  const parts = all.filter(({ name, share }) => name !== OWN && share >= LEAST_SHARE);
  if (parts.length === 0) return undefined;
  const placement = isAllPlacement(stats);
  const words = parts.map(({ name, seconds, share }) => {
    if (name === WAITING) return `${parts.length > 1 ? 'other ' : ''}waiting ${percent(share)}`;
    const called = name === 'http' && placement ? 'HTTP to placement' : KIND_WORDS[name as Kind];
    const waited = work === undefined ? 0 : seconds - (work.get(name) ?? 0);
    const waiting = waited >= LEAST_SHARE * target.seconds ? ` (${waited.toFixed(3)} s of it waiting)` : '';
    return `${called} ${percent(share)}${waiting}`;
  });
  const sentence = `By what it was for: ${words.join(', ')}${remainder(parts)}.`;
  return { kind: 'by-kind', sentence: estimated(stats, sentence), share: sum(parts), parts: all, rows: [] };
}

/** Were all requests asked for by Nova's client of placement? */
function isAllPlacement({ rows }: Stats): boolean {
  const calls = (file: RegExp, name: RegExp) =>
    rows.reduce((all, row) => all + (name.test(row.name) && file.test(row.file) ? row.nc : 0), 0);
  const asked = calls(/\/nova\/scheduler\/client\/report\.py$/, /^(?:get|put|post|delete)$/);
  return asked > 0 && asked >= calls(/\/keystoneauth1\/session\.py$/, /^request$/);
}

/** Of the work alone where the capture tells it from waiting, which would all be eventlet's. */
function byPackage({ stats, target }: Whole, isWork: boolean): Finding | undefined {
  if (!(target.seconds > 0)) return undefined;
  const own = packageOf(target.rows[0]!) ?? 'no package';
  const found = scaled(
    attribute(stats, target, (id) => labelOf(stats.row(id), isWork), own),
    target,
  );
  const all = partsOf(found, target.seconds);
  const parts = all.filter(({ share }) => share >= LEAST_SHARE).slice(0, MOST_PACKAGES);
  if (parts.length < 2) return undefined;
  const how = isWork ? 'Of the work, by' : 'By';
  const words = parts.filter(({ name }) => name !== WAITING).map(({ name, share }) => `${name} ${percent(share)}`);
  const waited = parts.find(({ name }) => name === WAITING);
  const rest = waited === undefined ? '' : `; ${percent(waited.share)} was waiting, in nobody's`;
  const sentence = `${how} whose code it was in: ${words.join(', ')}${rest}.`;
  return { kind: 'by-package', sentence: estimated(stats, sentence), share: sum(parts), parts: all, rows: [] };
}

/** What waits is in nobody's code. */
function labelOf(row: Row, isWork: boolean): string | undefined {
  return !isWork && isWait(row) ? WAITING : packageOf(row);
}

function kindSeconds(stats: Stats, target: Target): Map<string, number> {
  return scaled(
    attribute(
      stats,
      target,
      (id) => kindOf(stats.row(id)),
      OWN,
      (id) => (isWait(stats.row(id)) ? WAITING : undefined),
    ),
    target,
  );
}

/** So that all together are the target's time, each second once. Nothing where they are far from it. */
function scaled(seconds: Map<string, number>, target: Target): Map<string, number> {
  const all = [...seconds.values()].reduce((total, one) => total + one, 0);
  if (!(Math.abs(all / target.seconds - 1) <= MOST_OFF)) return new Map();
  return new Map([...seconds].map(([name, one]) => [name, (one * target.seconds) / all]));
}

/** The most first. */
function partsOf(seconds: ReadonlyMap<string, number>, all: number): Part[] {
  return [...seconds]
    .map(([name, part]) => ({ name, seconds: part, share: part / all }))
    .filter(({ seconds: part }) => part > 0)
    .sort((a, b) => b.seconds - a.seconds);
}

function remainder(parts: readonly Part[]): string {
  const rest = 1 - sum(parts);
  return rest >= LEAST_SHARE ? `; the rest, ${percent(rest)}, none of these` : '';
}

const sum = (parts: readonly Part[]): number => parts.reduce((total, { share }) => total + share, 0);
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Without the time of each caller, what a function did for each is taken to be in proportion to its calls. */
function estimated(stats: Stats, sentence: string): string {
  if (stats.columns.times !== undefined) return sentence;
  return sentence.replace(/\.$/, ', an estimate by numbers of calls.');
}
