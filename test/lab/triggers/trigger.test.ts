import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Alike } from '../../../src/profile/repeats.js';
import type { Sidecar } from '../../../src/profile/sidecar.js';
import { labReason, ProfkitInLab } from '../profkit-in-lab.js';

interface Call {
  n: number;
  command: string;
  id: string;
  server: { id: string; status: string; fault?: string };
  capture: string;
  sidecar: Sidecar;
}
interface Ran extends Call {
  deleted: string[];
}
interface Repeated {
  calls: Call[];
  cold: Alike | null;
  warm: Alike | null;
  coldness: string[];
  deleted: string[];
}

const INTO = ['--into', '/tmp/trigger'];

describe.skipIf(labReason && !process.env.CI)(`the trigger, on real Nova${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up({ name: 'triggers' });
  });
  afterEach(() => it.run('revert', '--all', '--restart'));
  afterAll(async () => {
    await it.deleteAllServers();
    await it.script('rm -rf /tmp/trigger');
  });

  const servers = () => it.openstack<unknown[]>('server', 'list', '--all-projects');

  test('run scheduler --repeat 10, of one worker: one cold call and nine warm ones, told apart, with spread', async () => {
    await it.schedulerWorkers(1);
    try {
      const ran = await it.json<Repeated>('run', 'scheduler', '--repeat', '10', ...INTO);
      expect(ran.calls.map(({ n, sidecar }) => [n, sidecar.cold])).toEqual(
        Array.from({ length: 10 }, (_, i) => [i + 1, i === 0]),
      );
      for (const { id, sidecar, server } of ran.calls) {
        expect(sidecar.ids).toEqual([id]);
        expect(server.status).toBe('ACTIVE');
      }
      expect(ran.cold).toMatchObject({ captures: 1, processes: 1 });
      expect(ran.warm).toMatchObject({ captures: 9, processes: 1 });
      const { least, median, most } = ran.warm!.wall;
      expect(least).toBeLessThanOrEqual(median);
      expect(median).toBeLessThanOrEqual(most);
      expect(least).toBeLessThan(most);
      // five hosts, looked up by the first call alone
      expect(ran.coldness.join(' ')).toMatch(/get_by_host .*5 times/);
      expect(new Set(ran.deleted)).toEqual(new Set(ran.calls.map(({ id }) => id)));
      expect(await servers()).toEqual([]);
    } finally {
      await it.schedulerWorkers(2);
    }
    await it.expectRestored();
  });

  test('two requests at once with two servers each: a capture for each request, all four deleted', async () => {
    const r = await it.run('run', 'scheduler', '--parallel', '2', '--count', '2', ...INTO);
    expect(r, r.stderr).toMatchObject({ code: 0 });
    expect(r.stdout).toMatch(/2 calls of SchedulerManager\.select_destinations: /);
    expect(r.stdout).toMatch(/^n +process +wall +active +outcome$/m);
    const names = (await it.script('cd /tmp/trigger; ls -t | head -1 | xargs -I{} sh -c "cat {}/*-*-*.json"')).trim();
    const ids = [...names.matchAll(/"ids": \[([^\]]*)\]/g)].map((m) => m[1]!.split(',').length);
    expect(ids).toEqual([2, 2]);
    expect(await servers()).toEqual([]);
    await it.expectRestored();
  });

  test('a probe that is in is triggered without a command: by a request, and by an openrc', async () => {
    await it.json('patch', 'api-list');
    await it.json('restart', 'n-api');
    const http = await it.json<Ran>('trigger', '--http', '/servers/detail?all_tenants=1');
    expect(http).toMatchObject({
      command: 'GET compute:/servers/detail?all_tenants=1',
      sidecar: { outcome: 'returned' },
    });
    const openrc = await it.json<Ran>('trigger', '--openrc', '/opt/stack/devstack/openrc');
    expect(openrc.command).toBe('openstack server list --all-projects');
    const refused = await it.run('trigger', '--http', '/nowhere');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/GET compute:\/nowhere.*status 1.*404/s) });
    await it.json('revert', '--all', '--restart');
    await it.expectRestored();
  });

  test('a resize: a server is made, resized, brought back, resized again, and deleted', async () => {
    await it.admin('openstack flavor create --ram 300 --disk 1 --vcpus 1 larger');
    try {
      const ran = await it.json<Repeated>('run', 'conductor-resize', '--repeat', '2', ...INTO);
      expect(ran.calls.map(({ server }) => server.status)).toEqual(['VERIFY_RESIZE', 'VERIFY_RESIZE']);
      expect(new Set(ran.calls.map(({ id }) => id))).toEqual(new Set(ran.deleted));
      expect(ran.deleted).toHaveLength(1);
      for (const { id, sidecar } of ran.calls) expect(sidecar.ids).toEqual([id]);
    } finally {
      await it.admin('openstack flavor delete larger');
    }
    expect(await servers()).toEqual([]);
    await it.expectRestored();
  });
});
