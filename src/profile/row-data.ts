import type { Stats } from './stats.js';

/** A row as it is given to others. Seconds, on the capture's clock; `primitive` of the calls were not recursive. */
export interface RowData {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly ncalls: number;
  readonly primitive: number;
  readonly tottime: number;
  readonly cumtime: number;
}

export function rowData(stats: Stats, id: number): RowData {
  const { file, line, name } = stats.name(id);
  const { nc, cc, tt, ct } = stats.columns;
  return { file, line, name, ncalls: nc[id]!, primitive: cc[id]!, tottime: tt[id]!, cumtime: ct[id]! };
}
