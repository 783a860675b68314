import { knownCalls } from './known-calls.js';
import { modulePath } from './source-place.js';
import type { FunctionName, Row, Stats } from './stats.js';

/** What a function that asks something of another process does in each of its calls: one of these. */
export type Request = 'database query' | 'RPC' | 'HTTP request';

/** Not every function of a library asks: some only build what is asked, or read what was answered. */
const ASKING: readonly (readonly [Request, module: RegExp, name: RegExp])[] = [
  ['database query', /^sqlalchemy\/orm\/query\.py$/, /^(?:first|one|one_or_none|all|scalar|count|_iter|__iter__)$/],
  ['database query', /^sqlalchemy\/orm\/session\.py$/, /^(?:execute|scalar|scalars)$/],
  ['database query', /^sqlalchemy\/engine\/base\.py$/, /^(?:execute|scalar|exec_driver_sql|_execute_context)$/],
  ['database query', /^sqlalchemy\/engine\/default\.py$/, /^do_execute(?:many)?$/],
  ['database query', /^(?:pymysql|MySQLdb)\/cursors\.py$/, /^execute(?:many)?$/],
  ['database query', /^pymysql\/connections\.py$/, /^query$/],
  ['RPC', /^oslo_messaging\/rpc\/client\.py$/, /^(?:call|cast)$/],
  ['HTTP request', /^keystoneauth1\/(?:adapter|session)\.py$/, /^(?:request|get|put|post|patch|delete|head)$/],
  ['HTTP request', /^requests\/(?:api|sessions)\.py$/, /^(?:request|get|put|post|patch|delete|head|send)$/],
  ['HTTP request', /^urllib3\/connectionpool\.py$/, /^urlopen$/],
];
const BUILT_IN = /'execute(?:many)?' of '(?:sqlite3|psycopg2\.extensions)\.[Cc]ursor'/;

/** Undefined for what asks nobody, and where it is not sure. */
export function requestOf({ file, line, name }: FunctionName): Request | undefined {
  if (line === 0) return BUILT_IN.test(name) ? 'database query' : undefined;
  const path = modulePath(file);
  return ASKING.find(([, module, pattern]) => pattern.test(name) && module.test(path))?.[0];
}

/** Is the row called below the other alone, by whatever way, so that all its calls were that one's? */
export function isOnlyBelow(stats: Stats, row: Row, top: Row): boolean {
  const seen = new Set([row.id]);
  const open = [row];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one === top) continue;
    // a call that no caller is known of may have been anybody's
    if (one.callers.length === 0 || knownCalls(one) < one.nc) return false;
    for (const { caller } of one.callers) {
      const above = stats.rows[caller];
      if (above === undefined) return false;
      if (!seen.has(caller)) open.push(above);
      seen.add(caller);
    }
  }
  return true;
}
