import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guideOn } from '../guide-on.js';
import { Lab } from '../lab.js';
import { labReason, ProfkitInLab } from '../profkit-in-lab.js';
import { NOVA_31 } from '../releases.js';

// each lab that is up takes its memory
afterAll(async () => {
  if (!labReason) await (await Lab.up(NOVA_31.lab, { suite: NOVA_31.suite })).down();
});

guideOn(NOVA_31);

/** What devstack's fake computes lack from Nova 27 on, made so here: the lab's own can be restarted. */
describe.skipIf(labReason && !process.env.CI)(
  `computes that would not start again, on ${NOVA_31.name}${labReason ? ` (${labReason})` : ''}`,
  () => {
    const CONF = '/etc/nova/nova-cpu.conf';
    const ID = '/opt/stack/data/nova/lab1/compute_id';
    let it: ProfkitInLab;
    let id: string;
    beforeAll(async () => {
      it = await ProfkitInLab.on(NOVA_31);
      id = await it.script(`cat ${ID}`);
      await it.script(`rm ${ID}; sed -i s/FakeDriverWithoutFakeNodes/FakeDriver/ ${CONF}`);
    });
    afterAll(async () => {
      await it.script(
        `[ -e ${ID} ] || printf %s ${id} >${ID}; chown stack: ${ID}; sed -i 's/FakeDriver$/FakeDriverWithoutFakeNodes/' ${CONF}`,
      );
    });

    test('they are refused before anything is stopped', async () => {
      const pids = () => it.script('systemctl show -P MainPID devstack@n-cpu-1 devstack@n-cpu-2');
      const before = await pids();
      const r = await it.run('restart', 'n-cpu-[12]');
      expect(r.code).toBe(3);
      expect(r.stderr).toMatch(
        /n-cpu-1, n-cpu-2 would not start again: .*No local node identity.*nova-cpu\.conf.*Duplicate.*\n.*--fix-computes/,
      );
      expect(await pids()).toBe(before);
    });

    test('and mended first with --fix-computes: by the id that Nova has of them', async () => {
      await it.json('restart', 'n-cpu-[12]', '--fix-computes');
      expect(await it.script(`cat ${ID}`)).toBe(id);
      expect(await it.script(`stat -c '%U %a' ${ID} ${CONF}`)).toMatch(/^stack 644\nstack \d+\n$/);
      expect(await it.script(`grep -c 'FakeDriverWithoutFakeNodes$' ${CONF}`)).toBe('1\n');
      await it.json('restart', 'n-cpu-1');
    });
  },
);
