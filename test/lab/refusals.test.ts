import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create, labReason, ProfkitInLab, TARGET } from './profkit-in-lab.js';

/** A service that outlives its stop, or does not come back; shaped like devstack's units. */
const unit = (command: string) => `[Service]
User = stack
KillMode = process
ExecStart = ${command}
`;

describe.skipIf(labReason && !process.env.CI)(`refusals, on real Nova${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
  });
  afterAll(() =>
    it.script(
      'systemctl stop lingers comes-not-back; rm -f /etc/systemd/system/{lingers,comes-not-back}.service; systemctl daemon-reload; systemctl reset-failed lingers comes-not-back; pkill -xf "sleep 987[67]" || true; umount /opt/stack/nova 2>/dev/null || true',
    ),
  );

  /** Two sentences on stderr, nothing on stdout, and the host as it was. */
  async function refused(argv: string[], status: number, what: RegExp, next: RegExp): Promise<void> {
    const r = await it.run(...argv);
    const said = r.stderr.replace(/^[✔✖].*\n/gm, '');
    expect(r.code, r.stderr).toBe(status);
    expect(said).toMatch(what);
    expect(said.split('\n').filter(Boolean).at(-1)).toMatch(next);
    expect(r.stderr).not.toMatch(/ {4}at /); // no stack: this is not a bug
    await it.expectUntouched();
  }

  const run = (target: string, ...more: string[]) => ['run', target, ...more, '--', ...create('never')];

  test('a target that does not exist', () =>
    refused(
      run('nova.scheduler.manager:SchedulerManager._select_destination', '-s', 'n-sch'),
      2,
      /has no SchedulerManager\._select_destination\./,
      /Did you mean SchedulerManager\._select_destinations/,
    ));
  test('a module that does not exist', () =>
    refused(
      run('nova.scheduler.filter_schedule:FilterScheduler.select_destinations', '-s', 'n-sch'),
      2,
      /finds no module nova\.scheduler\.filter_schedule/,
      /--service/,
    ));
  test('the method of the guide, gone since Xena, is what became of it', async () => {
    const old = 'nova.scheduler.filter_scheduler:FilterScheduler.select_destinations';
    const r = await it.run('patch', old, '-s', 'n-sch', '--dry-run');
    expect(r.code, r.stderr).toBe(0);
    expect(r.stderr).toContain('nova.scheduler.manager:SchedulerManager.select_destinations');
    await it.expectUntouched();
  });
  test('a target that is ambiguous', () =>
    refused(
      run('nova.objects.fields:coerce', '-s', 'n-sch'),
      2,
      /coerce is defined \d+ times/,
      /module:Class\.method/,
    ));
  test('a target that is a generator', () =>
    refused(
      run('nova.filters:BaseFilter.filter_all', '-s', 'n-sch'),
      3,
      /filter_all is a generator/,
      /Choose the function/,
    ));
  test('a unit that does not exist', () =>
    refused(run(TARGET, '-s', 'n-schh'), 2, /There is no unit n-schh/, /Here are .*n-sch/));
  test('no trigger', () => refused(['run', TARGET, '-s', 'n-sch'], 2, /There is no command that makes/, /after --/));

  test('an id that is no argument, seen before anything is touched', () =>
    refused(
      run(TARGET, '-s', 'n-sch', '--id', 'instance_uuid'),
      2,
      /at column 1: the target has no argument instance_uuid, only .*instance_uuids/,
      /path from an argument/,
    ));
  test('a trigger that does not exist, seen before anything is touched', () =>
    refused(
      ['run', TARGET, '-s', 'n-sch', '--', 'opnstack', 'server'],
      2,
      /stack has no command opnstack/,
      /spelling/,
    ));

  test('a trigger while no process carries the probe', async () => {
    const { probe } = await it.json<{ probe: string }>('patch', TARGET, '-s', 'n-sch');
    const r = await it.run('trigger', '--', 'true');
    expect(r.code).toBe(3);
    expect(r.stderr).toMatch(
      /No process of devstack@n-sch\.service carries the probe yet\.\n.*profkit restart devstack@n-sch/,
    );
    await it.json('revert', probe);
    await it.expectRestored();
  });

  test('an id of none: the capture is taken all the same, and that is said', async () => {
    const r = await it.run(
      'run',
      TARGET,
      '-s',
      'n-sch',
      '--id',
      'spec_obj.nothing',
      '--delete',
      '--',
      ...create('no-id'),
    );
    expect(r.code, r.stderr).toBe(0);
    expect(r.stderr).toMatch(/--id spec_obj\.nothing found no id \(nothing: AttributeError\)/);
    await it.expectRestored();
  });

  test('a file that cannot be written', async () => {
    await it.script('mount --bind /opt/stack/nova /opt/stack/nova && mount -o remount,bind,ro /opt/stack/nova');
    try {
      await refused(
        run(TARGET, '-s', 'n-sch', '--mode', 'source'),
        1,
        /cannot be written: .*manager\.py: Read-only file system/,
        /Nothing was changed/,
      );
    } finally {
      await it.script('umount /opt/stack/nova');
    }
  });

  test('a trigger that fails: its own words, everything undone', async () => {
    const r = await it.run('run', TARGET, '-s', 'n-sch', '--', 'ls', '/no/such/place');
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(/The trigger ".*" ended with status 2\.\n {4}.*\/no\/such\/place/s);
    await it.expectRestored();
  });
  test('a flavor that the cloud has not: said as that, everything undone', async () => {
    const other = create('x').map((word) => (word === 'c1' ? 'no-such-flavor' : word));
    const r = await it.run('run', TARGET, '-s', 'n-sch', '--', ...other);
    expect(r.code).toBe(2);
    expect(r.stderr).toMatch(/This cloud has no flavor no-such-flavor\.\n.*openstack flavor list/);
    await it.expectRestored();
  });

  test('a unit whose processes outlive the stop: named, and ended only with --kill', async () => {
    await it.script(
      `cat >/etc/systemd/system/lingers.service <<'E'\n${unit("/bin/sh -c 'sleep 9876 & exec sleep 9877'")}E\nsystemctl daemon-reload && systemctl start lingers`,
    );
    const r = await it.run('restart', 'lingers', '--timeout', '2');
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(
      /2 s later processes of it still lived: \d+ \(sleep 9876\)\.\n.*started again beside them.*--kill/,
    );
    expect(await it.script('systemctl is-active lingers')).toBe('active\n');
    await it.json('restart', 'lingers', '--kill', '--timeout', '5');
    expect((await it.script('pgrep -xf "sleep 9876"')).trim().split('\n')).toHaveLength(1);
    expect(await it.script('systemctl is-active lingers')).toBe('active\n');
  });

  test('a unit that does not come back: told with its last words', async () => {
    const once =
      "/bin/sh -c 'if [ -e /tmp/second ]; then echo my last words; exit 3; fi; touch /tmp/second; exec sleep 9876'";
    await it.script(
      `rm -f /tmp/second; cat >/etc/systemd/system/comes-not-back.service <<'E'\n${unit(once)}E\nsystemctl daemon-reload && systemctl start comes-not-back; sleep 1`,
    );
    const r = await it.run('restart', 'comes-not-back');
    expect(r.code).toBe(1);
    expect(r.stderr).toMatch(/comes-not-back\.service did not come back: .*my last words.*journalctl -u/s);
  });
});
