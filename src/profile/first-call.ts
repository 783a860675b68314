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

/** Work that later calls of the target will not have to do, where the profile shows it. Says nothing of a warm call. */
export function firstCallFindings(stats: Stats, target: Target): Finding[] {
  if (!(target.seconds > 0)) return [];
  const found = ONCE.flatMap(([words, module, name]) => {
    const row = longest(stats, module, name);
    return row === undefined ? [] : [{ words, row, share: row.ct / target.seconds }];
  }).filter(({ share }) => share >= LEAST_SHARE && share <= 1);
  if (found.length === 0) return [];
  found.sort((a, b) => b.share - a.share);
  const parts = found.map(({ words, row, share }) => ({ name: words, seconds: row.ct, share }));
  const told = parts.map(({ name, seconds }) => `${name} ${seconds.toFixed(3)} s`).join(', ');
  const rows = found.map(({ row }) => evidence(row));
  return [{ kind: 'cold-work', sentence: `Of this, later calls are spared most: ${told}.`, parts, rows }];
}

function longest({ rows }: Stats, module: RegExp, name: RegExp): Row | undefined {
  let found: Row | undefined;
  for (const row of rows) {
    if (row.line > 0 && name.test(row.name) && module.test(modulePath(row.file)) && row.ct > (found?.ct ?? 0))
      found = row;
  }
  return found;
}
