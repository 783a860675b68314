import type { HostShare } from '../profile/by-host.js';
import { textLength } from '../profile/text-order.js';

/** Hosts that are named; of more, those whose calls take longest. */
const MOST_HOSTS = 30;

/** How long the calls took on each host, the longest first; with the target where there are several. */
export function byHostLines(shares: readonly HostShare[]): string[] {
  if (shares.length === 0) return [];
  const several = new Set(shares.map((one) => one.target)).size > 1;
  const shown = shares.toSorted((a, b) => b.seconds.median - a.seconds.median).slice(0, MOST_HOSTS);
  const head = ['captures', 'median', 'least', 'most', 'host', ...(several ? ['target'] : [])];
  const rows = shown.map(({ host, target, captures, seconds: { median, least, most } }) => [
    String(captures),
    ...[median, least, most].map((seconds) => seconds.toFixed(3)),
    host,
    ...(several ? [target] : []),
  ]);
  const widths = head.map((cell, i) => Math.max(...[cell, ...rows.map((row) => row[i]!)].map(textLength)));
  const lines = [head, ...rows].map((cells) =>
    cells
      .map((cell, i) => (i < 4 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...(shares.length > shown.length ? [`and ${shares.length - shown.length} more`] : [])];
}
