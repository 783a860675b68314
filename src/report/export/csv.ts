import { rowData } from '../../profile/row-data.js';
import { rowsCsv } from '../rows-csv.js';
import type { Exported, Subject } from './subject.js';

/** A line a function, in the order of the profile. */
export function csv({ stats }: Subject): Exported {
  return { parts: rowsCsv(rows(stats)), notes: [] };
}

function* rows(stats: Subject['stats']) {
  for (let id = 0; id < stats.columns.nc.length; id++) yield rowData(stats, id);
}
