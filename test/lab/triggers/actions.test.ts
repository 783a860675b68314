// Actions that take long, and what a cloud can refuse.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { create, labReason, ProfkitInLab, TARGET } from '../profkit-in-lab.js';

interface Ran {
  id: string;
  command: string;
  server: { id: string; status: string };
  sidecar: { outcome: string };
  deleted: string[];
}

const ADMIN = { OS_CLOUD: 'devstack-admin' };
const INTO = ['--into', '/tmp/trigger'];

describe.skipIf(labReason && !process.env.CI)(
  `actions and refusals, on real Nova${labReason ? ` (${labReason})` : ''}`,
  () => {
    let it: ProfkitInLab;
    beforeAll(async () => {
      it = await ProfkitInLab.up({ name: 'triggers' });
    });
    afterEach(() => it.run('revert', '--all', '--restart'));
    afterAll(async () => {
      await it.deleteAllServers();
      await it.script('rm -rf /tmp/trigger');
    });

    /** Ready when it ends: one that still starts dies where the next test restarts what it needs for that. */
    const computesAnew = () => it.json('restart', 'n-cpu-*', '--parallel', '5');

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

    test('a live migration: to another host', async () => {
      // as devstack sets it, for computes cannot ask the API's database
      const set = "printf '[workarounds]\\ndisable_group_policy_check_upcall = True\\n' >>/etc/nova/nova-cpu.conf";
      await it.script(`cp -p /etc/nova/nova-cpu.conf /root/nova-cpu.conf && ${set}`);
      await computesAnew();
      try {
        const ran = await it.json<Ran>('run', 'conductor-live-migrate', ...INTO);
        expect(ran.server).toEqual({ id: ran.id, status: 'ACTIVE' });
        expect(ran.deleted).toEqual([ran.id]);
      } finally {
        await it.script('cp -p /root/nova-cpu.conf /etc/nova/nova-cpu.conf');
        await computesAnew();
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
      await it.admin('openstack quota set --instances 0 --force admin 2>/dev/null || true');
      try {
        await fails(
          ['run', 'scheduler'],
          ADMIN,
          /Error: The quota leaves no room for it: Quota exceeded for instances: Requested 1, but already used 0 of 0 instances\./,
          /openstack quota set --instances/,
        );
      } finally {
        await it.admin('openstack quota set --instances -1 --force admin 2>/dev/null || true');
      }
    });

    test('no image, and one that is not there', async () => {
      const id = (await it.admin('openstack image list -f value -c ID')).trim();
      await it.admin(`openstack image set --deactivate ${id}`);
      try {
        const said = await fails(['run', 'scheduler'], ADMIN, /Error: This cloud has no active image/, /image create/);
        expect(said).not.toMatch(/Restart/);
      } finally {
        await it.admin(`openstack image set --activate ${id}`);
      }
      const words = create('x').map((w) => (w.startsWith('cirros') ? 'nope' : w));
      await fails(['run', TARGET, '-s', 'n-sch', '--', ...words], ADMIN, /has no image nope\./, /openstack image list/);
    });

    test('a server that ends in ERROR before it comes to the target: with the words of Nova', async () => {
      // no compute is enabled, so the scheduler has nothing to choose from
      const all = (what: string) =>
        it.admin(
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
  },
);
