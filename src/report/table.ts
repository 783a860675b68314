import { modulePath } from '../profile/source-place.js';
import { standardName } from '../profile/standard-name.js';
import type { FunctionName, Stats } from '../profile/stats.js';
import { isSimulated, type Target } from '../profile/target.js';
import { textLength } from '../profile/text-order.js';
import { keyOf } from '../profile/wait-tree.js';
import { callCount } from './pstats-text.js';

export interface TableLook {
  /** What shares are of. */
  readonly target: Target;
  /** The same rows less the time in which they waited, where the capture has them. */
  readonly active?: Stats | undefined;
  /** Columns there are; none where nothing wraps, as in a pipe. */
  readonly width?: number | undefined;
}

const BAR = 8;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/** A narrower place for the function than this tells nothing: then lines are long. */
const LEAST_PLACE = 24;

/**
 * Rows as a table for people: seconds, the share of the target as a number and a bar, and the function by the path of its
 * module. Where the capture knows both clocks, what was work stands beside what passed.
 */
export function tableLines(stats: Stats, ids: readonly number[], { target, active, width }: TableLook): string[] {
  const activeOf = active && finder(active);
  const head = ['ncalls', 'tottime', 'cumtime', ...(active ? ['active'] : []), 'of target'.padEnd(BAR + 6), 'function'];
  const body = ids.map((id) => {
    const row = stats.row(id);
    const work = activeOf?.(row);
    const figures = [callCount(row.nc, row.cc), row.tt.toFixed(3), row.ct.toFixed(3)];
    return [
      ...figures,
      ...(active ? [work === undefined ? '' : work.toFixed(3)] : []),
      shareText(row.ct, target),
      placeOf(row),
    ];
  });
  const widths = head.map((cell, i) => Math.max(...[cell, ...body.map((cells) => cells[i]!)].map(textLength)));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(width - before, LEAST_PLACE);
  return [head, ...body].map((cells) =>
    cells
      .map((cell, i) => (i === cells.length - 1 ? shorten(cell, room) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

function finder(active: Stats): (row: FunctionName) => number | undefined {
  const found = new Map(active.rows.map((row) => [keyOf(row), row.ct]));
  return (row) => found.get(keyOf(row));
}

/** ` 46 % ███▋    `: as wide whatever it says. More than the target is other work too, so its bar is full. */
function shareText(seconds: number, target: Target): string {
  if (!(target.seconds > 0)) return '';
  const share = seconds / target.seconds;
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * BAR * 8);
  const bar = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return `${String(Math.round(share * 100)).padStart(3)} % ${bar.padEnd(BAR)}`;
}

/** `nova/scheduler/manager.py:272 _schedule`. What has no place is named as pstats does. */
export function placeOf(called: FunctionName): string {
  if (isSimulated(called)) return `${called.name} (eventlet's root)`;
  if (called.line === 0) return called.file === '' ? called.name : standardName(called);
  return `${modulePath(called.file)}:${called.line} ${called.name}`;
}

/** From its beginning: the function's name, at the end, says most. */
export function shorten(text: string, room: number): string {
  if (textLength(text) <= room) return text;
  return `…${Array.from(text)
    .slice(-(room - 1))
    .join('')}`;
}
