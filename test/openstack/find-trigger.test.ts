import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { aliasesOf } from '../../src/openstack/aliases.js';
import { findTrigger, smallest } from '../../src/openstack/find-trigger.js';
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
  return { env: { PATH: `${folder}:/usr/bin:/bin` } };
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
  const find = () => findTrigger(host, { kind: 'server create' }, client(IMAGES, FLAVORS), 'profkit-abcdef');
  expect((await find()).join(' ')).toBe(
    'openstack --os-compute-api-version 2.37 server create --nic none --image i2 --flavor c1 profkit-abcdef',
  );
});

test('a cloud with nothing to boot says so, and one that does not answer too', async () => {
  const find = (images: object[], flavors: object[]) =>
    findTrigger(host, { kind: 'server create' }, client(images, flavors), 'x');
  await expect(find(IMAGES.slice(0, 1), FLAVORS)).rejects.toMatchObject({ code: 'NOTHING_TO_BOOT' });
  await expect(find(IMAGES, [])).rejects.toMatchObject({ code: 'NOTHING_TO_BOOT' });
  writeFileSync(join(folder, 'openstack'), '#!/bin/sh\necho "no cloud" >&2; exit 1\n');
  const how = { env: { PATH: `${folder}:/usr/bin:/bin` } };
  const asked = findTrigger(host, { kind: 'server create' }, how, 'x');
  await expect(asked).rejects.toMatchObject({ code: 'TRIGGER_FAILED', detail: 'no cloud' });
});

test('other triggers are words of the client, or time', async () => {
  expect(await findTrigger(host, { kind: 'client', words: ['token', 'issue'] }, {}, 'x')).toEqual([
    'openstack',
    'token',
    'issue',
  ]);
  expect(await findTrigger(host, { kind: 'wait', seconds: 70 }, {}, 'x')).toEqual(['sleep', '70']);
});

test('the smallest flavor is that of the least memory, then disk', () => {
  const flavor = (Name: string, RAM: number, Disk: number) => ({ Name, RAM, Disk, VCPUs: 1 });
  expect(smallest([flavor('a', 512, 1), flavor('b', 256, 5), flavor('c', 256, 1)])?.Name).toBe('c');
  expect(smallest([])).toBeUndefined();
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
