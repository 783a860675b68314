import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../src/config.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = (text: string) => {
  writeFileSync(join(folder, 'profkit.yaml'), text);
  return readConfig(folder);
};

test('none is an empty one', async () => {
  expect(await readConfig(folder)).toEqual({ services: {} });
  expect(await read('')).toEqual({ services: {} });
});

test('services by commands', async () => {
  const spec = { start: 'a --daemon', stop: ['kill', 'x'], pids: 'pgrep a', user: 'stack' };
  expect(await read(`services:\n  api: ${JSON.stringify(spec)}\n`)).toEqual({ services: { api: spec } });
});

test.each([
  ['services: [', /profkit\.yaml: .*line 1/],
  ['service: {}', /there is no setting "service"/],
  ['services: 3', /services must hold names/],
  ['services: {a: {start: x, stop: y}}', /services\.a\.pids must be a command/],
  ['services: {a: {start: x, stop: y, pids: z, strat: q}}', /services\.a has no setting "strat"/],
  ['services: {a: {start: [], stop: y, pids: z}}', /services\.a\.start must be a command/],
  ['services: {a: {start: x, stop: y, pids: z, user: 3}}', /services\.a\.user must be text/],
])('%s is refused with the reason', async (text, why) => {
  await expect(read(text)).rejects.toMatchObject({ code: 'BAD_CONFIG', message: expect.stringMatching(why) });
});
