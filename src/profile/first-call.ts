import { below } from './below.js';
import { evidence, type Finding } from './finding.js';
import { modulePath } from './source-place.js';
import type { Row, Stats } from './stats.js';
import type { Target } from './target.js';

/** Below this part of the target it is not worth a word. */
const LEAST_SHARE = 0.03;

/** What a service does once and then keeps. The functions of one line are entered by one another, so the longest has it all. */
const ONCE: readonly (readonly [words: string, module: RegExp, name: RegExp])[] = [
  ['importing modules', /^<frozen importlib\._bootstrap>$/, /^_find_and_load$/],
  ['compiling regular expressions', /^(?:re\/__init__|re|sre_compile|re\/_compiler)\.py$/, /^compile$/],
  ['compiling SQL', /^sqlalchemy\/sql\/elements\.py$/, /^_compiler$/],
  ['configuring mappers', /^sqlalchemy\/orm\/mapper\.py$/, /^_?configure_(?:mappers|registries)$/],
  ['connecting to the database', /^(?:pymysql|MySQLdb|psycopg2?)\//, /^connect$/],
  ['TLS handshakes', /^ssl\.py$|^eventlet\/green\/ssl\.py$/, /^do_handshake$/],
  ['loading the service catalogue', /^keystoneauth1\/identity\//, /^get_(?:access|auth_ref)$/],
];

/**
 * Work that later calls of the target will not have to do, where the profile shows it and shows that it was the target's alone: a
 * greenlet beside it may connect as well. Says nothing of a warm call.
 */
export function firstCallFindings(stats: Stats, target: Target): Finding[] {
  if (!(target.seconds > 0)) return [];
  const inside = new Set(below(stats, target));
  const isOwn = ({ id, callers }: Row) => inside.has(id) && callers.every(({ caller }) => inside.has(caller));
  const rows = stats.rows.filter((row) => row.line > 0 && isOwn(row));
  const found = ONCE.flatMap(([words, module, name]) => {
    const row = longest(rows, module, name);
    return row === undefined ? [] : [{ words, row, share: row.ct / target.seconds }];
  }).filter(({ share }) => share >= LEAST_SHARE && share <= 1);
  if (found.length === 0) return [];
  found.sort((a, b) => b.share - a.share);
  const parts = found.map(({ words, row, share }) => ({ name: words, seconds: row.ct, share }));
  const told = parts.map(({ name, seconds }) => `${name} ${seconds.toFixed(3)} s`).join(', ');
  const sentence = `Of this, later calls are spared most: ${told}.`;
  return [{ kind: 'cold-work', sentence, parts, rows: found.map(({ row }) => evidence(row)) }];
}

function longest(rows: readonly Row[], module: RegExp, name: RegExp): Row | undefined {
  let found: Row | undefined;
  for (const row of rows) {
    if (name.test(row.name) && module.test(modulePath(row.file)) && row.ct > (found?.ct ?? 0)) found = row;
  }
  return found;
}
