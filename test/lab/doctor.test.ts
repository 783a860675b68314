import { beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/openstack/doctor/diagnosis.js';
import { changes, hostState } from './host-state.js';
import { labReason, ProfkitInLab } from './profkit-in-lab.js';

describe.skipIf(labReason && !process.env.CI)(`doctor on real Nova${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  let d: Diagnosis;
  let said: string;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
  });

  const of = (id: string) => d.checks.find((c) => c.id === id)!.findings;

  test('it ends well and changes no file of the host', async () => {
    const before = await hostState(it.lab);
    d = await it.json<Diagnosis>('doctor');
    expect(changes(before, await hostState(it.lab))).toEqual([]);
    said = JSON.stringify(d);
    expect(said).not.toContain('not looked at');
    expect(d.checks.flatMap((c) => c.findings).filter((f) => f.verdict === 'fail')).toEqual([]);
    await it.expectUntouched();
  });

  test('it knows the devstack, its Nova and how that runs', () => {
    expect(of('layout')[0]!.says).toMatch(/^devstack, \d+ units devstack@\*, sources in \/opt\/stack/);
    expect(of('nova')).toMatchObject([{ verdict: 'ok', says: expect.stringMatching(/^Nova 26 \(Zed\), 26\./) }]);
    expect(of('python')[0]!.says).toMatch(/Python 3\.11\.\d+ .*eventlet 0\.33\.1, greenlet 2\.0\.2/);
    expect(of('mode')).toMatchObject([{ verdict: 'ok', says: expect.stringMatching(/^eventlet/) }]);
    expect(of('mode')[0]!.services).toEqual(expect.arrayContaining(['n-sch', 'n-cpu-1', 'n-api', 'n-super-cond']));
    expect(of('targets')[0]).toMatchObject({ verdict: 'ok', says: expect.stringMatching(/scheduler,.*api-create/) });
    expect(of('live')).toMatchObject([{ verdict: 'skip' }]);
    expect(of('fakes')).toMatchObject([{ verdict: 'ok', says: expect.stringContaining('5 fake computes') }]);
    expect(of('probes')).toMatchObject([{ verdict: 'ok' }]);
    const scheduler = d.services.find((s) => s.service === 'devstack@n-sch.service');
    expect(scheduler).toMatchObject({
      state: 'active',
      role: 'scheduler',
      nova: 26,
      concurrency: { mode: 'eventlet' },
    });
    expect(scheduler!.processes).toHaveLength(3);
  });

  test('it asks the cloud, and shows no password', async () => {
    expect(of('credentials')).toMatchObject([{ verdict: 'ok' }]);
    expect(of('compute-services')).toMatchObject([{ verdict: 'ok', says: expect.stringContaining('5 nova-compute') }]);
    const password = (await it.script("sed -n 's/^ *password: //p' /etc/openstack/clouds.yaml")).trim();
    expect(password.length).toBeGreaterThan(3);
    expect(said).not.toContain(password);
  });

  test('credentials that are refused fail; services can be named', async () => {
    const env = { OS_CLOUD: 'nowhere' };
    const r = await it.lab.exec(['profkit', 'doctor', 'n-sch', 'n-cpu-*', '--json'], { user: 'stack', env });
    expect(r.code).toBe(1);
    d = JSON.parse(r.stdout) as Diagnosis;
    expect(d.services.map((s) => s.service)).toContain('devstack@n-cpu-5.service');
    expect(of('credentials')).toMatchObject([
      { verdict: 'fail', says: expect.stringContaining('no clouds.yaml has a cloud nowhere') },
    ]);
    const unknown = await it.run('doctor', 'n-none');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('n-none') });
  });
});
