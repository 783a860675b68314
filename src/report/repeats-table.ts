import type { Alike, Repeats } from '../profile/repeats.js';
import type { Sidecar } from '../profile/sidecar.js';
import type { Spread } from '../profile/spread.js';

/** One call, and what came of the server that it was about. */
export interface RepeatRow {
  n: number;
  sidecar: Sidecar;
  outcome: string;
}

/** A line for each call, and the spread of the cold and of the warm ones. */
export function repeatsLines(rows: readonly RepeatRow[], { cold, warm }: Repeats): string[] {
  const target = rows[0]!.sidecar.target.split(':').at(-1)!;
  const head = ['n', 'process', '', 'wall', 'active', 'outcome'];
  const body = rows.map(({ n, sidecar, outcome }) => [
    String(n),
    String(sidecar.pid),
    sidecar.cold ? 'cold' : 'warm',
    fixed(sidecar.wall_seconds),
    sidecar.active_seconds === null ? '' : fixed(sidecar.active_seconds),
    sidecar.outcome === 'raised' ? `${sidecar.exception ?? 'raised'}${outcome && `, ${outcome}`}` : outcome,
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...body.map((cells) => cells[i]!.length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (i === 2 || i === 5 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [
    `   ${rows.length} calls of ${target}: ${counted(cold, 'cold')}, ${counted(warm, 'warm')}`,
    '',
    ...[head, ...body].map(line),
    '',
    ...spreadLine('cold', cold),
    ...spreadLine('warm', warm),
  ];
}

function counted(group: Alike | null, word: string): string {
  if (group === null) return `none ${word}`;
  if (word === 'warm') return `${group.captures} warm`;
  return `${group.captures} cold (the first of ${group.captures === 1 ? 'its process' : 'their processes'})`;
}

function spreadLine(word: string, group: Alike | null): string[] {
  if (group === null) return [];
  const active = group.active === null ? '' : `; without waiting ${spread(group.active)}`;
  return [`   ${word}: ${spread(group.wall)}${active}`];
}

function spread({ median, least, most }: Spread): string {
  const range = least === most ? '' : ` (${fixed(least)} to ${fixed(most)})`;
  return `${fixed(median)} s${range}`;
}

const fixed = (seconds: number): string => seconds.toFixed(3);
