import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Restriction } from '../../src/profile/restrict.js';
import { type Order, reverseOrder, sortStats } from '../../src/profile/sort.js';
import { readProfile, type Stats } from '../../src/profile/stats.js';
import { stripDirs } from '../../src/profile/strip-dirs.js';
import { printCallees, printCallers } from '../../src/report/pstats-callers.js';
import { printStats } from '../../src/report/pstats-text.js';

/** One thing to print, for Python's pstats and for ours. */
export interface Case {
  readonly file: string;
  readonly print: 'stats' | 'callers' | 'callees';
  readonly sort?: readonly string[];
  readonly reverse?: boolean;
  readonly strip?: boolean;
  readonly restrictions?: readonly Restriction[];
}

const JUDGE = `
import hashlib, io, json, pstats, sys
job = json.load(sys.stdin)
loaded = {}
sorted_as = {}
answers = []
for case in job["cases"]:
    key = (case["file"], bool(case.get("strip")))
    if key not in loaded:
        loaded[key] = pstats.Stats(case["file"])
        if key[1]:
            loaded[key].strip_dirs()
    stats = loaded[key]
    stats.stream = io.StringIO()
    order = (case.get("sort"), case.get("reverse"))
    if sorted_as.get(key, ()) != order:
        sorted_as[key] = order
        stats.fcn_list = None
        if case.get("sort"):
            stats.sort_stats(*case["sort"])
        if case.get("reverse"):
            stats.reverse_order()
    wanted = []
    for restriction in case.get("restrictions", []):
        (kind, value), = restriction.items()
        wanted.append(float(value) if kind == "fraction" else value)
    getattr(stats, "print_" + case["print"])(*wanted)
    text = stats.stream.getvalue()
    answers.append(text if job["whole"] else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
json.dump(answers, sys.stdout)
`;

/** What Python's own pstats prints for each case: the whole text, or its SHA-256. */
function judge(cases: readonly Case[], whole: boolean, python = 'python3'): string[] {
  const input = JSON.stringify({ cases, whole });
  const answer = execFileSync(python, ['-c', JUDGE], { input, maxBuffer: 2 ** 30, encoding: 'utf8' });
  return JSON.parse(answer) as string[];
}

const read = new Map<string, Stats>();

function load(file: string, strip: boolean): Stats {
  const key = `${strip} ${file}`;
  let stats = read.get(key);
  if (stats === undefined) {
    stats = strip ? stripDirs(load(file, false)) : readProfile(readFileSync(file));
    read.set(key, stats);
  }
  return stats;
}

// Cases that differ in their restrictions alone follow each other: sorting once for all of them saves most of the time.
let last: { stats: Stats; how: string; order: Order | undefined } | undefined;

function ordered(stats: Stats, sort: readonly string[], reverse: boolean): Order | undefined {
  const how = JSON.stringify([sort, reverse]);
  if (last?.stats !== stats || last.how !== how) {
    const [first, ...more] = sort;
    const sorted = first === undefined ? undefined : sortStats(stats, [first, ...more]);
    last = { stats, how, order: sorted !== undefined && reverse ? reverseOrder(sorted) : sorted };
  }
  return last.order;
}

/** What we print for the same case. */
function ours({ file, print, sort = [], reverse, strip, restrictions = [] }: Case): string {
  const stats = load(file, strip === true);
  const order = ordered(stats, sort, reverse === true);
  const options = { restrictions, ...(order === undefined ? {} : { order }) };
  if (print === 'callers') return printCallers(stats, options);
  if (print === 'callees') return printCallees(stats, options);
  return printStats(stats, { ...options, files: [file], when: [new Date(Math.floor(statSync(file).mtimeMs))] });
}

/** The cases in which we differ from Python, with both texts, to show in a test's failure. */
export function disputes(cases: readonly Case[], python?: string): { case: Case; python: string; ours: string }[] {
  const verdicts = judge(cases, false, python);
  const differing = cases.filter((one, i) => sha256(ours(one)) !== verdicts[i]).slice(0, 3);
  const texts = differing.length === 0 ? [] : judge(differing, true, python);
  return differing.map((one, i) => ({ case: one, python: texts[i]!, ours: ours(one) }));
}

// As Python encodes them: a lone surrogate is three bytes here, and a question mark to Node.
function sha256(text: string): string {
  const hash = createHash('sha256');
  for (const part of text.split(/([\ud800-\udfff])/u)) {
    const unit = part.charCodeAt(0);
    const lone = part.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
    hash.update(lone ? Uint8Array.of(0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)) : part);
  }
  return hash.digest('hex');
}
