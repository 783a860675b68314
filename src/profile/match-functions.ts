import { comparableName, isBuiltIn } from './comparable-name.js';
import { matchFiles } from './match-files.js';
import { Anchors, matchLines } from './match-lines.js';
import { packageOf } from './module-place.js';
import type { FunctionName, Row, Stats } from './stats.js';

/** One function, and its rows in each capture: none where it did not run, several of a C function that is told apart by addresses. */
export interface Matched {
  /** As it is called after; where it is not there, before. */
  readonly name: FunctionName;
  readonly before: readonly (readonly Row[])[];
  readonly after: readonly (readonly Row[])[];
  /** Which one it is on the other side cannot be told: several of its name are in its file, and lines moved. */
  readonly isUnsure: boolean;
}

/** A package of whose functions this part stands where it stood was not changed; the few others are of one name by chance. */
const UNTOUCHED = 0.9;
const STILL = new Anchors([{ before: 0, after: 0 }]);
const NONE = new Anchors([]);

interface Known {
  readonly name: FunctionName;
  readonly rows: readonly (readonly Row[])[];
  readonly stats: Stats;
  readonly isUnsure: boolean;
}

interface Pairs {
  readonly pairs: readonly (readonly [Known, Known])[];
  readonly unsure: ReadonlySet<Known>;
}

/** The functions of all captures, those of one side and then those of both sides paired. Neither side is empty. */
export function matchFunctions(before: readonly Stats[], after: readonly Stats[]): Matched[] {
  const [left, right] = [side(before), side(after)];
  const { pairs, unsure } = pair(left, right);
  const paired = new Set(pairs.flat());
  const none = (captures: readonly Stats[]) => captures.map(() => []);
  return [
    ...pairs.map(([b, a]) => ({
      name: a.name,
      before: b.rows,
      after: a.rows,
      isUnsure: a.isUnsure || b.isUnsure,
    })),
    ...left
      .filter((one) => !paired.has(one))
      .map((b) => ({ name: b.name, before: b.rows, after: none(after), isUnsure: b.isUnsure || unsure.has(b) })),
    ...right
      .filter((one) => !paired.has(one))
      .map((a) => ({ name: a.name, before: none(before), after: a.rows, isUnsure: a.isUnsure || unsure.has(a) })),
  ];
}

/** The functions of captures of the same code. */
function side(captures: readonly Stats[]): Known[] {
  return captures.map(known).reduce((all, one, captured) => {
    const { pairs, unsure } = pair(all, one);
    const other = new Map(pairs);
    const paired = new Set(other.values());
    const missing = Array.from({ length: captured }, () => []);
    return [
      ...all.map((was) => {
        const now = other.get(was);
        return { ...was, rows: [...was.rows, now?.rows[0] ?? []], isUnsure: was.isUnsure || unsure.has(was) };
      }),
      ...one
        .filter((now) => !paired.has(now))
        .map((now) => ({ ...now, rows: [...missing, ...now.rows], isUnsure: unsure.has(now) })),
    ];
  });
}

function known(stats: Stats): Known[] {
  const builtIn = new Map<string, Row[]>();
  const all: Row[][] = [];
  for (const row of stats.rows) {
    const key = isBuiltIn(row) ? `${row.file} ${comparableName(row.file, row.name)}` : undefined;
    const there = key === undefined ? undefined : builtIn.get(key);
    if (there !== undefined) there.push(row);
    else {
      all.push([row]);
      if (key !== undefined) builtIn.set(key, all.at(-1)!);
    }
  }
  return all.map((rows) => {
    const { file, line, name } = rows[0]!;
    return { name: { file, line, name }, rows: [rows], stats, isUnsure: false };
  });
}

function pair(before: readonly Known[], after: readonly Known[]): Pairs {
  const files = matchFiles(filesOf(before), filesOf(after));
  const groups = new Map<string, { file: string; before: Known[]; after: Known[] }>();
  const put = (file: string, into: 'before' | 'after', one: Known) => {
    const key = `${file.length} ${file}${comparableName(file, one.name.name)}`;
    const group = groups.get(key);
    if (group !== undefined) group[into].push(one);
    else groups.set(key, { file, before: [], after: [], [into]: [one] });
  };
  for (const one of before) put(fileOf(one), 'before', one);
  for (const one of after) {
    const file = files.get(fileOf(one));
    if (file !== undefined) put(file, 'after', one);
  }
  const both = [...groups.values()].filter((group) => group.before.length > 0 && group.after.length > 0);
  return decide(both);
}

function decide(groups: readonly { file: string; before: Known[]; after: Known[] }[]): Pairs {
  const isSingle = (group: { before: Known[]; after: Known[] }) => group.before.length + group.after.length === 2;
  const singles = groups.filter(isSingle).map(({ file, before, after }) => ({ file, b: before[0]!, a: after[0]! }));
  const anchors = anchorsOf(singles);
  const fits = singles.filter(({ file, b, a }) => !anchors.get(file)!.isCrossed(b.name.line, a.name.line));
  const sure = anchorsOf(fits);
  const untouched = untouchedPackages(fits);
  const pairs: [Known, Known][] = fits.map(({ b, a }) => [b, a]);
  const unsure = new Set<Known>();
  for (const { file, before, after } of groups.filter((group) => !isSingle(group))) {
    const lines = matchLines(
      before.map(lineOf),
      after.map(lineOf),
      sure.get(file) ?? (untouched.has(packageOf(file)) ? STILL : NONE),
    );
    const found = lines.pairs.map(([b, a]): [Known, Known] => [before[b]!, after[a]!]);
    pairs.push(...found);
    if (lines.areOthers) continue;
    const there = new Set(found.flat());
    const left = [before.filter((one) => !there.has(one)), after.filter((one) => !there.has(one))] as const;
    const called = byCallers(...left);
    pairs.push(...called);
    const told = new Set(called.flat());
    const open = left.map((ones) => ones.filter((one) => !told.has(one)));
    if (open.every((ones) => ones.length > 0)) for (const one of open.flat()) unsure.add(one);
  }
  return { pairs, unsure };
}

/** A file in which nothing tells is taken to be as the others of its package: installed ones do not change. */
function untouchedPackages(singles: readonly { file: string; b: Known; a: Known }[]): Set<string> {
  const counts = new Map<string, { still: number; all: number }>();
  for (const { file, b, a } of singles) {
    const count = counts.get(packageOf(file)) ?? { still: 0, all: 0 };
    count.all++;
    if (b.name.line === a.name.line) count.still++;
    counts.set(packageOf(file), count);
  }
  return new Set([...counts].filter(([, { still, all }]) => still >= UNTOUCHED * all).map(([name]) => name));
}

function anchorsOf(singles: readonly { file: string; b: Known; a: Known }[]): Map<string, Anchors> {
  const lines = new Map<string, { before: number; after: number }[]>();
  for (const { file, b, a } of singles) {
    const anchor = { before: b.name.line, after: a.name.line };
    const there = lines.get(file);
    if (there === undefined) lines.set(file, [anchor]);
    else there.push(anchor);
  }
  return new Map([...lines].map(([file, anchors]) => [file, new Anchors(anchors)]));
}

/** Those that are called by the same functions as one alone on the other side. */
function byCallers(before: readonly Known[], after: readonly Known[]): [Known, Known][] {
  const only = (all: readonly Known[]) => {
    const found = new Map<string, Known | undefined>();
    for (const one of all) found.set(callersOf(one), found.has(callersOf(one)) ? undefined : one);
    return found;
  };
  const there = only(before);
  return [...only(after)].flatMap(([callers, a]): [Known, Known][] => {
    const b = there.get(callers);
    return a === undefined || b === undefined || callers === '' ? [] : [[b, a]];
  });
}

function callersOf({ rows, stats }: Known): string {
  const [row] = rows.flat();
  const names = (row?.callers ?? []).map(({ caller }) => stats.name(caller).name);
  return [...new Set(names)].sort().join('\n');
}

function filesOf(functions: readonly Known[]): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>();
  for (const one of functions) {
    const there = files.get(fileOf(one));
    if (there === undefined) files.set(fileOf(one), new Set([one.name.name]));
    else there.add(one.name.name);
  }
  return files;
}

const fileOf = ({ name }: Known): string => name.file;
const lineOf = ({ name }: Known): number => name.line;
