import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StatsSum } from '../../src/profile/stats-sum.js';
import { printPstats } from '../../src/workflow/print-pstats.js';
import { stats } from './bytes.js';

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', `${name}.prof`);

it.each([
  ['counted callers', ['25-cold', '25-warm', '05-cold', 'ncpu']],
  ['timed callers', ['own-wall', 'own-threads', 'nova34-cprofile']],
  ['one file twice', ['25-warm', '25-warm']],
])('prints of several what pstats prints of them: %s', async (_, names) => {
  const files = names.map(fixture) as [string, ...string[]];
  for (const [sort, print, strip] of [
    ['cumulative', 'stats', false],
    ['name', 'stats', true],
    ['tottime', 'callers', false],
    ['ncalls', 'callees', true],
  ] as const) {
    const code = `import pstats, sys
s = pstats.Stats(*sys.argv[1:])
${strip ? 's.strip_dirs()' : ''}
s.sort_stats(${JSON.stringify(sort)}).print_${print}(0.2)`;
    const theirs = execFileSync('python3', ['-c', code, ...files], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    const asked = {
      sort: [sort],
      stripDirs: strip,
      limit: ['0.2'],
      callers: print === 'callers',
      callees: print === 'callees',
    };
    expect(await printPstats(files, asked)).toBe(theirs);
  }
});

it('adds what pstats cannot: calls of both kinds, and a time only where all know it', () => {
  const sum = new StatsSum().add(stats('25-warm')).add(stats('own-wall')).stats();
  const one = (name: string, from: 'nc' | 'ct') => stats(name).rows.find((row) => row.name === '_schedule')![from];
  const rows = sum.rows.filter((row) => row.name === '_schedule');
  expect(rows.reduce((total, { nc }) => total + nc, 0)).toBe(one('25-warm', 'nc') + one('own-wall', 'nc'));
  const edges = sum.rows.flatMap(({ callers }) => callers);
  expect(edges.some(({ ct }) => ct === undefined)).toBe(true);
  expect(edges.some(({ ct }) => ct !== undefined)).toBe(true);
});
