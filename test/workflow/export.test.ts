import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exportFiles } from '../../src/workflow/export.js';
import { fixture } from '../profile/bytes.js';
import { sidecar } from '../profile/example-sidecar.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-export-'));
  for (const name of ['one.prof', 'two.prof']) writeFileSync(at(name), fixture('bad-concurrent'), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

it('writes one file, as private as the capture is', async () => {
  const [done] = await exportFiles([at('one.prof')], { to: 'csv', output: at('one.csv') });
  const { size, mode } = statSync(at('one.csv'));
  expect(done).toEqual({ file: at('one.prof'), to: 'csv', output: at('one.csv'), bytes: size, notes: [] });
  expect(mode & 0o777).toBe(0o600);
});

it('writes several into a folder, by their names', async () => {
  mkdirSync(at('out'));
  await exportFiles([at('one.prof'), at('two.prof')], { to: 'pprof', output: at('out') });
  expect(readdirSync(at('out')).sort()).toEqual(['one.pb.gz', 'two.pb.gz']);
});

it('refuses several for one file, and two of one name, before anything is written', async () => {
  const files = [at('one.prof'), at('two.prof')];
  await expect(exportFiles(files, { to: 'csv', output: at('x.csv') })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  mkdirSync(at('out'));
  const same = exportFiles([at('one.prof'), at('one.prof')], { to: 'csv', output: at('out') });
  await expect(same).rejects.toMatchObject({ code: 'BAD_OPTION' });
  expect(readdirSync(at('out'))).toEqual([]);
});

it('never overwrites unasked, not even a broken link, and writes none of several then', async () => {
  mkdirSync(at('out'));
  symlinkSync('/nowhere', join(at('out'), 'two.csv'));
  const files = [at('one.prof'), at('two.prof')];
  const refused = exportFiles(files, { to: 'csv', output: at('out') });
  await expect(refused).rejects.toMatchObject({ code: 'OUTPUT_EXISTS', exit: 'refused' });
  expect(readdirSync(at('out'))).toEqual(['two.csv']);
  await exportFiles(files, { to: 'csv', output: at('out'), force: true });
  expect(readFileSync(join(at('out'), 'two.csv'), 'utf8')).toMatch(/^file,line,name/);
});

it('writes to a device, which is no file to replace', async () => {
  await exportFiles([at('one.prof')], { to: 'json', output: '/dev/null', force: true });
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

it('leaves nothing behind where it cannot write', async () => {
  const before = readdirSync(folder);
  const failed = exportFiles([at('one.prof')], { to: 'csv', output: at('no/such/x.csv') });
  await expect(failed).rejects.toMatchObject({ code: 'OUTPUT' });
  expect(readdirSync(folder)).toEqual(before);
});

it('says of a capture of stacks where these are', async () => {
  const stacks = { speedscope: 'a', folded: 'b' };
  writeFileSync(at('s.json'), JSON.stringify(sidecar({ engine: 'sample', scope: 'tree', profile: null, stacks })));
  writeFileSync(at('s.folded'), 'f (/f.py:1) 5\n');
  const refused = exportFiles([at('s.json')], { to: 'csv', output: at('s.csv') });
  await expect(refused).rejects.toMatchObject({ code: 'NO_TABLE', next: expect.stringContaining('s.speedscope.json') });
});
