import type { Exported, Subject } from './subject.js';

const HEADER = ['file', 'line', 'name', 'ncalls', 'primitive', 'tottime', 'cumtime'];

/** A line a function, in the order of the profile, quoted as RFC 4180 says; times in seconds. */
export function csv({ stats }: Subject): Exported {
  return { parts: lines(stats), notes: [] };
}

function* lines(stats: Subject['stats']): Generator<string> {
  yield record(HEADER);
  const { nc, cc, tt, ct } = stats.columns;
  for (let id = 0; id < nc.length; id++) {
    const { file, line, name } = stats.name(id);
    yield record([file, line, name, nc[id]!, cc[id]!, tt[id]!, ct[id]!]);
  }
}

const record = (fields: readonly (string | number)[]): string => `${fields.map(quoted).join(',')}\r\n`;

function quoted(field: string | number): string {
  return /[",\r\n]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : String(field);
}
