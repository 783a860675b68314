import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../failure.js';
import type { Finding } from '../profile/finding.js';
import { findings } from '../profile/insight.js';
import { parseRestriction, type Restriction } from '../profile/restrict.js';
import { parseSidecar, type Sidecar, SidecarError } from '../profile/sidecar.js';
import { reverseOrder, sortStats } from '../profile/sort.js';
import { readProfile, type Stats } from '../profile/stats.js';
import { stripDirs } from '../profile/strip-dirs.js';
import { select } from '../report/pstats-table.js';
import { printStats } from '../report/pstats-text.js';
import { summaryLines } from '../report/summary.js';

export interface AnalyzeOptions {
  /** Keys of pstats, the first one first; none leaves the order of the file. */
  sort: readonly string[];
  reverse?: boolean;
  stripDirs?: boolean;
  /** Restrictions as pstats takes them, in order: a number, a fraction, a pattern. None: all rows as data, 20 as text. */
  limit: readonly string[];
  /** Columns of the words under the table; 100 unless told. */
  width?: number | undefined;
}

export interface Analysis {
  file: string;
  sidecar: Sidecar | undefined;
  /** The table, and under it what it means. */
  text: string;
  findings: Finding[];
  rows: {
    file: string;
    line: number;
    name: string;
    ncalls: number;
    primitive: number;
    tottime: number;
    cumtime: number;
  }[];
}

/** The .prof files that a path names: itself, or all below a folder. @throws Failure NO_SUCH_FILE */
export async function profilesAt(path: string): Promise<string[]> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return [path];
  const found = (await readdir(path, { recursive: true })).filter((f) => f.endsWith('.prof')).sort();
  if (found.length === 0) throw failure('NO_SUCH_FILE', { path, why: 'the folder holds no .prof' });
  return found.map((f) => join(path, f));
}

/** Reads a capture that is here, with its sidecar where one lies beside it. @throws Failure */
export async function analyze(file: string, options: AnalyzeOptions): Promise<Analysis> {
  const { stats, when } = await load(file);
  const sidecar = await sidecarOf(file);
  const shown = options.stripDirs ? stripDirs(stats) : stats;
  const sorted = guard(() =>
    options.sort.length > 0 ? sortStats(shown, options.sort as [string, ...string[]]) : undefined,
  );
  const order = sorted && options.reverse ? reverseOrder(sorted) : sorted;
  const restrictions = options.limit.map(restriction);
  const selection = { restrictions, ...(order ? { order } : {}) };
  const { ids } = guard(() => select(shown, selection));
  const few = restrictions.length > 0 ? {} : { restrictions: [{ limit: 20 }] };
  const table = printStats(shown, { files: [file], when: [when], ...selection, ...few });
  const found = [...findings(stats, sidecar)];
  const words = summaryLines(found, Math.min(options.width ?? 100, 120)).join('\n');
  return {
    file,
    sidecar,
    text: words ? `${table.trimEnd()}\n\n${words}` : table.trimEnd(),
    findings: found,
    rows: ids.map((id) => rowOf(shown, id)),
  };
}

function restriction(text: string): Restriction {
  const r = parseRestriction(text);
  if (r === undefined) throw failure('BAD_OPTION', { what: `"${text}" is no fraction between 0 and 1` });
  return r;
}

function rowOf(stats: Stats, id: number): Analysis['rows'][number] {
  const { file, line, name, nc, cc, tt, ct } = stats.rows[id]!;
  return { file, line, name, ncalls: nc, primitive: cc, tottime: tt, cumtime: ct };
}

async function load(path: string): Promise<{ stats: Stats; when: Date }> {
  let bytes: Buffer;
  let when: Date;
  try {
    bytes = await readFile(path);
    when = new Date(Math.floor((await stat(path)).mtimeMs)); // its own Date rounds up, and may be a second ahead
  } catch (e) {
    throw failure('NO_SUCH_FILE', {
      path,
      why: (e as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not there' : (e as Error).message,
    });
  }
  try {
    return { stats: readProfile(bytes), when };
  } catch (e) {
    if (e instanceof Error && /^(Marshal|Stats)\w*Error$/.test(e.name))
      throw failure('BAD_PROFILE', { path, why: e.message });
    throw e;
  }
}

async function sidecarOf(file: string): Promise<Sidecar | undefined> {
  const path = file.replace(/\.prof$/, '.json');
  const text = path === file ? undefined : await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return parseSidecar(text);
  } catch (e) {
    if (e instanceof SidecarError) throw failure('BAD_PROFILE', { path, why: e.message });
    throw e;
  }
}

/** A sort key or pattern that cannot be taken is the user's to mend. */
function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (e) {
    if (e instanceof Error && /^(SortKey|Pattern)Error$/.test(e.name))
      throw failure('BAD_OPTION', { what: e.message.replace(/\.$/, '') });
    throw e;
  }
}
