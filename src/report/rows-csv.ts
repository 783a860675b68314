import type { RowData } from '../profile/row-data.js';

const COLUMNS = ['file', 'line', 'name', 'ncalls', 'primitive', 'tottime', 'cumtime'] as const;

/** Rows as comma-separated values, a line each after a head, quoted where RFC 4180 has it so; times in seconds. */
export function* rowsCsv(rows: Iterable<RowData>): Generator<string> {
  yield record(COLUMNS);
  for (const row of rows) yield record(COLUMNS.map((column) => row[column]));
}

const record = (fields: readonly (string | number)[]): string => `${fields.map(quoted).join(',')}\r\n`;

function quoted(field: string | number): string {
  return /[",\r\n]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : String(field);
}
