import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/profile/finding.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { create, labReason, ProfkitInLab, type Ran, TARGET } from './profkit-in-lab.js';

interface Analyzing extends Ran {
  findings: Finding[];
}
interface Row {
  file: string;
  name: string;
  ncalls: number;
}
interface Analyzed {
  rows: Row[];
  findings: Finding[];
}

const PROBE = ['--service', 'n-sch', '--id', 'instance_uuids'];
const getByHost = (rows: Row[]) =>
  rows.filter((r) => r.name === 'get_by_host' && r.file.endsWith('/objects/host_mapping.py'));

describe.skipIf(labReason && !process.env.CI)(`the guide, on real Nova${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
  });
  afterEach(() => it.run('revert', '--all', '--restart'));
  afterAll(() => it.deleteAllServers());

  test('one command, cold: the capture bears the uuid of the server, get_by_host once for each of 5 hosts, in words', async () => {
    const ran = await it.json<Analyzing>('run', TARGET, ...PROBE, '--', ...create('cold'));
    expect(ran.server).toEqual({ id: ran.id, status: 'ACTIVE' });
    expect(ran.capture).toMatch(new RegExp(`/${ran.id}-\\d+-\\d+\\.prof$`));
    expect(ran.sidecar).toMatchObject({
      target: TARGET,
      ids: [ran.id],
      ids_error: null,
      outcome: 'returned',
      exception: null,
      engine: 'profkit',
      clock: 'wall',
      cold: true,
      sizes: { instance_uuids: 1, provider_summaries: 5 },
    });
    const analyzed = await it.json<Analyzed>('analyze', ran.capture);
    expect(getByHost(analyzed.rows).map((r) => r.ncalls)).toEqual([5]);
    expect((await it.run('analyze', ran.capture)).stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /get_by_host \(nova\/objects\/host_mapping\.py:\d+\) is called once for each of 5 hosts, \d+ % of the method/,
    );
    expect((await it.openstack<{ status: string }>('server', 'show', ran.id)).status).toBe('ACTIVE');
    await it.expectRestored();
  });

  test('step by step, to a warm capture: no HostMapping.get_by_host in it', async () => {
    const patched = await it.json<{ probe: string; services: string[] }>('patch', TARGET, '--id', 'instance_uuids');
    expect(patched.services).toEqual(['devstack@n-sch.service']); // found: no unit was named
    const notYet = await it.json<{ processes: { carrying: number[]; without: number[] }[] }[]>('status');
    expect(notYet[0]!.processes[0]).toMatchObject({ carrying: [] });
    await it.json('restart', 'n-sch');
    const now = await it.json<{ processes: { carrying: number[]; without: number[] }[] }[]>('status');
    expect(now[0]!.processes[0]!.carrying.length).toBeGreaterThanOrEqual(1);
    expect(now[0]!.processes[0]!.without).toEqual([]);
    let warm: Sidecar | undefined;
    for (let n = 0; n < 6 && !warm; n += 1) {
      const fired = await it.json<{ sidecar: Sidecar }>('trigger', '--delete', '--', ...create(`warm${n}`));
      if (!fired.sidecar.cold) warm = fired.sidecar;
    }
    expect(warm).toMatchObject({ cold: false, outcome: 'returned' });
    const [collected] = await it.json<{ files: string[]; folder: string }[]>('collect', '--clean');
    expect((await it.json<{ captures: number }[]>('status'))[0]!.captures).toBe(0);
    const file = collected!.files.find((f) => f.endsWith(`/${warm!.profile}`))!;
    const analyzed = await it.json<Analyzed>('analyze', file);
    expect(getByHost(analyzed.rows)).toEqual([]);
    expect(JSON.stringify(analyzed.findings)).not.toMatch(/get_by_host/);
    await it.json('revert', patched.probe, '--restart');
    await it.expectRestored();
  });

  test('the table is what the real pstats prints, on the host that made it', async () => {
    const file = (await it.script('ls -t /opt/stack/profkit-captures/*/*.prof | head -1')).trim();
    for (const key of ['cumulative', 'tottime', 'ncalls', 'name', 'file']) {
      const words = `import pstats; pstats.Stats(${JSON.stringify(file)}).sort_stats(${JSON.stringify(key)}).print_stats(25)`;
      const theirs = (await it.lab.exec(['python3', '-c', words], { user: 'stack' })).stdout;
      const ours = (await it.run('analyze', file, '--format', 'pstats', '--sort', key, '--limit', '25')).stdout;
      expect(ours).toBe(theirs);
    }
  });

  test('a method that raises: the capture says so, and the service is as quick as before', async () => {
    await it.schedulerWorkers(1);
    const flavor =
      'openstack flavor show huge >/dev/null 2>&1 || openstack flavor create --ram 99999999 --disk 1 --vcpus 1 huge';
    await it.lab.script(flavor, { user: 'stack', env: { OS_CLOUD: 'devstack-admin' } });
    const plain = await median(it);
    // placement finds no candidate: select_destinations raises before it comes to _select_destinations
    const raises = TARGET.replace('._select', '.select');
    const { probe } = await it.json<{ probe: string }>('patch', raises, ...PROBE, '--max', '1');
    await it.json('restart', 'n-sch');
    const huge = create('huge').map((w) => (w === 'c1' ? 'huge' : w));
    const fired = await it.json<{ server: { status: string; fault: string }; sidecar: Sidecar }>(
      'trigger',
      '--delete',
      '--',
      ...huge,
    );
    expect(fired.server).toMatchObject({ status: 'ERROR', fault: expect.stringContaining('No valid host') });
    expect(fired.sidecar).toMatchObject({ outcome: 'raised', exception: expect.stringMatching(/NoValidHost$/) });
    const after = await median(it);
    console.log(`median of 10 creates: ${plain.toFixed(2)} s unprobed, ${after.toFixed(2)} s after a profiled raise`);
    expect(after).toBeLessThan(2 * plain);
    await it.json('revert', probe, '--restart');
    await it.schedulerWorkers(2);
    await it.expectRestored();
  });

  test("8 servers at once under the guide's engine: all succeed, and what is not to be trusted is said", async () => {
    const { probe } = await it.json<{ probe: string }>('patch', TARGET, ...PROBE, '--engine', 'eventlet');
    await it.json('restart', 'n-sch');
    for (let n = 0; n < 2; n += 1) {
      const burst = await it.lab.exec(['python3', '/opt/lab/burst.py', '8'], {
        user: 'stack',
        env: { OS_CLOUD: 'devstack-admin' },
      });
      const { servers } = JSON.parse(burst.stdout) as { servers: { status: string; fault: string | null }[] };
      expect(servers.map((s) => [s.status, s.fault])).toEqual(Array(8).fill(['ACTIVE', null]));
    }
    const into = `/opt/stack/burst-${probe}`;
    const sidecars = await it.sidecars(into);
    const overlapped = sidecars.filter((s) => s.calls.let_pass + s.calls.in_flight > 0);
    expect(overlapped.length).toBeGreaterThan(0);
    expect(sidecars.reduce((sum, s) => sum + s.calls.let_pass, sidecars.length)).toBeLessThanOrEqual(16);
    const file = (await it.script(`ls ${into}/*/${overlapped[0]!.profile}`)).trim();
    const said = (await it.run('analyze', file)).stdout.replaceAll(/\s+/g, ' ');
    expect(said).toMatch(/other requests/);
    await it.json('revert', probe, '--restart');
    await it.expectRestored();
  });

  test('7 servers in one request: one capture with all 7 uuids', async () => {
    const ran = await it.json<Ran & { deleted: string[] }>(
      'run',
      TARGET,
      ...PROBE,
      '--delete',
      '--',
      ...create('seven', '--min', '7', '--max', '7'),
    );
    expect(new Set(ran.sidecar.ids).size).toBe(7);
    expect(ran.sidecar.ids).toContain(ran.id);
    expect(new Set(ran.deleted)).toEqual(new Set(ran.sidecar.ids));
    expect(await it.openstack<unknown[]>('server', 'list', '--name', 'seven')).toEqual([]);
    await it.expectRestored();
  });
});

/** Seconds from the request to ACTIVE, the median of ten, one after the other. */
async function median(it: ProfkitInLab): Promise<number> {
  const program = `
import openstack, time
c = openstack.connect().compute
image = openstack.connect().image.find_image('cirros-0.4.0-x86_64-disk').id
body = {'server': {'name': 'm', 'imageRef': image, 'flavorRef': 'c1', 'networks': 'none'}}
took = []
for n in range(11):
    began = time.time()
    server = c.post('/servers', json=body, microversion='2.37').json()['server']['id']
    while c.get('/servers/' + server).json()['server']['status'] != 'ACTIVE':
        time.sleep(0.02)
    took.append(time.time() - began)
    c.delete('/servers/' + server)
print(sorted(took[1:])[5])
`;
  const r = await it.lab.exec(['python3', '-c', program], {
    user: 'stack',
    env: { OS_CLOUD: 'devstack-admin' },
    timeoutMs: 300_000,
  });
  expect(r, r.stderr).toMatchObject({ code: 0 });
  return Number(r.stdout);
}
