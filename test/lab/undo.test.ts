import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { create, labReason, ProfkitInLab, SOURCE, TARGET } from './profkit-in-lab.js';

const PROBE = ['--service', 'n-sch', '--id', 'instance_uuids'];

describe.skipIf(labReason && !process.env.CI)(`undoing, on real Nova${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
  });
  afterEach(() => it.deleteAllServers());
  afterAll(async () => {
    await it.run('revert', '--all');
  });

  /** Starts a run and sends it a signal once it has said `after` (and `later` ms have gone by). */
  async function cut(
    signal: 'SIGINT' | 'SIGKILL',
    after: RegExp,
    later = 0,
  ): Promise<{ code: number | null; said: string }> {
    const child = it.lab.spawn(['profkit', 'run', TARGET, ...PROBE, '--', ...create('cut')], { user: 'stack' });
    let said = '';
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await new Promise<void>((resolve) => {
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (after.test(said)) resolve();
      });
      void ended.then(() => resolve());
    });
    await new Promise((resolve) => setTimeout(resolve, later));
    await it.lab.signal(child, signal);
    return { code: await ended, said };
  }

  const moments: [string, RegExp, number][] = [
    ['the service is being stopped', /✔ Put the probe in/, 300],
    ['the service is being started', /✔ Put the probe in/, 2500],
    ['the trigger runs', /✔ Restart .* with it/, 1500],
  ];

  test.each(moments)('Ctrl-C while %s: status 130, nothing is left', async (_, after, later) => {
    const { code, said } = await cut('SIGINT', after, later);
    expect(said).toMatch(/Interrupted during/);
    expect(code).toBe(130);
    await it.expectRestored();
  });

  test.each(moments)('kill -9 while %s: revert --all leaves nothing', async (_, after, later) => {
    await cut('SIGKILL', after, later);
    const left = await it.json<{ probe: string; target: string }[]>('status');
    expect(left.map((p) => p.target)).toEqual([TARGET]);
    await it.json('revert', '--all');
    await it.expectRestored();
    expect(await it.json('revert', '--all')).toEqual([]); // twice is no harm
  });

  test('Ctrl-C during a restart does not leave the service down', async () => {
    const child = it.lab.spawn(['profkit', 'restart', 'n-sch', '--sleep', '60'], { user: 'stack' });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await it.lab.signal(child, 'SIGINT');
    expect(await ended).toBe(130);
    await it.expectRestored();
  });

  test('what somebody changed meanwhile stays; only our line goes', async () => {
    const { probe } = await it.json<{ probe: string }>('patch', TARGET, ...PROBE);
    await it.script(`echo '# mine' >>${SOURCE}`);
    await it.json('revert', probe);
    expect(await it.script('runuser -u stack -- git -C /opt/stack/nova diff -U0 | grep "^[+-][^+-]"')).toBe(
      '+# mine\n',
    );
    await it.script('runuser -u stack -- git -C /opt/stack/nova checkout -q nova/scheduler/manager.py');
    await it.expectRestored();
  });

  test('mode, owner and times of the file are as they were, and --dry-run changes nothing', async () => {
    const seen = () =>
      it.script(
        `stat -c '%a %U %G %Y %s' ${SOURCE}; sha256sum ${SOURCE}; ls -la --time-style=full-iso ${SOURCE.replace('manager.py', '__pycache__')}/manager.*`,
      );
    await it.script(`runuser -u stack -- python3 -m compileall -q ${SOURCE}`);
    const before = await seen();
    const dry = await it.run('patch', TARGET, ...PROBE, '--dry-run');
    expect(dry.stdout).toContain('# profkit:');
    expect(await seen()).toBe(before);
    await it.expectRestored();
    const { probe } = await it.json<{ probe: string }>('patch', TARGET, ...PROBE);
    await it.json('revert', probe);
    expect(await seen()).toBe(before);
  });

  test('a removed journal, or one that the service may not read, never keeps the service from starting', async () => {
    await it.json('patch', TARGET, ...PROBE);
    await it.script(
      'mv /var/lib/profkit /var/lib/elsewhere && systemctl restart devstack@n-sch && sleep 8 && systemctl is-active devstack@n-sch',
    );
    expect(await it.journal('Traceback')).toBe('');
    await it.script('mv /var/lib/elsewhere /var/lib/profkit');
    await it.json('revert', '--all', '--restart');
    await it.expectRestored();
  });
});
