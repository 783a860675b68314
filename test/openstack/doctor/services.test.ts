import { expect, test } from 'vitest';
import { judgeFakes } from '../../../src/openstack/doctor/fake-computes.js';
import { shortList } from '../../../src/openstack/doctor/finding.js';
import { judgeLayout, judgeRelease, judgeVersions } from '../../../src/openstack/doctor/installation.js';
import { judgeLive } from '../../../src/openstack/doctor/live.js';
import { concurrencyOf, judgeGuide, judgeModes } from '../../../src/openstack/doctor/modes.js';
import { judgeLeftovers, judgeStates, judgeWorkers } from '../../../src/openstack/doctor/services.js';
import { made } from './made-service.js';

const SCH = 'devstack@n-sch.service';
const CPUS = [1, 2, 3].map((n) => `devstack@n-cpu-${n}.service`);

test('names that count up are one word', () => {
  expect(shortList(['n-sch', 'n-cpu-2', 'n-cpu-10', 'n-cpu-1', 'n-cpu-3'])).toBe('n-cpu-1…3, n-cpu-10, n-sch');
  expect(shortList(['n-api'])).toBe('n-api');
});

test('devstack, packages, own services, or nothing', () => {
  const layout = (names: string[], systemd = true) =>
    judgeLayout(
      names.map((n) => made(n, {}, { systemd })),
      { devstack: true },
    );
  expect(layout([SCH])).toMatchObject({ verdict: 'ok', says: 'devstack, 1 unit devstack@*, sources in /opt/stack' });
  expect(layout(['nova-api.service', 'nova-compute.service'])).toMatchObject({
    verdict: 'ok',
    says: 'packages: nova-api, nova-compute',
  });
  expect(layout(['mine'], false).says).toBe('services of profkit.yaml: mine');
  expect(layout([]).verdict).toBe('warn');
});

test.each([
  ['26.2.2', 'ok', 'Nova 26 (Zed), 26.2.2'],
  ['27.0.0.0rc1.dev3', 'ok', 'Nova 27 (2023.1 Antelope), 27.0.0.0rc1.dev3'],
  ['34.0.0', 'ok', 'Nova 34 (2026.2 Hibiscus), 34.0.0'],
  ['19.3.2', 'warn', 'Nova 19, 19.3.2'],
  ['36.0.0', 'warn', 'Nova 36, 36.0.0'],
  [null, 'warn', 'which Nova this is could not be found out: its Python has no metadata of it'],
] as const)('Nova %s', (nova, verdict, says) => {
  expect(judgeRelease([made(SCH, { nova }), made('devstack@n-api.service', { nova })])).toMatchObject([
    { verdict, says, services: [] },
  ]);
});

test('two releases side by side are told apart', () => {
  const found = judgeRelease([made(SCH), made('devstack@n-api.service', { nova: '27.1.0' })]);
  expect(found.map((f) => f.services)).toEqual([['n-sch'], ['n-api']]);
});

test.each([
  ['3.11.2', 'ok'],
  ['3.5.9', 'fail'],
  ['2.7.18', 'fail'],
  ['3.12.3', 'warn'],
  ['3.12.7', 'ok'],
  ['3.15.0', 'warn'],
])('Python %s', (python, verdict) => {
  expect(judgeVersions([made(SCH, { python })])).toMatchObject([{ verdict }]);
});

test('a Python that is not found or does not answer', () => {
  expect(judgeVersions([made(SCH, {}, { python: { why: 'it has no ExecStart' } })])).toMatchObject([
    { verdict: 'warn' },
  ]);
  expect(judgeVersions([made(SCH, {}, { versions: undefined })])[0]!.says).toMatch(/does not answer/);
});

test('the mode and how it is known; two that do not agree', () => {
  expect(judgeModes([made(SCH), made('devstack@g-api.service')])).toMatchObject([
    { verdict: 'ok', services: ['n-sch'], says: 'eventlet (Nova 26 (Zed) knows no other)' },
  ]);
  expect(concurrencyOf(made(SCH, { nova: '34.0.0', wrapped: true }))).toEqual({
    mode: 'threading',
    how: 'the titles of its workers; the default of Nova 34 (2026.2 Hibiscus)',
  });
  const other = { concurrency_backend: { value: 'eventlet', file: '/etc/nova/nova.conf' } };
  expect(judgeModes([made(SCH, { nova: '34.0.0', wrapped: true, settings: other })])).toMatchObject([
    {
      verdict: 'warn',
      says: 'threading (the titles of its workers), but it would start with eventlet (concurrency_backend in /etc/nova/nova.conf)',
      next: expect.stringContaining('profkit restart n-sch'),
    },
  ]);
  expect(judgeModes([made(SCH, { nova: null }, { state: 'inactive' })])[0]!.verdict).toBe('ok'); // one thread each
});

test.each([
  [{ nova: '26.2.2' }, 'ok', /can be used/],
  [{ nova: '34.0.0', wrapped: true }, 'warn', /would break every request/],
  [{ nova: '34.0.0', log: 'eventlet', unit: '0' }, 'ok', /can be used/],
  [{ nova: '33.0.0', wrapped: true, python: '3.13.1' }, 'warn', /one profiler a process/],
  [{ nova: '33.0.0', wrapped: true }, 'warn', /no threads/],
] as const)("the guide's engine with %j", (m, verdict, says) => {
  expect(judgeGuide([made(SCH, m)])).toMatchObject([{ verdict, says: expect.stringMatching(says) }]);
});

test.each([
  ['active', 'enabled', ['ok']],
  ['failed', 'enabled', ['fail']],
  ['inactive', 'enabled', ['warn']],
  ['inactive', 'disabled', []],
  ['inactive', 'masked', ['warn']],
  ['activating', 'enabled', ['warn']],
])('a unit that is %s and %s', (state, enabled, verdicts) => {
  expect(judgeStates([made(SCH, {}, { state, enabled })]).map((f) => f.verdict)).toEqual(verdicts);
});

test('workers are the processes but the one that minds them', () => {
  const four = [10, 11, 12, 13].map((pid) => ({ pid, started: 1000 }));
  expect(judgeWorkers([made(SCH, {}, { processes: four })])[0]!.says).toMatch(/^3 workers/);
  expect(judgeWorkers([made(SCH)])[0]!.says).toBe('one worker');
  const left = [{ pid: 7, started: 500 }, ...four];
  expect(judgeWorkers([made(SCH, {}, { processes: left })])[0]!.says).toMatch(/^3 workers/);
  expect(judgeWorkers([made(SCH, {}, { state: 'inactive' })])[0]!.verdict).toBe('skip');
});

test('a process that is older than the main one has outlived a stop', () => {
  expect(judgeLeftovers([made(SCH)])).toMatchObject([
    { verdict: 'ok', says: expect.stringContaining('KillMode=process') },
  ]);
  const processes = [
    { pid: 7, started: 500 },
    { pid: 10, started: 1000 },
  ];
  expect(judgeLeftovers([made(SCH, {}, { processes })])).toMatchObject([
    { verdict: 'warn', says: 'outlived a stop: 7', next: expect.stringContaining('--kill'), services: ['n-sch'] },
  ]);
  expect(
    judgeLeftovers([made(SCH, {}, { processes: processes.slice(0, 1), mainPid: 0, state: 'inactive' })])[0]!.verdict,
  ).toBe('warn');
});

test('fake computes that cannot be restarted', () => {
  const fakes = (m: Parameters<typeof made>[1]) => judgeFakes(CPUS.map((name) => made(name, m)));
  expect(fakes({})).toMatchObject([{ verdict: 'ok' }]);
  expect(fakes({ nova: '27.0.0' })).toMatchObject([{ verdict: 'fail', services: ['n-cpu-1', 'n-cpu-2', 'n-cpu-3'] }]);
  expect(fakes({ nova: '31.0.0', identity: '/opt/stack/data/nova/x/compute_id' })).toMatchObject([{ verdict: 'ok' }]);
  expect(fakes({ nova: '31.0.0', unread: ['/etc/nova/nova-cpu.conf'] })).toMatchObject([{ verdict: 'skip' }]);
  const real = { compute_driver: { value: 'libvirt.LibvirtDriver', file: '' } };
  expect(fakes({ nova: '31.0.0', settings: real })).toMatchObject([{ verdict: 'skip' }]);
  const devstacks = { compute_driver: { value: 'fake.FakeDriver', file: '/etc/nova/nova-cpu.conf' } };
  expect(fakes({ nova: '31.0.0', identity: '/x/compute_id', settings: devstacks })).toMatchObject([
    { verdict: 'fail', says: expect.stringContaining('another id in each process') },
  ]);
  const kept = { compute_driver: { value: 'fake.FakeDriverWithoutFakeNodes', file: '' } };
  expect(fakes({ nova: '31.0.0', identity: '/x/compute_id', settings: kept })).toMatchObject([{ verdict: 'ok' }]);
});

test('live mode', () => {
  const root = { uid: 0, ptrace: 1 };
  expect(judgeLive([made(SCH)], root)).toMatchObject([
    { verdict: 'skip', says: 'it needs Python 3.14, and here is 3.11.2' },
  ]);
  const young = made(SCH, { python: '3.14.0' });
  expect(judgeLive([young], root)[0]!.verdict).toBe('ok');
  expect(judgeLive([young], { uid: 1000, ptrace: 1 })[0]!.verdict).toBe('warn');
  expect(judgeLive([{ ...young, noRemoteDebug: true }], root)[0]!.says).toMatch(/-X disable-remote-debug/);
});
