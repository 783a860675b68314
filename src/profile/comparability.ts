import type { Capture, Note, NoteKind } from './comparison.js';
import { confidence } from './confidence.js';
import type { FindingKind } from './finding.js';
import type { Target } from './target.js';

/** What is wrong with a capture so that its times or counts are not the target's. */
const UNTRUSTED: readonly FindingKind[] = ['target-missing', 'mixed', 'seconds-differ', 'callers-differ'];

export interface Judged extends Capture {
  readonly target: Target;
}

/** What keeps the two sides from being compared, and what else may explain a difference. */
export function comparability(before: readonly Judged[], after: readonly Judged[]): Note[] {
  return [
    ...profilers(before, after),
    ...clocks(before, after),
    ...targets(before, after),
    ...untrusted([...before, ...after]),
    ...coldness(before, after),
    ...sizes(before, after),
    ...scopes(before, after),
    ...pythons(before, after),
    ...outcomes(before, after),
    ...sameFile(before, after),
  ];
}

function profilers(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const all = [...before, ...after];
  const engines = sides(before, after, ({ sidecar }) => sidecar?.engine);
  if (engines.all.length > 1) {
    const sentence = `Not comparable: ${told('the engine', engines)}, and each adds times of its own.`;
    return [note('engines', sentence, true)];
  }
  const writers = sides(before, after, ({ stats: { columns } }) => {
    if (columns.caller.length === 0) return undefined;
    return columns.times === undefined ? 'counts' : 'times';
  });
  if (writers.all.length > 1) {
    const sentence = `Not comparable: ${told('what callers have', writers)}, so different profilers wrote them.`;
    return [note('engines', sentence, true)];
  }
  const bare = all.filter(({ sidecar }) => sidecar === undefined);
  if (bare.length === 0 || bare.length === all.length) return [];
  const sentence = `${some(bare)} no sidecar, so whether engine and clock are those of the others is not known.`;
  return [note('engines', sentence)];
}

function clocks(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const rows = sides(before, after, ({ isActive }) => (isActive ? 'less the waits' : 'all that passed'));
  if (rows.all.length > 1) return [note('clocks', `Not comparable: ${told('the time in rows', rows)}.`, true)];
  const found = sides(before, after, ({ sidecar }) => sidecar?.clock);
  return found.all.length > 1 ? [note('clocks', `Not comparable: ${told('the clock', found)}.`, true)] : [];
}

function targets(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const names = sides(before, after, ({ sidecar }) => sidecar?.target);
  if (names.all.length > 1) return [note('targets', `Not comparable: ${told('the target', names)}.`, true)];
  const hows = sides(before, after, ({ target }) => (target.how === 'root' ? 'all there is' : 'the method'));
  if (hows.all.length < 2) return [];
  return [note('targets', `Not comparable: ${told('what was measured', hows)}.`, true)];
}

function untrusted(captures: readonly Judged[]): Note[] {
  const found = new Map<FindingKind, { label: string; sentence: string; count: number }>();
  for (const { stats, target, sidecar, isActive, label } of captures) {
    const beside = sidecar && isActive ? { ...sidecar, wall_seconds: target.seconds, measured: null } : sidecar;
    for (const { kind, sentence } of confidence(stats, target, beside)) {
      const { count = 0 } = found.get(kind) ?? {};
      found.set(kind, { label, sentence, ...found.get(kind), count: count + 1 });
    }
  }
  return [...found].flatMap(([kind, { label, sentence, count }]) => {
    const forbids = UNTRUSTED.includes(kind);
    if (!forbids && kind !== 'unfinished') return [];
    const whose = count === 1 ? label : `${label} and ${count - 1} more`;
    return [note('untrusted', `${forbids ? 'Not comparable, because of ' : 'Of '}${whose}: ${sentence}`, forbids)];
  });
}

function coldness(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const found = sides(before, after, ({ sidecar }) => sidecar && (sidecar.cold ? 'cold' : 'warm'));
  if (found.all.length < 2) return [];
  const sentence = `Cold and warm: ${told('the cache', found)}. The first call in a process fills caches, so that alone may be the difference; compare like with like.`;
  return [note('cold', sentence)];
}

function sizes(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const names = new Set([...before, ...after].flatMap(({ sidecar }) => Object.keys(sidecar?.sizes ?? {})));
  return [...names].flatMap((name) => {
    const found = sides(before, after, ({ sidecar }) => sidecar?.sizes[name]?.toString());
    if (found.all.length < 2) return [];
    return [note('sizes', `Not the same amount of work: ${told(`len(${name})`, found)}.`)];
  });
}

function scopes(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const found = sides(before, after, ({ sidecar }) => sidecar?.scope ?? undefined);
  if (found.all.length < 2) return [];
  return [note('scopes', `${told('The scope', found)}: not the same rows were captured.`)];
}

function pythons(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const found = sides(before, after, ({ sidecar }) => sidecar?.python);
  if (found.all.length < 2) return [];
  const minors = found.all.map((version) => Number(version.split('.')[1]));
  const inlined = minors.some((one) => one < 12) && minors.some((one) => one >= 12);
  const more = inlined ? '; from 3.12 on comprehensions count as part of the function they are in' : '';
  return [note('pythons', `${told('Python', found)}${more}.`)];
}

function outcomes(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const found = sides(before, after, ({ sidecar }) =>
    sidecar?.outcome === 'raised' ? `ended with ${sidecar.exception ?? 'an exception'}` : sidecar?.outcome,
  );
  return found.all.length > 1 ? [note('outcomes', `Not the same end: ${told('the call', found)}.`)] : [];
}

function sameFile(before: readonly Judged[], after: readonly Judged[]): Note[] {
  const same = before.find(({ label }) => after.some((one) => one.label === label));
  return same ? [note('same-file', `Not comparable: ${same.label} is on both sides.`, true)] : [];
}

interface Sides {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly all: readonly string[];
}

/** What is known of each side, each once. */
function sides(before: readonly Judged[], after: readonly Judged[], of: (one: Judged) => string | undefined): Sides {
  const values = (captures: readonly Judged[]) => [...new Set(captures.map(of).filter((one) => one !== undefined))];
  const [b, a] = [values(before), values(after)];
  return { before: b, after: a, all: [...new Set([...b, ...a])] };
}

function told(what: string, { before, after }: Sides): string {
  const list = (values: readonly string[]) => values.join(' and ') || 'unknown';
  return `${what} is ${list(before)} before, ${list(after)} after`;
}

function some(captures: readonly Judged[]): string {
  return captures.length === 1 ? `${captures[0]!.label} has` : `${captures.length} captures have`;
}

function note(kind: NoteKind, sentence: string, forbids = false): Note {
  return { kind, sentence, forbids };
}
