import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { create, labReason, ProfkitInLab, SOURCE, TARGET } from './profkit-in-lab.js';

interface Patched {
  probe: string;
  mode: string;
  services: string[];
}
interface Ran {
  id: string;
  server: { id: string; status: string };
  capture: string;
  sidecar: Sidecar;
}
interface Status {
  probe: string;
  mode: string;
  unhooked: boolean;
  notes: string[];
  files: { path: string; now: string }[];
  processes: { service: string; state: string; carrying: number[]; without: number[] }[];
}

const SESSION = 'keystoneauth1.session:Session.request';

describe.skipIf(labReason && !process.env.CI)(`hooks, on real Nova${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
  });
  afterEach(() => it.run('revert', '--all', '--restart'));
  afterAll(() => it.deleteAllServers());

  /** The checkout and the package are as they were, with the probe in. */
  async function expectNoFileChanged(): Promise<void> {
    expect(await it.script('runuser -u stack -- git -C /opt/stack/nova status --porcelain')).toBe('');
    expect(await it.script('dpkg --verify python3-keystoneauth1 | grep -v /usr/share/doc || true')).toBe('');
  }

  /** No drop-in, no PYTHONPATH, no journal. */
  async function expectGone(...units: string[]): Promise<void> {
    await it.expectRestored();
    expect(await it.script("find /run/systemd/system -name '*profkit*'")).toBe('');
    for (const unit of units) {
      expect(await it.script(`systemctl show -p Environment ${unit} | grep -c PYTHONPATH || true`)).toBe('0\n');
      expect(await it.script(`systemctl is-active ${unit} || true`)).toBe('active\n');
    }
  }

  const lineOf = async (pattern: string, file: string) =>
    Number((await it.script(`grep -n '${pattern}' ${file} | cut -d: -f1`)).split('\n')[0]);

  test('the scheduler, and beside it what belongs to a package: as from an edited source, and no file is changed', async () => {
    const both = await it.json<Patched>(
      'patch',
      TARGET,
      SESSION,
      '--service',
      'n-sch',
      '--id',
      'instance_uuids',
      '--id',
      '',
    );
    expect(both).toMatchObject({ mode: 'hook', services: ['devstack@n-sch.service'] });
    await it.json('restart', 'n-sch');
    await expectNoFileChanged();
    const [now] = await it.json<Status[]>('status');
    expect(now!.processes[0]).toMatchObject({ carrying: expect.arrayContaining([expect.any(Number)]), without: [] });
    const fired = await it.json<Ran>('trigger', '--delete', '--', ...create('hooked'));
    await expectNoFileChanged();
    const sidecars = await it.sidecars(`/opt/stack/hooked-${both.probe}`);
    const ours = sidecars.find((s) => s.target === TARGET)!;
    expect(ours).toMatchObject({
      ids: [fired.id],
      outcome: 'returned',
      function: { file: SOURCE, line: await lineOf('def _select_destinations', SOURCE), name: '_select_destinations' },
      sizes: { instance_uuids: 1, provider_summaries: 5 },
      errors: [],
    });
    expect(sidecars.map((s) => s.target)).toContain(SESSION);
    expect((await it.json<Status[]>('status'))[0]!.notes).toEqual([]);
    expect(await it.journal('probe [a-z0-9]{6}:')).toBe('');
    await it.json('revert', both.probe, '--restart');
    await expectGone('devstack@n-sch.service');
  });

  test('the conductor, in one command', async () => {
    const build = 'nova.conductor.manager:ComputeTaskManager.schedule_and_build_instances';
    const args = ['--service', 'n-super-cond', '--mode', 'hook', '--id', 'request_specs[0].instance_uuid', '--delete'];
    const ran = await it.json<Ran>('run', build, ...args, '--', ...create('conducted'));
    expect(ran.sidecar).toMatchObject({ target: build, ids: [ran.id], outcome: 'returned', errors: [] });
    await expectGone('devstack@n-super-cond.service');
  });

  test('nova-api under uWSGI, below five decorators', async () => {
    const target = 'nova.api.openstack.compute.servers:ServersController.create';
    const file = '/opt/stack/nova/nova/api/openstack/compute/servers.py';
    const args = ['--service', 'n-api', '--mode', 'hook', '--delete'];
    const ran = await it.json<Ran>('run', target, ...args, '--', ...create('asked'));
    const first = await it.script(
      `awk '/^    def create\\(/ { print at } /^    @/ { if (!at) at = NR } !/^    @|^     / { at = 0 }' ${file}`,
    );
    expect(ran.sidecar).toMatchObject({ target, function: { file, name: 'create', line: Number(first) }, errors: [] });
    expect(ran.server.status).toBe('ACTIVE');
    await expectGone('devstack@n-api.service');
  });

  test('what the unit has in PYTHONPATH stays; where another drop-in comes after ours, nothing is put in', async () => {
    const folder = '/run/systemd/system/devstack@n-sch.service.d';
    const file = (name: string, text: string) =>
      it.script(`mkdir -p ${folder} && printf '[Service]\\n${text}\\n' >${folder}/${name} && systemctl daemon-reload`);
    const patch = () => it.json<Patched>('patch', TARGET, '--service', 'n-sch', '--mode', 'hook');
    const hook = (probe: string) => `/var/lib/profkit/probes/${probe}/hook`;
    try {
      await file('a.conf', 'Environment=PYTHONPATH=/opt/had');
      const plain = await patch();
      expect(await it.script('systemctl show -p Environment devstack@n-sch')).toContain(
        `PYTHONPATH=${hook(plain.probe)}:/opt/had`,
      );
      await it.json('revert', plain.probe);
      await it.script('echo PYTHONPATH=/opt/by-file >/run/lab-environment');
      await file('b.conf', 'EnvironmentFile=/run/lab-environment');
      const { probe } = await patch();
      expect(await it.script(`cat ${hook(probe)}/environment-1`)).toBe(`PYTHONPATH="${hook(probe)}:/opt/by-file"\n`);
      expect(await it.script(`tail -n 1 ${folder}/profkit-001-${probe}.conf`)).toBe(
        `EnvironmentFile=-${hook(probe)}/environment-1\n`,
      );
      await it.json('revert', probe);
      await file('z.conf', 'EnvironmentFile=/run/lab-environment');
      const hidden = await it.run('patch', TARGET, '--service', 'n-sch', '--mode', 'hook');
      expect(hidden).toMatchObject({ code: 3, stderr: expect.stringContaining('would start without') });
      expect(await it.json<Status[]>('status')).toEqual([]);
    } finally {
      await it.script(`rm -rf ${folder} /run/lab-environment && systemctl daemon-reload`);
    }
    await expectGone('devstack@n-sch.service');
  });

  test('a reboot leaves nothing of it in effect; status says so, and revert clears the journal', async () => {
    await it.json('patch', TARGET, '--service', 'n-sch', '--mode', 'hook');
    await it.json('patch', SESSION, '--service', 'n-sch', '--mode', 'hook');
    const [first, second] = await it.json<Status[]>('status');
    await it.json('restart', 'n-sch');
    const environment = 'tr "\\0" "\\n" </proc/$(systemctl show -p MainPID --value devstack@n-sch)/environ';
    const path = (await it.script(`${environment} | grep ^PYTHONPATH=`)).trim();
    expect(path).toContain(`/probes/${first!.probe}/hook`);
    expect(path).toContain(`/probes/${second!.probe}/hook`);
    await it.lab.reboot();
    expect(await it.script(`${environment} | grep -c ^PYTHONPATH= || true`)).toBe('0\n');
    const probes = await it.json<Status[]>('status');
    expect(probes.map((p) => [p.unhooked, p.files.map((f) => f.now), p.processes[0]!.carrying])).toEqual([
      [true, ['gone'], []],
      [true, ['gone'], []],
    ]);
    expect((await it.run('status')).stdout).toContain('in nothing: its drop-ins are gone, as after a reboot');
    await it.json('revert', '--all');
    await expectGone('devstack@n-sch.service');
  });
});
