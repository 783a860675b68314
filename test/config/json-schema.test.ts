import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { jsonSchema } from '../../src/config/json-schema.js';
import { readConfig } from '../../src/config/read-config.js';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what is shipped is what the checker is made from', () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toContain('profkit.schema.json');
  // Where this differs: profkit.schema.json is to be written anew, from jsonSchema().
  expect(JSON.parse(readFileSync(join(ROOT, 'profkit.schema.json'), 'utf8'))).toEqual(jsonSchema());
});

/** Numbers from 0 to below n, the same in every run. */
function randoms(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
}

const VALUES = [
  'a',
  ' ',
  '',
  'n-sch',
  'true',
  true,
  3,
  2.5,
  null,
  [],
  {},
  ['a'],
  ['a', 2.1],
  [['a']],
  [null],
  [''],
  [' ', 'x'],
  { a: 1 },
];
const WORDS = ['profkit', 'sample', 'auto', 'hook'];

test('an independent validator takes and refuses what the checker does: 1,500 files', async () => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(jsonSchema());
  const pick = randoms(7);
  const one = <T>(of: readonly T[]): T => of[pick(of.length)]!;
  const map = (names: readonly string[], value: () => unknown): unknown =>
    Object.fromEntries(Array.from({ length: pick(5) }, () => [one(names), value()]));
  const value = () => (pick(2) ? one(VALUES) : one(WORDS));
  const command = () => (pick(8) ? one<unknown>(['x', ['x', 1]]) : one(VALUES));
  const service = () =>
    pick(6)
      ? { start: command(), stop: command(), pids: command(), ...(pick(3) ? {} : { user: one(VALUES) }) }
      : one([null, 'a', map(['start', 'stop', 'pids', 'user', 'python', 'other'], command)]);
  const names = [
    'host',
    'service',
    'target',
    'id',
    'when',
    'engine',
    'mode',
    'trigger',
    'into',
    'services',
    'services',
  ];
  let taken = 0;
  for (let n = 0; n < 1500; n++) {
    const wanted = map(pick(20) ? names : [...names, 'other'], value) as Record<string, unknown>;
    if ('services' in wanted && pick(5)) wanted.services = map(['a', 'b', ' '], service);
    const text = stringify(pick(50) ? wanted : one(VALUES));
    writeFileSync(join(folder, 'profkit.yaml'), text);
    const checked = await readConfig(folder).then(
      () => true,
      (e: { code: string }) => {
        expect(e.code).toBe('BAD_CONFIG');
        return false;
      },
    );
    expect(checked, text).toBe(validate(parse(text)));
    taken += checked ? 1 : 0;
  }
  expect(taken).toBeGreaterThan(250);
  expect(taken).toBeLessThan(1250);
}, 180_000);
