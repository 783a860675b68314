/** A row as it is written: seconds, and calls of which `primitive` were not recursive. */
export interface CsvRow {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly ncalls: number;
  readonly primitive: number;
  readonly tottime: number;
  readonly cumtime: number;
}

const COLUMNS = ['file', 'line', 'name', 'ncalls', 'primitive', 'tottime', 'cumtime'] as const;

/** Rows as comma-separated values with a head, quoted where RFC 4180 has it so. */
export function rowsCsv(rows: readonly CsvRow[]): string {
  const lines = [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','))];
  return lines.map((line) => `${line}\r\n`).join('');
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
