import { textLength } from '../profile/text-order.js';

/** What came of one of several hosts, in words. */
export interface HostRow {
  host: string;
  state: string;
  what: string;
  /** More about it, above the table. */
  detail?: string | undefined;
}

/** What there is to say of each host, once of all that have the same to say; then a line each. */
export function hostsText(rows: readonly HostRow[]): string {
  const details = bySame(rows.filter((row) => row.detail?.trim()).map(({ host, detail }) => [host, detail!]));
  const said = details.map(([hosts, text]) => `${hosts.join(', ')}:\n${text.trimEnd()}\n`);
  return [...said, ...tableLines(rows)].join('\n');
}

/** Texts, each with whose it is, in the order in which they first come. */
export function bySame(all: readonly (readonly [host: string, text: string])[]): [hosts: string[], text: string][] {
  const hosts = new Map<string, string[]>();
  for (const [host, text] of all) hosts.set(text, [...(hosts.get(text) ?? []), host]);
  return [...hosts].map(([text, of]) => [of, text]);
}

function tableLines(rows: readonly HostRow[]): string[] {
  const all = [['host', 'state', 'what'], ...rows.map(({ host, state, what }) => [host, state, what])];
  const widths = [0, 1].map((i) => Math.max(...all.map((cells) => textLength(cells[i]!))));
  const padded = (cell: string, i: number) => cell + ' '.repeat(Math.max((widths[i] ?? 0) - textLength(cell), 0));
  return all.map((cells) => cells.map(padded).join('  ').trimEnd());
}
