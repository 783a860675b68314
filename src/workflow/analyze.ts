import { failure } from '../failure.js';
import { isUnprofiled } from '../profile/capture-files.js';
import { circumstances } from '../profile/confidence.js';
import type { Finding } from '../profile/finding.js';
import { findings } from '../profile/insight.js';
import { parseRestriction, type Restriction } from '../profile/restrict.js';
import type { Sidecar } from '../profile/sidecar.js';
import { reverseOrder, sortStats } from '../profile/sort.js';
import type { Stats } from '../profile/stats.js';
import { stripDirs } from '../profile/strip-dirs.js';
import { targetOf } from '../profile/target.js';
import { select } from '../report/pstats-table.js';
import { printStats } from '../report/pstats-text.js';
import { stacksText } from '../report/stacks-text.js';
import { summaryLines } from '../report/summary.js';
import { type Here, readCapture } from './read-capture.js';

/** Of a capture of stacks. */
const MOST_STACKS = 10;

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
  /** The table, or the longest stacks where the capture is of those; under it what it means. */
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
  /** Where a capture of stacks has them: for speedscope, and folded. Not of others. */
  files?: string[];
}

/** Reads a capture that is here: a .prof, with its sidecar where one lies beside it, or a sidecar. @throws Failure */
export async function analyze(file: string, options: AnalyzeOptions): Promise<Analysis> {
  const here = await readCapture(file);
  if (here.stats === undefined) return withoutProfile(file, here, options);
  const { stats, when, sidecar, suspended } = here;
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
  const found = findings(stats, sidecar && here.isActive ? asActive(stats, sidecar) : sidecar, suspended);
  const text = below(table.trimEnd(), found, options);
  return { file, sidecar, text, findings: found, rows: ids.map((id) => rowOf(shown, id)) };
}

/** Of a capture of stacks, the longest; of a call that ran unprofiled, why. */
function withoutProfile(file: string, here: Exclude<Here, { stats: Stats }>, options: AnalyzeOptions): Analysis {
  const { sidecar, files, stacks } = here;
  const found = circumstances(sidecar);
  const head = isUnprofiled(sidecar)
    ? `${sidecar.target}: ${sidecar.wall_seconds.toFixed(3)} s; it ran unprofiled, so there is nothing to show of it`
    : stacksText(stacks, { files, sidecar, most: MOST_STACKS });
  return { file, sidecar, text: below(head, found, options), findings: found, rows: [], files };
}

/** Rows less their waits are to be judged by the time in them: what is said of wall time does not go for them. */
function asActive(stats: Stats, sidecar: Sidecar): Sidecar {
  return { ...sidecar, wall_seconds: targetOf(stats, sidecar).seconds, measured: null };
}

function below(text: string, found: readonly Finding[], { width }: AnalyzeOptions): string {
  const words = summaryLines(found, Math.min(width ?? 100, 120)).join('\n');
  return words ? `${text}\n\n${words}` : text;
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
