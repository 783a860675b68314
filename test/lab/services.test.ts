import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Restarted } from '../../src/service/restart.js';
import { labReason, ProfkitInLab } from './profkit-in-lab.js';

/** Where packages put their units: one in /etc cannot be masked. */
const UNITS = '/usr/lib/systemd/system';

/** Its first start goes well; the next ones do `then`. */
const onceWell = (name: string, then: string) =>
  `/bin/sh -c 'if [ -e /tmp/odd-${name} ]; then ${then}; fi; touch /tmp/odd-${name}; systemd-notify --ready; exec sleep 9876'`;

describe.skipIf(labReason && !process.env.CI)(`services, on real systemd${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
    await clean();
  });
  afterAll(() => clean());

  const clean = () =>
    it.script(
      `systemctl kill -s KILL 'odd-*'; systemctl stop 'odd-*'; rm -rf ${UNITS}/odd-* /etc/systemd/system/odd-* /opt/odd /tmp/odd-*; systemctl daemon-reload; systemctl reset-failed 'odd-*' || true`,
    );

  /** Starts a unit `odd-NAME` that is made for the purpose. */
  async function unit(name: string, exec: string, ...more: string[]): Promise<string> {
    const lines = ['[Service]', 'User=stack', `ExecStart=${exec}`, ...more].join('\n');
    await it.script(
      `cat >${UNITS}/odd-${name}.service <<'E'\n${lines}\nE\nsystemctl daemon-reload && systemctl restart odd-${name}`,
    );
    return `odd-${name}`;
  }

  const mainPid = (name: string) => it.script(`systemctl show -P MainPID ${name}`);
  const stateOf = async (name: string) => (await it.script(`systemctl is-active ${name} || true`)).trim();

  test('one that dies at its start, again and again: what it said, and no line of the run before', async () => {
    const then = 'echo ERROR no such table; exit 3';
    const well = onceWell('dies', then).replace('touch', 'echo of before; touch');
    const name = await unit('dies', well, 'Restart=always', 'StartLimitIntervalSec=0');
    const r = await it.run('restart', name);
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(
      /odd-dies\.service did not come back: it ended as it started.* started anew.*\n.*ERROR no such table.*\n.*journalctl -u odd-dies/s,
    );
    expect(r.stderr).not.toContain('of before');
    await it.script('systemctl stop odd-dies');
  });

  test('one that was started too often is forgiven that', async () => {
    const name = await unit('often', '/bin/sleep 9876');
    await it.script(`sed -i '1i [Unit]\\nStartLimitIntervalSec=1h\\nStartLimitBurst=2' ${UNITS}/odd-often.service
      systemctl daemon-reload; for n in 1 2 3 4; do systemctl restart odd-often || break; done`);
    expect(await stateOf(name)).not.toBe('active');
    await it.json('restart', name);
    expect(await stateOf(name)).toBe('active');
  });

  test('one that ignores SIGTERM: told, started again once it has ended, and ended with --kill', async () => {
    const name = await unit('deaf', `/bin/sh -c 'trap "" TERM; while :; do sleep 1; done'`, 'TimeoutStopSec=300');
    const before = await mainPid(name);
    const r = await it.run('restart', name, '--timeout', '2');
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(
      /odd-deaf\.service did not stop within 2 s \(it is deactivating\); it is started again as soon as it has\.\n.*--kill/,
    );
    await it.script(`kill -9 ${before.trim()}; until systemctl is-active odd-deaf; do sleep 0.2; done`);
    expect(await mainPid(name)).not.toBe(before);
    const [killed] = await it.json<Restarted[]>('restart', name, '--timeout', '2', '--kill');
    expect(killed!.killed.length).toBeGreaterThan(0);
    expect(await stateOf(name)).toBe('active');
  });

  test('one that never says that it is ready: told with what it said, in the time that was given', async () => {
    const then = 'echo waiting for a database; systemd-notify --status=connecting; exec sleep 9876';
    const name = await unit('mute', onceWell('mute', then), 'Type=notify', 'NotifyAccess=all');
    const r = await it.run('restart', name, '--ready-timeout', '4');
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(
      /odd-mute\.service was not ready 4 s after its start: it is activating, "connecting"\.\n.*waiting for a database.*\n.*--ready-timeout/s,
    );
    await it.script('systemctl stop odd-mute');
  });

  test('one that is masked: named it is refused before it is stopped, by a pattern it is left as it is', async () => {
    const name = await unit('masked', '/bin/sleep 9876');
    const other = await unit('masked-not', '/bin/sleep 9876');
    await unit('masked-stopped', '/bin/sleep 9876');
    await it.script('systemctl mask odd-masked; systemctl stop odd-masked-stopped');
    const before = [await mainPid(name), await mainPid(other)];
    const r = await it.run('restart', name);
    expect(r.code).toBe(3);
    expect(r.stderr).toMatch(/odd-masked\.service is masked.*\n.*systemctl unmask odd-masked\.service/);
    const by = await it.run('restart', 'odd-masked*');
    expect(by.code, by.stderr).toBe(0);
    expect(by.stderr).toMatch(/left as they are: .*odd-masked is masked/);
    expect(await mainPid(name)).toBe(before[0]);
    expect(await mainPid(other)).not.toBe(before[1]);
    expect(await stateOf('odd-masked-stopped')).toBe('inactive');
    await it.script('systemctl unmask odd-masked');
  });

  test('three of a pattern are restarted at once with --parallel 3: each waits until all have started', async () => {
    const met = (n: number) =>
      `/bin/sh -c 'touch /tmp/odd-met-${n}; until [ $(ls /tmp/odd-met-* | wc -l) -ge 3 ]; do sleep 0.1; done; systemd-notify --ready; exec sleep 9876'`;
    await it.script('touch /tmp/odd-met-{1,2,3}; chown stack /tmp/odd-met-*');
    for (const n of [1, 2, 3]) await unit(`meet-${n}`, met(n), 'Type=notify', 'NotifyAccess=all');
    await it.script('rm /tmp/odd-met-*');
    const done = await it.json<Restarted[]>('restart', 'odd-meet-*', 'odd-meet-2', '--parallel', '3');
    expect(done.map((d) => d.service)).toEqual([1, 2, 3].map((n) => `odd-meet-${n}.service`));
  });

  test('where one does not come back no other is begun, and none is left down', async () => {
    await unit('some-1', '/bin/sleep 9876');
    await unit('some-2', onceWell('some-2', 'echo my last words; exit 4'));
    const third = await unit('some-3', '/bin/sleep 9876');
    await it.script('until [ -e /tmp/odd-some-2 ]; do sleep 0.1; done');
    const before = await mainPid(third);
    const r = await it.run('restart', 'odd-some-*');
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(/✔ Restart odd-some-1.*✖ Restart odd-some-2.*not restarted: odd-some-3\.service/s);
    expect(r.stderr).toMatch(/odd-some-2\.service did not come back: .*status 4.*my last words/s);
    expect(await mainPid(third)).toBe(before);
    expect(await stateOf('odd-some-1')).toBe('active');
  });

  test('one that does not start with the probe: run tells why, and it is up without the probe afterwards', async () => {
    await it.script(`mkdir -p /opt/odd && cat >/opt/odd/fussy.py <<'E'
import sys, time
def work():
    return 1
if "prof" + "kit" in open(__file__).read():
    sys.exit("ERROR: my source was touched")
while True:
    time.sleep(0.1)
E
chown -R stack: /opt/odd`);
    const name = await unit('fussy', '/usr/bin/python3 /opt/odd/fussy.py');
    const r = await it.run('run', 'fussy:work', '-s', name, '--mode', 'source', '--', 'true');
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(/odd-fussy\.service did not come back: .*status 1.*ERROR: my source was touched/s);
    expect(r.stderr).toMatch(/✔ Restart odd-fussy\.service without it/);
    expect(await stateOf(name)).toBe('active');
    expect(await it.script('grep -c profkit /opt/odd/fussy.py || true')).toBe('0\n');
    await it.expectUntouched();
  });

  test('a pattern or a project that is not here: told with what is here', async () => {
    for (const name of ['n-shed*', 'heat', 'n-schh']) {
      const r = await it.run('restart', name);
      expect(r.code).toBe(2);
      expect(r.stderr).toMatch(/There is no unit .*looked for.*\n.*Here are .*n-cpu-1.*n-sch/);
    }
  });

  test('n-sch is ready when each of its workers has said so', async () => {
    const [done] = await it.json<Restarted[]>('restart', 'n-sch');
    expect(done!.ready).toBe('2 workers take work');
    const said = await it.script(
      'for p in $(pgrep -P $(systemctl show -P MainPID devstack@n-sch)); do journalctl -q -o cat -u devstack@n-sch _PID=$p | grep -c "Starting scheduler node"; done',
    );
    expect(said).toBe('1\n1\n');
  });

  test('computes, one by one and five at once; a project', async () => {
    const computes = [1, 2, 3, 4, 5].map((n) => `devstack@n-cpu-${n}.service`);
    const two = await it.json<Restarted[]>('restart', 'n-cpu-[12]');
    expect(two.map((d) => [d.service, d.ready])).toEqual(computes.slice(0, 2).map((c) => [c, 'takes work']));
    const five = await it.json<Restarted[]>('restart', 'n-cpu-*', '--parallel', '5');
    expect(five.map((d) => d.service)).toEqual(computes);
    const placement = await it.json<Restarted[]>('restart', 'placement');
    expect(placement).toMatchObject([{ service: 'devstack@placement-api.service', ready: '2 workers take work' }]);
  });

  test('where its log does not tell, Nova is asked whether it has reported', async () => {
    const file = '/etc/nova/nova-fake.conf-3';
    await it.script(
      `cp -p ${file} /tmp/odd-conf; sed -i '/DEFAULT/a default_log_levels = nova=WARNING\\nreport_interval = 3' ${file}; systemctl restart devstack@n-cpu-3`,
    );
    try {
      const [done] = await it.json<Restarted[]>('restart', 'n-cpu-3');
      expect(done!.ready).toBe('has reported to Nova');
    } finally {
      await it.script(`cp -p /tmp/odd-conf ${file}; systemctl restart devstack@n-cpu-3`);
    }
  });
});
