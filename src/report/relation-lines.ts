import { calleesOf } from '../profile/callees.js';
import type { Edge, Stats } from '../profile/stats.js';
import { callCount } from './pstats-text.js';
import { placeOf, shorten } from './table.js';

/** Who called each function, or whom it called: under the function a line each, the longest or most often called first. */
export function relationLines(
  stats: Stats,
  ids: readonly number[],
  direction: 'callers' | 'callees',
  width = Number.POSITIVE_INFINITY,
): string[] {
  const callees = direction === 'callees' ? calleesOf(stats) : [];
  return ids.flatMap((id) => {
    const ends =
      direction === 'callers'
        ? stats.row(id).callers.map((edge): [number, Edge] => [edge.caller, edge])
        : callees[id]!.map(({ callee, edge }): [number, Edge] => [callee, edge]);
    ends.sort(([, a], [, b]) => (b.ct ?? 0) - (a.ct ?? 0) || b.nc - a.nc);
    const none = direction === 'callers' ? 'called by nothing that was profiled' : 'called nothing that was profiled';
    const lines = ends.map(([other, edge]) => shorten(endLine(stats, other, edge, direction), width));
    return [shorten(placeOf(stats.name(id)), width), ...(lines.length > 0 ? lines : [`    ${none}`]), ''];
  });
}

/** The times are of the callee in calls by just that caller; eventlet's files do not know them. */
function endLine(stats: Stats, other: number, { nc, cc, tt, ct }: Edge, direction: 'callers' | 'callees'): string {
  const figures = [
    callCount(nc, cc ?? nc).padStart(9),
    (tt?.toFixed(3) ?? '').padStart(8),
    (ct?.toFixed(3) ?? '').padStart(8),
  ];
  return `  ${direction === 'callers' ? '←' : '→'} ${figures.join(' ')}  ${placeOf(stats.name(other))}`;
}
