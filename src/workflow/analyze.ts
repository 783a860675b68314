import { byHost, type HostShare } from '../profile/by-host.js';
import { isUnprofiled } from '../profile/capture-files.js';
import { circumstances } from '../profile/confidence.js';
import type { Finding } from '../profile/finding.js';
import type { HotNode } from '../profile/hot-path.js';
import { restrict } from '../profile/restrict.js';
import { type RowData, rowData } from '../profile/row-data.js';
import type { Sidecar } from '../profile/sidecar.js';
import { stripDirs } from '../profile/strip-dirs.js';
import { byHostLines } from '../report/by-host-lines.js';
import { headingLines } from '../report/heading.js';
import { hotPathLines } from '../report/hot-path-lines.js';
import { relationLines } from '../report/relation-lines.js';
import { stacksText } from '../report/stacks-text.js';
import { summaryLines } from '../report/summary.js';
import { tableLines } from '../report/table.js';
import { worthReading } from '../report/worth-reading.js';
import { meaningOf } from './meaning.js';
import { type Profile, profileOf, type WithoutProfile } from './profile-of.js';
import { type Asked, asked, orderOf, restrictionsOf } from './query.js';

/** Of a capture of stacks. */
const MOST_STACKS = 10;
/** Rows of a table that nothing narrows. */
const MOST_ROWS = 20;

export interface AnalyzeOptions extends Asked {
  /** In place of the table, who called each of its rows, and whom it called. */
  callers?: boolean;
  callees?: boolean;
  /** Columns of the terminal. None, as in a pipe: no line of the table is cut, and words are wrapped at 100. */
  width?: number | undefined;
}

/** A function on the way down from the target: its calls by the one above, and the seconds in those. */
interface PathNode {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly calls: number;
  readonly seconds: number;
  readonly share: number;
  /** How many others call it: more than none, and what is below it is not told apart. */
  readonly otherCallers: number;
  readonly children: readonly PathNode[];
}

export interface Analysis {
  /** What was read, as it was named. Several: added up. */
  files: readonly string[];
  /** Of each file, where one lies beside it. */
  sidecars: readonly (Sidecar | null)[];
  findings: readonly Finding[];
  /** Where the captures are of several hosts: how long the calls took on each. */
  readonly hosts?: readonly HostShare[];
  /** From the target down, as far as it is certain. None of a capture of stacks. */
  path: readonly PathNode[];
  /** All, or those that `limit` leaves, in order. None of a capture of stacks. */
  rows: readonly RowData[];
  /** Where a capture of stacks has them: for speedscope, and folded. Not of others. */
  stacks?: readonly string[];
  /** All of it, for people. */
  text: string;
}

/**
 * Reads captures that are here, each a .prof with its sidecar where one lies beside it, or a sidecar; adds them up where they
 * are several; and says what they mean.
 * @throws Failure
 */
export async function analyze(files: readonly [string, ...string[]], options: AnalyzeOptions): Promise<Analysis> {
  const read = await profileOf(files);
  return read.stats === undefined ? ofStacks(files, read, options) : ofProfile(read, options);
}

function ofProfile(profile: Profile, options: AnalyzeOptions): Analysis {
  const { stats, suspended, files } = profile;
  const shown = options.stripDirs ? stripDirs(stats) : stats;
  const order = orderOf(shown, options);
  const all = order?.ids ?? Array.from(shown.columns.nc, (_, id) => id);
  const { ids } = asked(() => restrict(shown, all, restrictionsOf(options)));
  const few = options.limit.length > 0 ? ids : ids.slice(0, MOST_ROWS);
  const { target, findings, path } = meaningOf(profile);
  const active = options.stripDirs ? undefined : suspended?.active;
  const relations = (['callers', 'callees'] as const).filter((one) => options[one]);
  const shares = byHost(profile.sidecars);
  const table = () => tableLines(shown, few, { target, active, width: options.width });
  const text = [
    ...headingLines(profile, target, { order, shown: few.length }),
    '',
    ...(shares.length > 0 ? [...byHostLines(shares), ''] : []),
    ...(relations.length === 0 ? table() : []),
    ...relations.flatMap((one) => relationLines(shown, few, one, options.width)),
    ...(relations.length === 0 ? [...pathLines(path, options), ...wordLines(findings, options)] : []),
  ].join('\n');
  return {
    files,
    sidecars: profile.sidecars.map((one) => one ?? null),
    findings,
    ...(shares.length > 0 ? { hosts: shares } : {}),
    path: path.map(nodeOf),
    rows: ids.map((id) => rowData(shown, id)),
    text: text.trimEnd(),
  };
}

/** Of a capture of stacks, the longest; of a call that ran unprofiled, why. */
function ofStacks(files: readonly string[], here: WithoutProfile, options: AnalyzeOptions): Analysis {
  const { sidecar, files: stacksAt, stacks } = here;
  const findings = circumstances(sidecar);
  const head = isUnprofiled(sidecar)
    ? `${sidecar.target}: ${sidecar.wall_seconds.toFixed(3)} s; it ran unprofiled, so there is nothing to show of it`
    : stacksText(stacks, { files: stacksAt, sidecar, most: MOST_STACKS });
  const text = [head, ...wordLines(findings, options)].join('\n');
  return { files, sidecars: [sidecar], findings, path: [], rows: [], stacks: stacksAt, text };
}

function pathLines(path: readonly HotNode[], { width }: AnalyzeOptions): string[] {
  const lines = hotPathLines(path, width);
  return lines.length > 0 ? ['', '   Where its time went, as far as that is certain', '', ...lines] : [];
}

function wordLines(findings: readonly Finding[], { width }: AnalyzeOptions): string[] {
  const lines = summaryLines(worthReading(findings), Math.min(width ?? 100, 120));
  return lines.length > 0 ? ['', ...lines] : [];
}

function nodeOf({ row: { file, line, name }, calls, seconds, share, otherCallers, children }: HotNode): PathNode {
  return { file, line, name, calls, seconds, share, otherCallers, children: children.map(nodeOf) };
}
