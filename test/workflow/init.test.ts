import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config/read-config.js';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { init } from '../../src/workflow/init.js';

let folder: string;
let path: string;
let host: Host;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  path = join(folder, 'profkit.yaml');
  host = await localHost({ state: join(folder, 'state'), sudo: false });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});
const how = { host: undefined, dryRun: false };

test('writes a file that is taken, with a schema that is there', async () => {
  const done = await init({ host }, { ...how, path, host: 'me@here' });
  expect(done).toMatchObject({ written: true, host: 'me@here' });
  expect(readFileSync(path, 'utf8')).toBe(done.text);
  expect(await readConfig(folder)).toMatchObject({ host: 'me@here' });
  const schema = /\$schema=(\S+)/.exec(done.text)![1]!;
  expect(JSON.parse(readFileSync(new URL(schema), 'utf8'))).toMatchObject({ title: 'profkit.yaml' });
  expect(readdirSync(folder)).toEqual(['profkit.yaml']);
});

test('never overwrites, and a dry run writes nothing', async () => {
  await init({ host }, { ...how, path, dryRun: true });
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(path, 'host: mine\n');
  await expect(init({ host }, { ...how, path })).rejects.toMatchObject({ code: 'CONFIG_EXISTS', exit: 'refused' });
  expect(readFileSync(path, 'utf8')).toBe('host: mine\n');
  expect(await init({ host }, { ...how, path, dryRun: true })).toMatchObject({ written: false });
});
