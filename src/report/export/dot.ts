import { apportion } from '../../profile/apportion.js';
import type { Columns } from '../../profile/columns.js';
import { modulePath } from '../../profile/source-place.js';
import type { FunctionName, Stats } from '../../profile/stats.js';
import { callerNotes } from './estimate-notes.js';
import { plainText } from './plain-text.js';
import { hasFile } from './stack-frame.js';
import type { Exported, Subject } from './subject.js';

/** A picture shows functions and calls with at least this part of all time, and not more than that many. */
const LEAST_NODE = 0.005;
const LEAST_EDGE = 0.001;
/** Where all is small, the largest. */
const LEAST_NODES = 10;
const MOST_NODES = 300;
const MOST_EDGES = 1000;

interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly nc: number;
  readonly ct: number;
}

/** The call graph for graphviz, the redder the more time, with what is too small left out. */
export function dot({ name, stats }: Subject): Exported {
  const apportioned = apportion(stats.columns);
  const all = wholeOf(stats);
  const boxes = boxesOf(stats, all);
  const arrows = arrowsOf(apportioned.columns, new Set(boxes), all);
  const callers = callerNotes(apportioned);
  const rows = stats.columns.nc.length;
  const left =
    boxes.length < rows ? [`The graph shows the ${boxes.length} of ${rows} functions with most cumulative time.`] : [];
  const title = callers.length > 0 ? `${name}; times on arrows are estimated from numbers of calls` : name;
  return { parts: lines(title, stats, all, boxes, arrows), notes: [...callers, ...left] };
}

function wholeOf({ totals, columns }: Stats): number {
  return totals.seconds > 0 ? totals.seconds : columns.ct.reduce((most, ct) => Math.max(most, ct), 0);
}

function boxesOf({ columns: { ct } }: Stats, all: number): number[] {
  const sorted = Array.from(ct.keys()).sort((a, b) => ct[b]! - ct[a]!);
  const enough = sorted.filter((id) => ct[id]! >= LEAST_NODE * all).length;
  return sorted.slice(0, Math.min(MOST_NODES, Math.max(LEAST_NODES, enough)));
}

function arrowsOf({ edgeFrom, caller, edgeNc, times }: Columns, boxes: ReadonlySet<number>, all: number): Arrow[] {
  const arrows: Arrow[] = [];
  for (const to of boxes) {
    for (let edge = edgeFrom[to]!; edge < edgeFrom[to + 1]!; edge++) {
      const ct = times?.ct[edge] ?? 0;
      const from = caller[edge]!;
      if (boxes.has(from) && ct >= LEAST_EDGE * all) arrows.push({ from, to, nc: edgeNc[edge]!, ct });
    }
  }
  return arrows.sort((a, b) => b.ct - a.ct).slice(0, MOST_EDGES);
}

function* lines(
  title: string,
  stats: Stats,
  all: number,
  boxes: readonly number[],
  arrows: readonly Arrow[],
): Generator<string> {
  yield `digraph {\n  label=${quoted(title)}\n  fontname="sans-serif"\n`;
  yield '  node [shape=box style=filled fontname="sans-serif" fontsize=10]\n  edge [fontname="sans-serif" fontsize=9]\n';
  for (const id of boxes) {
    const { tt, ct, nc, cc } = stats.row(id);
    const calls = nc === cc ? `${nc}×` : `${nc}× (${cc} primitive)`;
    const label = [...titleOf(stats.name(id)), `${percent(ct, all)} (own ${percent(tt, all)})`, calls].join('\n');
    const tip = `${stats.name(id).file}:${stats.name(id).line}`;
    yield `  n${id} [label=${quoted(label)} tooltip=${quoted(tip)} ${colours(ct / all)}]\n`;
  }
  for (const { from, to, nc, ct } of arrows) {
    const width = Math.max(0.5, Math.min(4, (ct / all) * 4 || 0)).toFixed(2);
    yield `  n${from} -> n${to} [label=${quoted(`${percent(ct, all)}\n${nc}×`)} penwidth=${width}]\n`;
  }
  yield '}\n';
}

function titleOf(one: FunctionName): string[] {
  const name = plainText(one.name);
  return hasFile(one) ? [name, plainText(`${modulePath(one.file)}:${one.line}`)] : [name];
}

const percent = (part: number, all: number): string => `${(all > 0 ? (part / all) * 100 : 0).toFixed(1)} %`;

/** From pale yellow to red. Where there is no time, no share is a number. */
function colours(share: number): string {
  const part = Math.min(1, Math.max(0, share)) || 0;
  const hue = (0.16 * (1 - part)).toFixed(3);
  return `fillcolor="${hue} ${(0.15 + 0.6 * part).toFixed(3)} 1.000"`;
}

/** In quotes a backslash begins an escape, and graphviz takes no byte 0; line breaks are its own. */
function quoted(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => plainText(line).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${lines.join('\\n')}"`;
}
