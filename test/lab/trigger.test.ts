import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Alike } from '../../src/profile/repeats.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { create, labReason, ProfkitInLab, TARGET } from './profkit-in-lab.js';

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

const ADMIN = { OS_CLOUD: 'devstack-admin' };
const INTO = ['--into', '/tmp/trigger'];

describe.skipIf(labReason && !process.env.CI)(`the trigger, on real Nova${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
  });
  afterEach(() => it.run('revert', '--all', '--restart'));
  afterAll(async () => {
    await it.deleteAllServers();
    await it.script('rm -rf /tmp/trigger');
  });

  const admin = async (script: string): Promise<string> => {
    const r = await it.lab.script(script, { user: 'stack', env: ADMIN, timeoutMs: 300_000 });
    expect(r, r.stderr).toMatchObject({ code: 0 });
    return r.stdout;
  };
  const servers = () => it.openstack<unknown[]>('server', 'list', '--all-projects');

  /** A run that ends with a failure: two sentences, no stack, nothing secret, and the host as it was. */
  async function fails(argv: string[], env: Record<string, string>, what: RegExp, next: RegExp): Promise<string> {
    const r = await it.lab.exec(['profkit', ...argv], { user: 'stack', env, timeoutMs: 600_000 });
    expect(r.code, r.stderr + r.stdout).not.toBe(0);
    expect(r.stderr).toMatch(what);
    expect(r.stderr.trim().split('\n').at(-1)).toMatch(next);
    expect(r.stderr).not.toMatch(/ {4}at /);
    await it.expectRestored();
    return r.stderr;
  }

  test('run scheduler --repeat 10, of one worker: one cold call and nine warm ones, told apart, with spread', async () => {
    await schedulerWorkers(it, 1);
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
      await schedulerWorkers(it, 2);
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
    await admin('openstack flavor create --ram 300 --disk 1 --vcpus 1 larger');
    try {
      const ran = await it.json<Repeated>('run', 'conductor-resize', '--repeat', '2', ...INTO);
      expect(ran.calls.map(({ server }) => server.status)).toEqual(['VERIFY_RESIZE', 'VERIFY_RESIZE']);
      expect(new Set(ran.calls.map(({ id }) => id))).toEqual(new Set(ran.deleted));
      expect(ran.deleted).toHaveLength(1);
      for (const { id, sidecar } of ran.calls) expect(sidecar.ids).toEqual([id]);
    } finally {
      await admin('openstack flavor delete larger');
    }
    expect(await servers()).toEqual([]);
    await it.expectRestored();
  });

  test('a live migration: to another host', async () => {
    // as devstack sets it, for computes cannot ask the API's database
    const set = "printf '[workarounds]\\ndisable_group_policy_check_upcall = True\\n' >>/etc/nova/nova-cpu.conf";
    await it.script(
      `cp -p /etc/nova/nova-cpu.conf /root/nova-cpu.conf && ${set} && systemctl restart 'devstack@n-cpu-*'`,
    );
    await admin(
      'for _ in $(seq 60); do [ "$(openstack compute service list -f value -c State | grep -c up)" -ge 7 ] && break; sleep 1; done',
    );
    try {
      const ran = await it.json<Ran>('run', 'conductor-live-migrate', ...INTO);
      expect(ran.server).toEqual({ id: ran.id, status: 'ACTIVE' });
      expect(ran.deleted).toEqual([ran.id]);
    } finally {
      await it.script("cp -p /root/nova-cpu.conf /etc/nova/nova-cpu.conf && systemctl restart 'devstack@n-cpu-*'");
    }
    await it.expectRestored();
  });

  test('nova-manage, which makes placement run', async () => {
    const target = 'placement.objects.resource_provider:get_all_by_filters';
    const ran = await it.json<Ran>(
      'run',
      target,
      '-s',
      'placement-api',
      ...INTO,
      '--',
      'nova-manage',
      'placement',
      'audit',
    );
    expect(ran).toMatchObject({ command: 'nova-manage placement audit', sidecar: { outcome: 'returned' } });
    await it.expectRestored();
  });

  test('an expired credential: said with the remedy before anything is touched, and not shown', async () => {
    const password = 'not-the-password-any-more';
    const said = await fails(
      ['run', 'scheduler'],
      {
        OS_AUTH_URL: 'http://127.0.0.1:5000/v3',
        OS_USERNAME: 'admin',
        OS_PASSWORD: password,
        OS_PROJECT_NAME: 'admin',
        OS_USER_DOMAIN_ID: 'default',
        OS_PROJECT_DOMAIN_ID: 'default',
      },
      /Error: Keystone refuses the credentials \(401; OS_\* of your environment, as admin\): they are wrong, or expired\./,
      /until this works: openstack token issue/,
    );
    expect(said).not.toContain(password);
    expect(said).not.toMatch(/Restart/);
  });

  test('a quota of 0', async () => {
    await admin('openstack quota set --instances 0 --force admin 2>/dev/null || true');
    try {
      await fails(
        ['run', 'scheduler'],
        ADMIN,
        /Error: The quota leaves no room for it: Quota exceeded for instances: Requested 1, but already used 0 of 0 instances\./,
        /openstack quota set --instances/,
      );
    } finally {
      await admin('openstack quota set --instances -1 --force admin 2>/dev/null || true');
    }
  });

  test('no image, and one that is not there', async () => {
    const id = (await admin('openstack image list -f value -c ID')).trim();
    await admin(`openstack image set --deactivate ${id}`);
    try {
      const said = await fails(['run', 'scheduler'], ADMIN, /Error: This cloud has no active image/, /image create/);
      expect(said).not.toMatch(/Restart/);
    } finally {
      await admin(`openstack image set --activate ${id}`);
    }
    const words = create('x').map((w) => (w.startsWith('cirros') ? 'nope' : w));
    await fails(['run', TARGET, '-s', 'n-sch', '--', ...words], ADMIN, /has no image nope\./, /openstack image list/);
  });

  test('a server that ends in ERROR before it comes to the target: with the words of Nova', async () => {
    // no compute is enabled, so the scheduler has nothing to choose from
    const all = (what: string) =>
      admin(
        `for h in $(openstack compute service list --service nova-compute -f value -c Host); do openstack compute service set --${what} $h nova-compute; done`,
      );
    await all('disable');
    try {
      await fails(
        ['run', 'compute-build', '-s', 'n-cpu-1'],
        ADMIN,
        /Error: Server [0-9a-f-]{36} is in ERROR, and the target did not run: No valid host was found\./,
        /openstack compute service list/,
      );
      expect(await servers()).toEqual([]);
    } finally {
      await all('enable');
    }
  });
});

/** One worker: then all calls are in one process. */
function schedulerWorkers(it: ProfkitInLab, count: number): Promise<string> {
  const edit = `/^\\[scheduler\\]/,/^\\[/ s/^workers = .*/workers = ${count}/`;
  return it.script(`sed -i '${edit}' /etc/nova/nova.conf && systemctl restart devstack@n-sch`);
}
