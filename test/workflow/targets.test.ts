import {
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import type { Context } from '../../src/workflow/context.js';
import { interpreters } from '../../src/workflow/find-targets.js';
import { planPatch } from '../../src/workflow/plan-patch.js';
import { expandPresets } from '../../src/workflow/presets.js';
import { listTargets } from '../../src/workflow/targets.js';
import { RecordedProgress } from '../fakes/recorded-progress.js';

const MANAGER = `class Manager(object):
    def toil(self, uuids):
        return self.chore(uuids)

    def chore(self, uuids):
        return uuids


class Proxy(object):
    def toil(self, uuids):
        return self.api.toil(uuids)
`;
const OTHER = 'def helper(uuids):\n    return uuids\n';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let host: Host;
let context: Context;
let progress: RecordedProgress;
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'profkit-test-')));
  mkdirSync(join(folder, 'code'));
  mkdirSync(join(folder, 'checkout/tests'), { recursive: true });
  writeFileSync(join(folder, 'code/manager.py'), MANAGER);
  writeFileSync(join(folder, 'checkout/other.py'), OTHER);
  symlinkSync(join(folder, 'checkout/other.py'), join(folder, 'code/other.py'));
  writeFileSync(join(folder, 'code/test_manager.py'), 'class Fake(object):\n    def toil(self): return 1\n');
  host = await localHost({ state: join(folder, 'state'), sudo: false });
  progress = new RecordedProgress();
  const interruption = {
    signal: new AbortController().signal,
    during: <T>(_: string, work: () => Promise<T>) => work(),
  };
  // its start says whose modules are meant; it does not run
  const services = {
    s: { start: ['/usr/bin/python3', join(folder, 'code/service.py')], stop: ['true'], pids: ['true'] },
  };
  context = { host, progress, interruption, services, captures: join(folder, 'here') };
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const OPTIONS = {
  services: ['s'],
  ids: ['uuids'],
  engine: 'profkit' as const,
  mode: 'source' as const,
  max: 3,
  duration: 60,
};
const list = async (pattern: string) => (await listTargets(context, pattern, { services: ['s'], limit: 40 })).found;

test('lists what a name can mean: what does the work, then what hands on, then tests', async () => {
  const found = await list('toil');
  expect(found.map((t) => [t.target, t.stub, t.test, t.exact])).toEqual([
    ['manager:Manager.toil', null, false, true],
    ['manager:Proxy.toil', 'proxy', false, false],
    ['test_manager:Fake.toil', null, true, false],
  ]);
  expect(found[0]).toMatchObject({
    file: join(folder, 'code/manager.py'),
    line: 2,
    signature: '(self, uuids)',
    kind: 'method',
  });
});

test.each([
  ['Manager.*', ['manager:Manager.chore', 'manager:Manager.toil']],
  ['Manager', ['manager:Manager.chore', 'manager:Manager.toil']],
  ['manager:Manager.chore', ['manager:Manager.chore']],
  ['CHOR', ['manager:Manager.chore']],
  ['code/manager.py:3', ['manager:Manager.toil']],
  ['other:*', ['other:helper']],
])('%s', async (pattern, targets) => {
  expect((await list(pattern)).map((t) => t.target)).toEqual(targets);
});

test('what is nowhere, and what says nothing', async () => {
  await expect(list('nowhere_at_all')).rejects.toMatchObject({ code: 'TARGET_UNKNOWN' });
  await expect(list('*')).rejects.toMatchObject({ code: 'BAD_OPTION' });
  await expect(list('none.py:3')).rejects.toMatchObject({ code: 'TARGET_NO_FILE' });
});

test('several targets are one probe: a file is changed once, with all its lines, and each has a runtime', async () => {
  const targets = ['manager:Manager.toil', 'helper', 'Manager.chore'];
  const plan = await planPatch(context, { ...OPTIONS, targets });
  const { changes, files, journal } = plan.request;
  expect(journal.targets).toEqual([
    { target: 'manager:Manager.toil', runtime: 'probe.py', ids: 'uuids' },
    { target: 'other:helper', runtime: 'probe-2.py', ids: 'uuids' },
    { target: 'manager:Manager.chore', runtime: 'probe-3.py', ids: 'uuids' },
  ]);
  expect(files.map((f) => f.name)).toEqual(['probe.py', 'probe-2.py', 'probe-3.py']);
  // the real file, not the link to it
  expect(changes.map((c) => [c.path, c.lines.length])).toEqual([
    [join(folder, 'code/manager.py'), 2],
    [join(folder, 'checkout/other.py'), 1],
  ]);
  const edited = Buffer.from(changes[0]!.after).toString().split('\n');
  expect(edited[1]).toMatch(/^ {4}@eval\(.*\/probe\.py'.*profkit:/);
  expect(edited[2]).toBe('    def toil(self, uuids):');
  expect(edited[5]).toMatch(/^ {4}@eval\(.*\/probe-3\.py'.*profkit:/);
  expect(edited[6]).toBe('    def chore(self, uuids):');
  expect(plan.diff.match(/^\+ {4}@eval/gm)).toHaveLength(2);
  await host.apply(plan.request);
  await expect(planPatch(context, { ...OPTIONS, targets: ['helper'] })).rejects.toMatchObject({ code: 'TARGET_BUSY' });
  await host.revert(journal.probe);
  await host.forget(journal.probe);
  expect(readFileSync(join(folder, 'code/manager.py'), 'utf8')).toBe(MANAGER);
  expect(readFileSync(join(folder, 'checkout/other.py'), 'utf8')).toBe(OTHER);
});

test('an --id for each, none for one; what does not fit is said before anything changes', async () => {
  const targets = ['manager:Manager.toil', 'helper'];
  const plan = await planPatch(context, { ...OPTIONS, targets, ids: ['uuids[0]', ''], when: 'len(uuids) > 1' });
  expect(plan.request.journal.targets.map((t) => t.ids)).toEqual(['uuids[0]', null]);
  expect(plan.request.journal.when).toBe('len(uuids) > 1');
  const refused = (more: object) => expect(planPatch(context, { ...OPTIONS, targets, ...more })).rejects;
  await refused({ ids: ['uuids', '', ''] }).toMatchObject({ code: 'BAD_OPTION' });
  await refused({ ids: ['nothing'] }).toMatchObject({ code: 'EXPRESSION' });
  await refused({ when: 'self.host == 1' }).toMatchObject({ code: 'EXPRESSION' }); // helper has no self
  await refused({ targets: ['helper', 'other:helper'] }).toMatchObject({ code: 'BAD_OPTION' });
});

test('a bare name is said in full, and a service that has not loaded it is warned of', async () => {
  const plan = await planPatch(context, { ...OPTIONS, targets: ['toil'] });
  expect(plan.located[0]!.target).toBe('manager:Manager.toil');
  expect(progress.warnings).toEqual(['toil is manager:Manager.toil']);
});

test('a preset is its target, its id and what makes it run; the command line comes first', async () => {
  const asked = { targets: ['scheduler'], services: ['n-sch'], ids: [] };
  const preset = await expandPresets(host, asked);
  expect(preset).toMatchObject({
    targets: ['nova.scheduler.manager:SchedulerManager.select_destinations'],
    services: ['n-sch'],
    ids: ['instance_uuids'],
    trigger: { kind: 'create' },
  });
  expect(await expandPresets(host, { ...asked, ids: ['context'] })).toMatchObject({ ids: ['context'] });
  const plain = { targets: ['m:scheduler', 'a.scheduler'], services: [], ids: [] };
  expect(await expandPresets(host, plain)).toEqual(plain);
});

test.skipIf(process.getuid?.() !== 0 && !process.env.CI)(
  'root asks an interpreter that is named as the user whose environment it is',
  async () => {
    const python = join(folder, 'bin/python3');
    mkdirSync(join(folder, 'bin'));
    symlinkSync('/usr/bin/python3', python);
    const user = async () => (await interpreters(host, [], python))[0]!.user;
    expect(await user()).toBe('root');
    lchownSync(join(folder, 'bin'), 65534, 65534);
    expect(await user()).toBe('nobody');
    lchownSync(python, 4242, 4242);
    await expect(user()).rejects.toMatchObject({ code: 'BAD_OPTION' });
  },
);
