import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { findCredentials } from '../../src/openstack/credentials.js';

let folder: string;
let host: Host;
beforeAll(async () => {
  host = await localHost({ state: join(tmpdir(), 'profkit-credentials'), sudo: false });
});
afterAll(() => host.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

const OPENRC = 'export OS_AUTH_URL=http://k OS_USERNAME=$1 OS_PASSWORD="two\nlines"\nPS1=x\necho noise\nfalse\n';

/** @param clouds also in the folder, so that those of this machine do not count */
function find(environment: Record<string, string>, openrc?: string) {
  const env = { HOME: folder, PATH: process.env.PATH!, OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml') };
  return findCredentials(host, environment, { cwd: folder, env }, openrc);
}

test('OS_CLOUD, then the rest of the environment, as it is', async () => {
  const all = { OS_CLOUD: 'mine', OS_USERNAME: 'u', HOME: '/' };
  expect(await find(all)).toEqual({ env: { OS_CLOUD: 'mine', OS_USERNAME: 'u' }, from: 'OS_CLOUD=mine', given: true });
  expect(await find({ OS_USERNAME: 'u' })).toMatchObject({
    env: { OS_USERNAME: 'u' },
    from: expect.stringMatching(/as u$/),
  });
});

test("devstack's cloud where a clouds.yaml has it, also beside an openrc", async () => {
  writeFileSync(join(folder, 'clouds.yaml'), 'clouds:\n  devstack-admin:\n    auth: {}\n');
  writeFileSync(join(folder, 'openrc'), OPENRC, { mode: 0o600 });
  const own = { OS_COMPUTE_API_VERSION: '2.37' };
  expect(await find(own)).toMatchObject({ env: { OS_CLOUD: 'devstack-admin', ...own }, given: false });
});

test('an openrc that is found: what it exports of OS_*, and nothing else', async () => {
  mkdirSync(join(folder, 'devstack'));
  writeFileSync(join(folder, 'devstack/openrc'), OPENRC, { mode: 0o644 });
  expect(await find({})).toEqual({
    env: {
      OS_AUTH_URL: 'http://k',
      OS_USERNAME: 'admin',
      OS_PASSWORD: 'two\nlines',
      OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml'),
    },
    from: `the openrc ${join(folder, 'devstack/openrc')}`,
    given: true,
  });
});

test('one that others can write is not run unless it is named', async () => {
  const file = join(folder, 'openrc');
  writeFileSync(file, `touch ${folder}/ran\n${OPENRC}`);
  await host.run(['chmod', '666', file]);
  expect(await find({})).not.toMatchObject({ from: `the openrc ${file}` });
  expect(await host.stat(join(folder, 'ran'))).toBeUndefined();
  expect(await find({ OS_CLOUD: 'mine' }, 'openrc')).toMatchObject({
    env: { OS_USERNAME: 'admin' },
    from: 'the openrc openrc',
  });
});

test.each([
  ['none', undefined, /cannot read it/],
  ['empty', 'x=1\n', /sets no OS_\*/],
])('one that is %s', async (name, text, why) => {
  if (text) writeFileSync(join(folder, name), text);
  await expect(find({}, name)).rejects.toMatchObject({ code: 'OPENRC', message: expect.stringMatching(why) });
});
