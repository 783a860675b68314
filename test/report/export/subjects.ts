import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Edge, FunctionName, Row, Stats } from '../../../src/profile/stats.js';
import { statsOf } from '../../../src/profile/stats-of.js';
import { FORMATS, type FormatName } from '../../../src/report/export/formats.js';
import { blocks } from '../../../src/workflow/write-parts.js';
import { stats } from '../../profile/bytes.js';

const FIXTURES = readdirSync(join(import.meta.dirname, '../../profile/fixtures')).map((f) => f.replace('.prof', ''));

type MadeEdge = readonly [caller: number, nc: number, tt?: number, ct?: number];
type MadeRow = readonly [
  name: FunctionName | string,
  nc: number,
  tt: number,
  ct: number,
  callers?: readonly MadeEdge[],
];

/** A profile by hand. Callers beyond the rows are `outside`. */
export function made(rows: readonly MadeRow[], outside: readonly FunctionName[] = []): Stats {
  const names = rows.map(([name], i) => (typeof name === 'string' ? { file: '/m.py', line: i + 1, name } : name));
  const edge = ([caller, nc, tt, ct]: MadeEdge): Edge => ({
    caller,
    nc,
    cc: tt === undefined ? undefined : nc,
    tt,
    ct,
  });
  const made = rows.map(
    ([, nc, tt, ct, callers = []], id): Row => ({ ...names[id]!, id, nc, cc: nc, tt, ct, callers: callers.map(edge) }),
  );
  return statsOf(made, [...names, ...outside]);
}

const NAMES = [
  'a;b',
  'line\nbreak\r',
  '"quo"ted\\',
  'Grüße 世界',
  'lone\udc80',
  '',
  '(1) x',
  '<b>&amp;',
  'tab\t\0',
  'x, y',
];

const chain = NAMES.map(
  (name, i): MadeRow => [
    { file: `/opt/${name}.py`, line: i, name },
    2,
    0.25,
    0.25 * (NAMES.length - i),
    i ? [[i - 1, 2]] : [],
  ],
);

/** Profiles that are hard on those who write and read. */
export const HARD: Readonly<Record<string, Stats>> = {
  names: made(chain),
  'a circle with no way in': made([
    ['a', 2, 1, 3, [[1, 2]]],
    ['b', 2, 2, 3, [[0, 2]]],
  ]),
  recursion: made([
    ['main', 1, 0.5, 3],
    [
      'fib',
      9,
      2.5,
      2.5,
      [
        [0, 1],
        [1, 8],
      ],
    ],
  ]),
  'callers without rows': made(
    [
      [
        'f',
        3,
        1,
        1,
        [
          [1, 1],
          [2, 2],
        ],
      ],
    ],
    [
      { file: '/x.py', line: 1, name: 'x' },
      { file: '~', line: 0, name: '<built-in exec>' },
    ],
  ),
  'no counts': made([
    ['a', -1, 0, 2],
    ['b', -1, 2, 2, [[0, -1, 2, 2]]],
  ]),
  'negative times': made([
    ['a', 1, -0.5, 1],
    ['b', 1, 1.5, 1.5, [[0, 1]]],
  ]),
  'no time': made([
    ['a', 1, 0, 0],
    ['b', 1, 0, 0, [[0, 1]]],
  ]),
  'large numbers': made([
    ['a', 2 ** 52, 1e6, 2e6],
    ['b', 2 ** 40, 1e6, 1e6, [[0, 2 ** 40]]],
  ]),
  'same names': made([
    [{ file: '~', line: 0, name: 'get' }, 1, 1, 1],
    [{ file: '/m.py', line: 1, name: '<lambda>' }, 1, 1, 1],
    [{ file: '/m.py', line: 2, name: '<lambda>' }, 1, 1, 1],
  ]),
};

export const ALL: readonly (readonly [string, Stats])[] = [
  ...FIXTURES.map((name) => [name, stats(name)] as const),
  ...Object.entries(HARD),
];

/** What is written of a profile, and what is said with it. */
export function exportOf(
  of: Stats,
  to: FormatName,
  name = 'x.prof',
): { bytes: Buffer; text: string; notes: readonly string[] } {
  const { parts, notes } = FORMATS[to].export({ name, stats: of, when: new Date(1_600_000_000_000) });
  const bytes = Buffer.concat([...blocks(parts)]);
  return { bytes, text: bytes.toString('utf8'), notes };
}

/** All own time, as an export counts it. */
export const ownSeconds = ({ columns: { tt } }: Stats): number => tt.reduce((sum, one) => sum + Math.max(0, one), 0);
