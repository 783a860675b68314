import { calleesOf } from '../profile/callees.js';
import { standardName } from '../profile/standard-name.js';
import type { Edge, FunctionName, Stats } from '../profile/stats.js';
import { compareText, textLength } from '../profile/text-order.js';
import { f8 } from './fixed.js';
import { select, type TableOptions } from './pstats-table.js';
import { callCount } from './pstats-text.js';

/** One end of an edge as it is printed: its entry in `Stats.names`. */
type End = { readonly id: number; readonly edge: Edge };

/** What `print_callers()` of Python's pstats prints, byte for byte. Empty when nothing is left to print. */
export function printCallers(stats: Stats, options: TableOptions = {}): string {
  const callers = (id: number) => stats.rows[id]!.callers.map((edge): End => ({ id: edge.caller, edge }));
  return print(stats, options, { title: 'was called by...', arrow: '<-', ends: callers });
}

/** What `print_callees()` prints, likewise. */
export function printCallees(stats: Stats, options: TableOptions = {}, callees = calleesOf(stats)): string {
  const called = (id: number) => callees[id]!.map(({ callee, edge }): End => ({ id: callee, edge }));
  return print(stats, options, { title: 'called...', arrow: '->', ends: called });
}

type Direction = { readonly title: string; readonly arrow: string; readonly ends: (id: number) => End[] };

function print(stats: Stats, options: TableOptions, { title, arrow, ends }: Direction): string {
  const { heading, ids } = select(stats, options);
  if (ids.length === 0) return '';
  // Without a restriction pstats makes room for the longest name of the profile, which here is the longest listed too.
  const width = 2 + ids.reduce((most, id) => Math.max(most, textLength(standardName(stats.names[id]!))), 0);
  const lines = [...heading, padEnd('Function ', width) + title];
  if (isTimed(stats)) lines.push(`${' '.repeat(width)}    ncalls  tottime  cumtime`);
  for (const id of ids) {
    const start = `${padEnd(standardName(stats.names[id]!), width)}${arrow} `;
    const sorted = ends(id).sort((a, b) => compareNames(stats.names[a.id]!, stats.names[b.id]!));
    if (sorted.length === 0) lines.push(start);
    sorted.forEach((end, i) => {
      lines.push(i === 0 ? start + endText(stats, end, 7) : continued(stats, end, width));
    });
  }
  return `${[...lines, '', ''].join('\n')}\n`;
}

function continued(stats: Stats, end: End, width: number): string {
  return ' '.repeat(width + (end.edge.ct === undefined ? 3 : 1)) + endText(stats, end, 9);
}

function endText(stats: Stats, { id, edge }: End, countWidth: number): string {
  const name = standardName(stats.names[id]!);
  const { nc, cc, tt, ct } = edge;
  if (cc === undefined || tt === undefined || ct === undefined) {
    // Counts carry no time, so pstats shows the whole of the function at the other end. One without a row has none.
    const row = stats.rows[id];
    return `${name}(${nc}) ${row === undefined ? '' : f8(row.ct)}`;
  }
  return `${callCount(nc, cc).padStart(countWidth)} ${f8(tt)} ${f8(ct)}  ${name}`;
}

/** pstats asks the first function that has callers whether they are timed. */
function isTimed(stats: Stats): boolean {
  return stats.rows.find((row) => row.callers.length > 0)?.callers[0]?.ct !== undefined;
}

function compareNames(a: FunctionName, b: FunctionName): number {
  return compareText(a.file, b.file) || a.line - b.line || compareText(a.name, b.name);
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textLength(text)));
}
