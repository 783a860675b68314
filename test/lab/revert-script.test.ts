// Getting back without profkit: the script that lies beside the journal, and the timer that runs it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create, labReason, ProfkitInLab, SOURCE, TARGET } from './profkit-in-lab.js';

const PROBE = ['--service', 'n-sch', '--id', 'instance_uuids', '--mode', 'source'];

describe.skipIf(labReason && !process.env.CI)(`back without profkit${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
    await it.run('revert', '--all');
  });
  afterAll(async () => {
    await it.run('revert', '--all');
    await it.deleteAllServers();
  });

  const units = () => it.script("systemctl list-units --all --plain --no-legend 'profkit-revert-*'");

  test('--auto-revert takes the probe out when its time is over, and the timer goes with it', async () => {
    await it.json('patch', TARGET, ...PROBE, '--for', '15s', '--auto-revert'); // looked at below, where time does not count
    await it.script(`for i in $(seq 60); do [ -e /var/lib/profkit ] || exit 0; sleep 1; done; exit 1`);
    await it.expectRestored();
    expect(await units()).toBe('');
  });

  test('one that is taken out before leaves no timer behind', async () => {
    const { probe } = await it.json<{ probe: string }>('patch', TARGET, ...PROBE, '--auto-revert');
    expect(await units()).toContain(`profkit-revert-${probe}.timer`);
    expect((await it.run('status')).stdout).toContain(`then profkit-revert-${probe}.timer takes it out`);
    expect(await it.script(`grep -c profkit: ${SOURCE}`)).toBe('1\n');
    await it.json('revert', probe);
    await it.expectRestored();
    expect(await units()).toBe('');
  });

  test('a run that was killed with the service down: the script restores the file and starts the service', async () => {
    const child = it.lab.spawn(['profkit', 'run', TARGET, ...PROBE, '--', ...create('cut')], { user: 'stack' });
    let said = '';
    await new Promise<void>((resolve) => {
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/✔ Put the probe in/.test(said)) resolve();
      });
      child.once('exit', () => resolve());
    });
    await it.lab.signal(child, 'SIGKILL');
    await it.script('systemctl stop devstack@n-sch');
    expect(await it.script('/var/lib/profkit/probes/*/revert')).toMatch(
      /manager\.py restored\n[\s\S]*devstack@n-sch\.service was down: started/,
    );
    expect(await it.script('systemctl is-active devstack@n-sch')).toBe('active\n');
    await it.expectRestored();
  });
});
