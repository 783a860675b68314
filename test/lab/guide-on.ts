// The guide in two words on the Nova of a lab, whichever it is.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/openstack/doctor/diagnosis.js';
import type { RowData } from '../../src/profile/row-data.js';
import { changes, type HostState, hostState } from './host-state.js';
import { labReason, ProfkitInLab, type Ran } from './profkit-in-lab.js';
import type { Release } from './releases.js';

interface Deleting extends Ran {
  deleted: string[];
}

/** Columns by which pstats sorts, as it names them. */
const KEYS = ['cumulative', 'tottime', 'ncalls', 'name', 'file'];
const INTO = '/tmp/guide';

/** Leaves the lab up. */
export function guideOn(release: Release): void {
  const why = labReason ? ` (${labReason})` : '';
  describe.skipIf(labReason && !process.env.CI)(`the guide in two words, on real ${release.name}${why}`, () => {
    let it: ProfkitInLab;
    let before: HostState;
    let ran: Deleting;
    beforeAll(async () => {
      it = await ProfkitInLab.on(release);
    });

    test('it is that Nova, on that Python, and nothing is in the way', async () => {
      const d = await it.json<Diagnosis>('doctor');
      const bad = d.checks.flatMap((c) => c.findings).filter((f) => f.verdict === 'fail' || f.verdict === 'warn');
      // the one thing that the lab has not
      expect(bad.map((f) => f.says)).toEqual([expect.stringContaining('neutron-port-create')]);
      expect(JSON.stringify(d)).not.toContain('not looked at');
      const says = (id: string) => d.checks.find((c) => c.id === id)!.findings.map((f) => f.says);
      expect(says('nova')).toEqual([expect.stringContaining(`${release.name}, ${release.nova}.`)]);
      expect(says('python').filter((text) => !text.includes(`Python ${release.python}.`))).toEqual([]);
    });

    test('profkit run scheduler: a server, and the capture that bears its uuid', async () => {
      before = await hostState(it.lab);
      ran = await it.json<Deleting>('run', 'scheduler', '--into', INTO);
      expect(ran.server).toEqual({ id: ran.id, status: 'ACTIVE' });
      expect(ran.deleted).toEqual([ran.id]);
      expect(ran.capture).toMatch(new RegExp(`^${INTO}/.*/${ran.id}-\\d+-\\d+\\.prof$`));
      expect(ran.sidecar).toMatchObject({
        target: 'nova.scheduler.manager:SchedulerManager.select_destinations',
        ids: [ran.id],
        ids_error: null,
        outcome: 'returned',
        exception: null,
        cold: true,
        python: expect.stringContaining(release.python),
        sizes: { instance_uuids: 1 },
        errors: [],
      });
    });

    test('each of the five hosts is looked up once', async () => {
      const { rows } = await it.json<{ rows: RowData[] }>('analyze', ran.capture);
      const perHost = rows.filter((r) => r.name === 'get_by_host' && r.file.endsWith('/objects/host_mapping.py'));
      expect(perHost.map((r) => r.ncalls)).toEqual([5]);
    });

    test('the table is what the pstats of the Python that made it prints', async () => {
      for (const key of KEYS) {
        const words = `import pstats; pstats.Stats(${JSON.stringify(ran.capture)}).sort_stats(${JSON.stringify(key)}).print_stats(25)`;
        const theirs = await it.lab.exec(['python3', '-c', words], { user: 'stack' });
        expect(theirs, theirs.stderr).toMatchObject({ code: 0 });
        const ours = await it.run('analyze', ran.capture, '--format', 'pstats', '--sort', key, '--limit', '25');
        expect(ours.stdout).toBe(theirs.stdout);
      }
    });

    test('the server is gone, and each file, package and unit is as it was', async () => {
      const left = await it.openstack<{ ID: string }[]>('server', 'list', '--all-projects');
      expect(left.map((server) => server.ID)).not.toContain(ran.id);
      expect(await it.json('status')).toEqual([]);
      expect(changes(before, await hostState(it.lab))).toEqual([]);
      await it.expectRestored();
    });
  });
}
