import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labReason, ProfkitInLab } from './profkit-in-lab.js';

const FOLDER = '/opt/stack/profkit-init-test';

describe.skipIf(labReason && !process.env.CI)(`profkit.yaml, on real Nova${labReason ? ` (${labReason})` : ''}`, () => {
  let it: ProfkitInLab;
  beforeAll(async () => {
    it = await ProfkitInLab.up();
    await it.script(`rm -rf ${FOLDER}; install -d -o stack ${FOLDER}`);
  });
  afterAll(() => it.script(`rm -rf ${FOLDER}`));
  const there = (command: string) => it.lab.script(`cd ${FOLDER} && ${command}`, { user: 'stack', timeoutMs: 600_000 });

  test('init sees the services and the presets that fit, and changes nothing', async () => {
    const r = await there('profkit init --json');
    expect(r, r.stderr).toMatchObject({ code: 0 });
    const seen = JSON.parse(r.stdout) as { systemd: boolean; services: string[]; presets: { name: string }[] };
    expect(seen.systemd).toBe(true);
    expect(seen.services).toEqual(expect.arrayContaining(['n-sch', 'n-cpu-1']));
    expect(seen.presets.map((p) => p.name)).toEqual(expect.arrayContaining(['scheduler', 'compute-build', 'api-list']));
    expect((await there('cat profkit.yaml')).stdout).toContain('\ntarget: scheduler\n');
    await it.expectUntouched();
  });

  test('then run alone is the whole guide', async () => {
    const r = await there('profkit run --json');
    expect(r, r.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(r.stdout)).toMatchObject({
      target: expect.stringMatching(/SchedulerManager\.select_destinations$/),
      sidecar: { outcome: 'returned' },
    });
    await it.expectRestored();
  });
});
