/** A cell of Nova. Both URLs hold passwords: they are never printed. */
export interface Cell {
  /** Where it was read. */
  file: string;
  url: string;
  transport: string | null;
}

const CELL0 = '00000000-0000-0000-0000-000000000000';

/** The table of `nova-manage cell_v2 list_cells --verbose`, without cell0, which no compute service is in. */
export function readCellList(table: string): Cell[] {
  const rows = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
  const [head, ...body] = rows;
  const at = (title: RegExp) => head?.findIndex((one) => title.test(one)) ?? -1;
  const [name, uuid, transport, url] = [
    at(/^Name$/i),
    at(/^UUID$/i),
    at(/^Transport URL$/i),
    at(/^Database Connection$/i),
  ];
  if (url < 0 || uuid < 0) return [];
  return body
    .filter((row) => row.length === head!.length && row[uuid] !== CELL0)
    .map((row) => ({
      file: `nova-manage cell_v2 list_cells, ${row[name] ?? ''}`,
      url: row[url]!.replaceAll('$', () => '$$'), // oslo.config takes one for a reference
      transport: row[transport] || null,
    }))
    .filter((cell) => /^\w[\w+]*:\/\//.test(cell.url)); // templates are made of nova-api's own configuration
}

/** The cell that a service belongs to: the only one, or the one whose messages go the same way. */
export function cellOf(transport: string | null, cells: readonly Cell[]): Cell | undefined {
  const same = cells.filter((cell) => cell.transport === transport && transport !== null);
  if (same.length > 0) return same.every((cell) => cell.url === same[0]!.url) ? same[0] : undefined;
  return cells.length === 1 ? cells[0] : undefined;
}
