import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { create, labReason, ProfkitInLab, TARGET } from '../profkit-in-lab.js';
import { NOVA_34 } from '../releases.js';

const PROBE = ['--mode', 'live', '--service', 'n-sch', '--id', 'instance_uuids'];
const UNIT = 'devstack@n-sch.service';

interface Status {
  probe: string;
  mode: string;
  processes: { carrying: number[]; without: number[] }[];
}

/** Nova 34 with native threads, on Python 3.14: nothing of it is ever restarted here. */
describe.skipIf(labReason && !process.env.CI)(`live mode, on real Nova 34${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  let main: string;
  beforeAll(async () => {
    it = await ProfkitInLab.on(NOVA_34);
    main = await mainPid();
  });
  afterEach(async () => {
    await it.run('revert', '--all', '--discard');
    await it.deleteAllServers();
    expect(await mainPid()).toBe(main);
    await it.expectUntouched();
  });
  afterAll(() => it.leave());

  const mainPid = () => it.script(`systemctl show --value --property=MainPID ${UNIT}`);
  const workers = async () =>
    (await it.script(`pgrep --parent ${main.trim()} | sort -n`)).trim().split('\n').map(Number);
  const patch = () => it.json<{ probe: string }>('patch', TARGET, ...PROBE);

  test('in, a capture, and out again: the same processes all the time', async () => {
    const before = await workers();
    const { probe } = await patch();
    const [status] = await it.json<Status[]>('status');
    expect(status).toMatchObject({ probe, mode: 'live' });
    const made = await it.json<{ sidecar: { ids: string[] } }>('trigger', '--', ...create('live'));
    const [server] = await it.openstack<{ ID: string }[]>('server', 'list', '--all-projects');
    expect(made.sidecar.ids).toEqual([server!.ID]);
    const sidecars = await it.sidecars('/tmp/live');
    expect(sidecars).toEqual([expect.objectContaining({ target: TARGET, outcome: 'returned', errors: [] })]);
    await it.json('revert', probe);
    expect(await workers()).toEqual(before);
    // what has been in them is in none of them any more: nothing is captured, and no code of a probe is called
    expect(await it.json('status')).toEqual([]);
  });

  test('run --mode live restarts nothing', async () => {
    const before = await workers();
    const began = Date.now();
    const result = await it.json<{ capture: string }>(
      'run',
      TARGET,
      ...PROBE,
      '--delete',
      '--into',
      '/tmp/live-run',
      '--',
      ...create('run'),
    );
    console.log(`run --mode live: ${((Date.now() - began) / 1000).toFixed(1)} s with its openstack server create`);
    expect(result.capture).toMatch(/\.prof$/);
    expect(await workers()).toEqual(before);
  });

  test('no request is lost while probes come and go', async () => {
    const burst = it.lab.exec(['/opt/lab/burst.py', '9'], {
      user: 'stack',
      env: { OS_CLOUD: 'devstack-admin' },
      timeoutMs: 240_000,
    });
    let going = true;
    void burst.finally(() => {
      going = false;
    });
    let turns = 0;
    do {
      const { probe } = await patch();
      await it.json('revert', probe, '--discard');
      turns += 1;
    } while (going);
    const { code, stdout, stderr } = await burst;
    expect(code, stderr).toBe(0);
    const { servers } = JSON.parse(stdout) as { servers: { status: string; fault: string | null }[] };
    expect(servers.map((s) => s.status)).toEqual(Array(9).fill('ACTIVE'));
    expect(turns).toBeGreaterThan(0);
  });

  test('a worker that dies is followed by one with the probe', async () => {
    const { probe } = await patch();
    const [first] = await workers();
    for (const pid of await workers()) await it.script(`kill -9 ${pid}`);
    await it.script(
      `for _ in $(seq 100); do pgrep --parent ${main.trim()} >/dev/null && break; sleep 0.1; done; sleep 10`,
    );
    expect(await workers()).not.toContain(first);
    const made = await it.json<{ sidecar: { errors: string[] } }>('trigger', '--', ...create('later'));
    expect(made.sidecar.errors).toEqual([]);
    await it.json('revert', probe, '--discard');
  });
});
