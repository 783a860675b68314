import { describe, expect, it } from 'vitest';
import { isOnlyBelow, requestOf } from '../../src/profile/asks.js';
import { findings } from '../../src/profile/insight.js';
import { stats } from './bytes.js';
import { made } from './made-stats.js';

const site = (path: string) => `/usr/lib/python3/dist-packages/${path}`;
const query = { name: 'first', file: site('sqlalchemy/orm/query.py') };
const of = (profile: Parameters<typeof findings>[0]) =>
  findings(profile)
    .filter(({ kind }) => kind === 'once-per')
    .map(({ sentence }) => sentence)
    .join('\n');

describe('what a loop asks in each turn', () => {
  it('is told where all queries were below what it is told of', () => {
    const profile = made([
      { name: 'target', ct: 1 },
      { name: 'get_by_host', nc: 12, ct: 0.8, callers: ['target'] },
      { name: 'read', nc: 12, ct: 0.7, callers: ['get_by_host'] },
      { ...query, nc: 12, ct: 0.6, callers: ['read'] },
    ]);
    expect(of(profile)).toContain('once for each of 12 hosts, 80 % of the whole (0.800 of 1.000 s)');
    expect(of(profile)).toContain('; each time one database query, 0.600 s in all.');
  });

  it('is not told where others may have asked', () => {
    const [profile] = [stats('25-cold')];
    const row = (name: string, file: RegExp) => profile.rows.find((one) => one.name === name && file.test(one.file))!;
    const first = row('first', /orm\/query/);
    expect(isOnlyBelow(profile, first, row('get_by_host', /host_mapping/))).toBe(true);
    // by way of a decorator that other functions share
    expect(isOnlyBelow(profile, first, row('_get_instances_by_host', /host_manager/))).toBe(false);
    expect(of(profile)).toMatch(/^_get_instances_by_host .*\(0\.563 of 0\.727 s\)\.$/m);
    expect(of(profile)).not.toMatch(/^get_uuids_by_host .*query/m);
  });

  it('is how many requests, where it is several', () => {
    expect(of(stats('05-five-instances'))).toMatch(
      /^claim_resources .*; each time 2 HTTP requests, 0\.235 s in all\.$/m,
    );
  });
});

it('only some functions of a library ask', () => {
  const result = { file: site('sqlalchemy/engine/result.py'), line: 1, name: 'first' };
  expect(requestOf(result)).toBeUndefined();
  expect(requestOf({ ...result, file: query.file })).toBe('database query');
  expect(requestOf({ ...result, file: query.file, name: 'filter' })).toBeUndefined();
  const sqlite = { file: '~', line: 0, name: "<method 'execute' of 'sqlite3.Cursor' objects>" };
  expect(requestOf(sqlite)).toBe('database query');
});
