import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../src/openstack/doctor/diagnosis.js';
import type { Sidecar } from '../../../src/profile/sidecar.js';
import type { ServiceConcurrency } from '../../../src/workflow/plan-concurrency.js';
import { labReason, ProfkitInLab, TARGET } from '../profkit-in-lab.js';
import { NOVA_34 } from '../releases.js';

interface Ran {
  probe: string;
  server: { status: string };
  capture: string;
  sidecar: Sidecar;
  concurrency: ServiceConcurrency[];
}
interface Patched {
  probe: string;
  concurrency: ServiceConcurrency[];
}

const UNIT = 'devstack@n-sch.service';
const FOLDER = `/run/systemd/system/${UNIT}.d`;
const VARIABLE = 'OS_NOVA_DISABLE_EVENTLET_PATCHING';
const EVENTLET = ['--concurrency', 'eventlet'];
const PATCH = [TARGET, '--service', 'n-sch', '--id', 'instance_uuids'];

/** What a capture is asked, on the host that made it, by the pstats of its Python: calls of functions, and their roots. */
const ROOTS = `
import json, pstats, sys
stats = pstats.Stats(sys.argv[1]).stats
def above(key, seen):
    for caller in stats[key][4]:
        if caller not in seen:
            seen.add(caller)
            above(caller, seen)
    return seen
found = {}
for key in stats:
    roots = {k[2] for k in above(key, {key}) if not stats[k][4]}
    place = "/".join(key[0].split("/")[-2:])
    found[place + ":" + key[2]] = [stats[key][1], sorted(roots)]
print(json.dumps(found))
`;

/** Nova 34, whose services run with native threads unless they are told otherwise. */
describe.skipIf(labReason && !process.env.CI)(
  `both modes, on real Nova 34${labReason ? ` (${labReason})` : ''}`,
  () => {
    let it: ProfkitInLab;
    beforeAll(async () => {
      it = await ProfkitInLab.on(NOVA_34);
    });
    afterEach(async () => {
      await it.run('revert', '--all', '--restart');
      await it.deleteAllServers();
      await it.expectRestored();
      await expectAsBefore(UNIT);
    });
    afterAll(async () => {
      await it.lab.down(); // each lab that is up takes its memory
    });

    /** Nothing of ours is in the unit, and what runs has native threads. */
    async function expectAsBefore(unit: string): Promise<void> {
      expect(await it.script(`ls -d /run/systemd/system/${unit}.d 2>/dev/null || true`)).toBe('');
      expect(await it.script(`systemctl show -p Environment ${unit}`)).not.toContain(VARIABLE);
      const d = JSON.parse((await it.run('doctor', unit, '--json')).stdout) as Diagnosis;
      expect(d.services.map((s) => [s.service, s.concurrency?.mode])).toEqual([[unit, 'threading']]);
    }

    async function roots(capture: string): Promise<Record<string, [number, string[]]>> {
      const r = await it.lab.exec(['python3', '-c', ROOTS, capture], { user: 'stack' });
      expect(r, r.stderr).toMatchObject({ code: 0 });
      return JSON.parse(r.stdout);
    }

    /** get_by_host once for each of 5 computes, in the request; the queries of cells, which ran in the pool, as roots. */
    async function expectWhole(ran: Ran, pool: string): Promise<void> {
      const found = await roots(ran.capture);
      expect(found['objects/host_mapping.py:get_by_host']?.[0]).toBe(5);
      expect(found['scheduler/host_manager.py:_get_cell_mapping_for_host']).toEqual([5, ['select_destinations']]);
      expect(found['scheduler/manager.py:_schedule']).toEqual([1, ['select_destinations']]);
      expect(found['scheduler/host_manager.py:targeted_operation']).toEqual([1, [pool]]);
      const [tasks, where] = found['nova/context.py:gather_result']!;
      expect(where).toEqual([pool]);
      expect(ran.sidecar).toMatchObject({ cold: true, outcome: 'returned', errors: [], engine: 'profkit' });
      expect(ran.sidecar.measured).toMatchObject({ tasks, unfinished: 0 });
    }

    test('native threads, the default: the first capture is whole', { timeout: 900_000 }, async () => {
      const ran = await it.json<Ran>('run', 'scheduler');
      expect(ran.server.status).toBe('ACTIVE');
      expect(ran.concurrency).toEqual([
        {
          service: UNIT,
          runs: { mode: 'threading', how: 'the titles of its workers' },
          starts: { mode: 'threading', how: 'the default of Nova 34 (2026.2 Hibiscus)' },
          probed: { mode: 'threading', how: 'the default of Nova 34 (2026.2 Hibiscus)' },
        },
      ]);
      expect(ran.sidecar.eventlet).toBeNull();
      expect(ran.sidecar.measured!.threads).toBeGreaterThan(0);
      await expectWhole(ran, 'context_wrapper');
    });

    test('eventlet for the run, by a drop-in beside that of the hook: so is this, and afterwards all is as before', {
      timeout: 900_000,
    }, async () => {
      const ran = await it.json<Ran>('run', 'scheduler', '--mode', 'hook', ...EVENTLET);
      expect(ran.server.status).toBe('ACTIVE');
      expect(ran.concurrency[0]!.probed).toEqual({ mode: 'eventlet', how: '--concurrency' });
      expect(ran.sidecar.eventlet).toMatch(/^0\.\d+/);
      expect(ran.sidecar.measured).toMatchObject({ threads: 0, greenlets: ran.sidecar.measured!.tasks });
      await expectWhole(ran, '_spawn_n_impl');
    });

    test("the guide's engine is refused where it would break every request, and works with eventlet", {
      timeout: 900_000,
    }, async () => {
      const refused = await it.run('run', 'scheduler', '--engine', 'eventlet');
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      expect(refused.stderr).toContain('will start with native threads (the default of Nova 34');
      expect(refused.stderr).toContain('--concurrency eventlet');
      const live = await it.run('patch', ...PATCH, '--engine', 'eventlet', '--mode', 'live');
      expect(live).toMatchObject({ code: 3, stderr: expect.stringContaining('runs with native threads (the titles') });
      expect(live.stderr).not.toContain('--concurrency');
      const cprofile = await it.run('patch', ...PATCH, '--engine', 'cprofile');
      expect(cprofile).toMatchObject({ code: 3, stderr: expect.stringContaining('all threads together') });
      expect(await it.json('status')).toEqual([]);
      const ran = await it.json<Ran>('run', 'scheduler', '--engine', 'eventlet', ...EVENTLET);
      expect(ran.sidecar).toMatchObject({ engine: 'eventlet', eventlet: expect.any(String), outcome: 'returned' });
      expect((await roots(ran.capture))['objects/host_mapping.py:get_by_host']?.[0]).toBe(5);
    });

    test('nova-api under uWSGI', { timeout: 900_000 }, async () => {
      const ran = await it.json<Ran>('run', 'api-list', ...EVENTLET);
      expect(ran.concurrency).toMatchObject([
        {
          service: 'devstack@n-api.service',
          runs: { mode: 'threading', how: 'it has loaded oslo_service.backend._threading' },
          probed: { mode: 'eventlet' },
        },
      ]);
      expect(ran.sidecar).toMatchObject({ eventlet: expect.any(String), errors: [] });
      await expectAsBefore('devstack@n-api.service');
    });

    test('it is refused where it cannot be, and nothing is changed', async () => {
      const live = await it.run('patch', ...PATCH, '--mode', 'live', ...EVENTLET);
      expect(live).toMatchObject({ code: 3, stderr: expect.stringContaining('--mode live does without') });
      const other = await it.run('patch', 'placement-claim', ...EVENTLET);
      expect(other).toMatchObject({ code: 3, stderr: expect.stringContaining('is no service of Nova') });
      await dropIn('a.conf', `UnsetEnvironment=${VARIABLE}`);
      const unset = await it.run('patch', ...PATCH, ...EVENTLET);
      expect(unset).toMatchObject({ code: 3, stderr: expect.stringContaining(`UnsetEnvironment=${VARIABLE}`) });
      await dropIn('a.conf', '');
      await dropIn('z.conf', `Environment=${VARIABLE}=true`);
      const hidden = await it.run('patch', ...PATCH, ...EVENTLET);
      expect(hidden).toMatchObject({ code: 3, stderr: expect.stringContaining('after ours') });
      expect(await it.json('status')).toEqual([]);
      expect(await it.script(`ls ${FOLDER}`)).toBe('a.conf\nz.conf\n');
      await noDropIns();
    });

    test('what sets it otherwise is overruled, by one probe at a time, and all undo takes it back', async () => {
      const value = async () =>
        (await it.script(`systemctl show -p Environment -p EnvironmentFiles ${UNIT}`)).match(
          new RegExp(`${VARIABLE}=\\w+|/concurrency/environment-1|/run/lab-environment`, 'g'),
        );
      await it.script(`echo ${VARIABLE}=true >/run/lab-environment`);
      await dropIn('a.conf', `Environment=${VARIABLE}=yes\\nEnvironmentFile=/run/lab-environment`);
      const patched = await it.json<Patched>('patch', ...PATCH, ...EVENTLET);
      expect(patched.concurrency[0]!.starts).toEqual({ mode: 'threading', how: `${VARIABLE}=true in its unit` });
      const file = `/var/lib/profkit/probes/${patched.probe}/concurrency/environment-1`;
      expect(await it.script(`cat ${file}`)).toBe(`${VARIABLE}="false"\n`);
      expect((await value())?.at(-1)).toBe('/concurrency/environment-1');
      const SESSION = 'keystoneauth1.session:Session.request';
      const against = await it.run('patch', SESSION, '--service', 'n-sch', '--concurrency', 'threading');
      expect(against).toMatchObject({ code: 3, stderr: expect.stringContaining(`the probe ${patched.probe} has it`) });
      const after = await it.json<Patched>('patch', SESSION, '--service', 'n-sch', '--mode', 'hook');
      expect(after.concurrency[0]!.probed).toEqual({ mode: 'eventlet', how: `${VARIABLE}=false in its unit` });
      await it.json('revert', after.probe);
      expect((await it.run('status')).stdout).toContain('mode source, --concurrency eventlet');
      expect(await it.script(`/var/lib/profkit/probes/${patched.probe}/revert`)).toContain('removed');
      expect(await value()).toEqual([`${VARIABLE}=yes`, '/run/lab-environment']);
      expect(await it.json('status')).toEqual([]);
      await noDropIns();
    });

    test('a service that does not do as it is told is seen, and the run undone', { timeout: 900_000 }, async () => {
      const command = (await it.script(`systemctl cat ${UNIT} | sed -n 's/^ExecStart = //p'`)).trim();
      await dropIn('a.conf', `ExecStart=\\nExecStart=/usr/bin/env ${VARIABLE}=true ${command}`);
      const r = await it.run('run', 'scheduler', ...EVENTLET, '--python', '/opt/stack/data/venv/bin/python3');
      expect(r.stderr).toContain('was told to start with eventlet and runs with native threads');
      expect(r.code).toBe(1);
      expect(await it.json('status')).toEqual([]);
      await noDropIns();
      await it.json('restart', 'n-sch');
    });

    const dropIn = (name: string, lines: string) =>
      it.script(`mkdir -p ${FOLDER} && printf '[Service]\\n${lines}\\n' >${FOLDER}/${name} && systemctl daemon-reload`);
    const noDropIns = () => it.script(`rm -rf ${FOLDER} /run/lab-environment && systemctl daemon-reload`);
  },
);
