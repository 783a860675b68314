import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { analyzeRepeats } from '../../src/workflow/analyze-repeats.js';
import type { Shot } from '../../src/workflow/fire.js';
import { sidecar } from '../profile/example-sidecar.js';

const FIXTURES = join(import.meta.dirname, '../profile/fixtures');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-repeats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A capture of the guide's profiler on real Nova with 25 computes, as if profkit had taken it. */
function call(n: number, fixture: '25-cold' | '25-warm', more: Partial<Sidecar>): { shot: Shot; file: string } {
  const file = join(folder, `call-${n}.prof`);
  copyFileSync(join(FIXTURES, `${fixture}.prof`), file);
  const beside = sidecar({ profile: `call-${n}.prof`, cold: fixture === '25-cold', ...more });
  writeFileSync(join(folder, `call-${n}.json`), JSON.stringify(beside));
  const server = { id: `s${n}`, status: 'ACTIVE' };
  const capture = { file, sidecarFile: join(folder, `call-${n}.json`), sidecar: beside };
  return { shot: { n, command: 'x', id: `s${n}`, server, capture }, file };
}

const analyzed = (calls: { shot: Shot; file: string }[]) =>
  analyzeRepeats(
    calls.map(({ shot }) => shot),
    calls.map(({ file }) => file),
    100,
  );

test('cold against warm: what only the cold call does, and the warm one in the middle', async () => {
  const calls = [
    call(1, '25-cold', { wall_seconds: 0.727 }),
    call(2, '25-warm', { wall_seconds: 0.411 }),
    call(3, '25-warm', { wall_seconds: 0.409 }),
    call(4, '25-warm', { wall_seconds: 0.41 }),
  ];
  const { cold, warm, coldness, findings, text } = await analyzed(calls);
  expect(cold).toMatchObject({ captures: 1, wall: { median: 0.727 } });
  expect(warm).toMatchObject({ captures: 3, wall: { median: 0.41, least: 0.409, most: 0.411 } });
  // the heaviest first, and not what is only below another: _compiler is SQL's own cache
  expect(coldness).toEqual([
    'Only the cold call ran get_by_host (nova/objects/host_mapping.py:103), 25 times, 0.333 s; ' +
      '_compiler (sqlalchemy/sql/elements.py:563), 5 times, 0.045 s; ' +
      '_start (oslo_db/sqlalchemy/enginefacade.py:477), once, 0.020 s.',
  ]);
  expect(findings.cold!.some(({ sentence }) => sentence.includes('get_by_host'))).toBe(true);
  expect(findings.warm!.some(({ sentence }) => sentence.includes('get_by_host'))).toBe(false);
  expect(text).toMatch(/The warm one in the middle, number 4:\n\n.*call-4\.prof/);
});

test('two processes, each with its cold call, and none warm: that is said', async () => {
  const calls = [call(1, '25-cold', { pid: 1 }), call(2, '25-cold', { pid: 2 })];
  const { cold, warm, coldness, text } = await analyzed(calls);
  expect(cold).toMatchObject({ captures: 2, processes: 2 });
  expect({ warm, coldness }).toEqual({ warm: null, coldness: [] });
  expect(text).toMatch(/2 calls of .*: 2 cold \(the first of their processes\), none warm/);
  expect(text).toMatch(/None was warm: .*Repeat more often\./);
});
