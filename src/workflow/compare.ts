import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failure } from '../failure.js';
import { isProfileName } from '../profile/capture-files.js';
import { type Compared, compare } from '../profile/compare.js';
import type { Comparison, FunctionChange, PackageChange } from '../profile/comparison.js';
import { type CompareSort, compareText, sortChanges } from '../report/compare-table.js';
import { capturesAt, readCapture } from './read-capture.js';

export interface CompareOptions {
  sort: CompareSort;
  by: 'function' | 'package';
  /** Rows at most; none: 15 as text, all as data. */
  limit?: number | undefined;
  width?: number | undefined;
}

export interface CompareResult extends Comparison {
  functions: FunctionChange[];
  packages: PackageChange[];
  /** Captures that were left out, and why. */
  leftOut: string[];
  text: string;
}

const ROWS = 15;

/**
 * Compares captures that are here. A side is files, folders of them, patterns (`after/*.prof`) or such with commas between.
 * @throws Failure NO_SUCH_FILE, BAD_PROFILE, BAD_SIDECAR, and BAD_OPTION for a side without a profile
 */
export async function compareCaptures(
  before: readonly string[],
  after: readonly string[],
  options: CompareOptions,
): Promise<CompareResult> {
  const leftOut: string[] = [];
  const [left, right] = [await sideAt(before, leftOut), await sideAt(after, leftOut)];
  const found = compare(left, right);
  const { sort, by, limit = ROWS, width = 100 } = options;
  const said = leftOut.map((why) => `\n\nLeft out: ${why}.`).join('');
  return {
    ...found,
    functions: sortChanges(found.functions, sort).slice(0, options.limit),
    packages: sortChanges(found.packages, sort).slice(0, options.limit),
    leftOut,
    text: compareText(found, { sort, by, limit, width }) + said,
  };
}

async function sideAt(paths: readonly string[], leftOut: string[]): Promise<Compared[]> {
  const named = (await Promise.all(paths.map(pathsIn))).flat();
  const files = [...new Set((await Promise.all(named.map(capturesAt))).flat())];
  const captures: Compared[] = [];
  for (const label of files) {
    const { stats, sidecar, ...more } = await readCapture(label);
    if (stats === undefined) {
      leftOut.push(`${label} has no rows (${sidecar?.engine === 'sample' ? 'engine sample' : 'it ran unprofiled'})`);
      continue;
    }
    const { isActive = false, suspended } = 'isActive' in more ? more : {};
    captures.push({ label, stats, sidecar, isActive, active: suspended?.active });
  }
  if (captures.length > 0) return captures;
  throw failure('BAD_OPTION', { what: `${paths.join(', ')} holds no profile with rows that could be compared` });
}

/** What a word names: itself where that exists, else what stands between its commas, each a path or a pattern of names. */
async function pathsIn(word: string): Promise<string[]> {
  if ((await exists(word)) || !/[,*?[]/.test(word)) return [word];
  const parts = word.split(',').filter((part) => part !== '');
  if (parts.length > 1) return (await Promise.all(parts.map(pathsIn))).flat();
  const [part = word] = parts;
  if ((await exists(part)) || !/[*?[]/.test(basename(part))) return [part];
  const pattern = basename(part).replaceAll(/[.+^${}()|\\]/g, '\\$&');
  const names = patternOf(pattern.replaceAll('*', '.*').replaceAll('?', '.'), part);
  const found = (await readdir(dirname(part)).catch(() => [])).filter(
    (name) => names.test(name) && isProfileName(name),
  );
  if (found.length === 0) throw failure('NO_SUCH_FILE', { path: part, why: 'no .prof has such a name' });
  return found.sort().map((name) => join(dirname(part), name));
}

function patternOf(source: string, path: string): RegExp {
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    throw failure('NO_SUCH_FILE', { path, why: 'it is not there, and no pattern' });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
