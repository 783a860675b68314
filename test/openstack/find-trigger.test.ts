import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { aliasesOf } from '../../src/openstack/aliases.js';
import { type Asking, findTrigger, smallestFirst } from '../../src/openstack/find-trigger.js';
import { PRESETS, presetOf } from '../../src/openstack/presets.js';

let folder: string;
let host: Host;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  host = await localHost({ state: join(folder, 'state'), sudo: false });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A client that answers `image list` and `flavor list` with these. */
function client(images: object[], flavors: object[]) {
  const answer = (o: object[]) => `echo '${JSON.stringify(o)}'`;
  const script = `#!/bin/sh\ncase $1 in image) ${answer(images)};; flavor) ${answer(flavors)};; *) exit 3;; esac\n`;
  writeFileSync(join(folder, 'openstack'), script);
  chmodSync(join(folder, 'openstack'), 0o755);
  return asking();
}

function asking(more: Partial<Asking> = {}): Asking {
  const credentials = { env: {}, from: 'OS_CLOUD=x', given: true };
  const how = { env: { PATH: `${folder}:/usr/bin:/bin` } };
  return { how, credentials, name: 'profkit-abcdef', count: 1, ...more };
}

const IMAGES = [
  { ID: 'i0', Name: 'a', Status: 'queued' },
  { ID: 'i1', Name: 'debian', Status: 'active' },
  { ID: 'i2', Name: 'cirros-0.6.3-x86_64-disk', Status: 'active' },
];
const FLAVORS = [
  { ID: '1', Name: 'm1.tiny', RAM: 512, Disk: 1, VCPUs: 1 },
  { ID: 'c1', Name: 'cirros256', RAM: 256, Disk: 1, VCPUs: 1 },
];

test('a server is made of an image and the smallest flavor that are there, without a network', async () => {
  const words = async (more: Partial<Asking>) =>
    (await findTrigger(host, { kind: 'create' }, { ...client(IMAGES, FLAVORS), ...more })).argv.join(' ');
  const client37 = 'openstack --os-compute-api-version 2.37 server create';
  expect(await words({})).toBe(`${client37} --nic none --image i2 --flavor c1 profkit-abcdef-{n}`);
  expect(await words({ count: 3, image: 'mine', flavor: 'm1.tiny', network: 'net' })).toBe(
    `${client37} --min 3 --max 3 --nic net-id=net --image mine --flavor 1 profkit-abcdef-{n}`,
  );
  const unknown = words({ flavor: 'none' });
  await expect(unknown).rejects.toMatchObject({ code: 'NOT_IN_CLOUD', message: 'This cloud has no flavor none.' });
});

test('what is done to a server is done to one that is made before; a resize goes to the next larger flavor', async () => {
  const recipe = await findTrigger(host, { kind: 'resize' }, client(IMAGES, FLAVORS));
  expect(recipe.prepare?.join(' ')).toMatch(/server create .* --flavor c1 profkit-abcdef-\{n\}$/);
  expect(recipe.argv.slice(3).join(' ')).toBe('server resize --flavor 1 {server}');
  const none = findTrigger(host, { kind: 'resize' }, client(IMAGES, FLAVORS.slice(0, 1)));
  await expect(none).rejects.toMatchObject({
    code: 'NOTHING_TO_BOOT',
    message: expect.stringMatching(/no larger flavor/),
  });
});

test('a cloud with nothing to boot says so, and one that does not answer too', async () => {
  const find = (images: object[], flavors: object[]) => findTrigger(host, { kind: 'create' }, client(images, flavors));
  await expect(find(IMAGES.slice(0, 1), FLAVORS)).rejects.toMatchObject({ code: 'NOTHING_TO_BOOT' });
  await expect(find(IMAGES, [])).rejects.toMatchObject({ code: 'NOTHING_TO_BOOT' });
  writeFileSync(join(folder, 'openstack'), '#!/bin/sh\necho "no cloud" >&2; exit 1\n');
  const asked = findTrigger(host, { kind: 'create' }, asking());
  await expect(asked).rejects.toMatchObject({ code: 'TRIGGER_FAILED', detail: 'no cloud' });
});

test('other triggers are words of the client, or time', async () => {
  const { argv } = await findTrigger(host, { kind: 'client', words: ['token', 'issue'] }, asking());
  expect(argv).toEqual(['openstack', 'token', 'issue']);
  expect(await findTrigger(host, { kind: 'wait', seconds: 70 }, asking())).toEqual({ argv: ['sleep', '70'], count: 1 });
});

test('a request is sent by the Python of the client; its words do not show a body', async () => {
  writeFileSync(join(folder, 'openstack'), '#!/usr/bin/env python3\nprint()\n');
  const request = { method: 'GET', path: '/servers', service: 'compute', body: null };
  const recipe = await findTrigger(host, { kind: 'http', request }, asking());
  expect(recipe).toMatchObject({
    shown: 'GET compute:/servers',
    argv: ['/usr/bin/env', 'python3', '-W', 'ignore', '-'],
  });
  expect(recipe.stdin).toContain('/servers');
});

test('the smallest flavor is that of the least memory, then disk', () => {
  const flavor = (Name: string, RAM: number, Disk: number) => ({ Name, RAM, Disk, VCPUs: 1 });
  const sorted = smallestFirst([flavor('a', 512, 1), flavor('b', 256, 5), flavor('c', 256, 1)]);
  expect(sorted.map((f) => f.Name)).toEqual(['c', 'b', 'a']);
});

test('presets have names of their own, which no target can have', () => {
  const names = PRESETS.map((p) => p.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(presetOf('nova.scheduler')).toBeUndefined();
});

test('aliases lead from any release to the others, the newest first', () => {
  const names = (module: string, name: string) => aliasesOf({ module, name }).map((t) => `${t.module}:${t.name}`);
  expect(names('nova.scheduler.filter_scheduler', 'FilterScheduler.select_destinations')).toEqual([
    'nova.scheduler.manager:SchedulerManager.select_destinations',
    'nova.scheduler.manager:SchedulerManager._select_destinations',
  ]);
  expect(names('nova.scheduler.manager', 'SchedulerManager._schedule')).toEqual([
    'nova.scheduler.filter_scheduler:FilterScheduler._schedule',
  ]);
  expect(names('nova.db.sqlalchemy.api', 'instance_get')).toEqual(['nova.db.main.api:instance_get']);
  expect(names('nova.compute.api', 'API.create')).toEqual([]);
});
