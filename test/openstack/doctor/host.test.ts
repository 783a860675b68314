import { expect, test } from 'vitest';
import type { HostLook } from '../../../src/openstack/doctor/facts.js';
import {
  judgeClock,
  judgeDisk,
  judgeMemory,
  judgeRoot,
  judgeSystem,
  judgeSystemd,
} from '../../../src/openstack/doctor/host.js';
import { judgeDropIns, judgeProbes } from '../../../src/openstack/doctor/leftovers.js';
import { judgePresets } from '../../../src/openstack/doctor/targets.js';

test.each([
  [0.2, 0.1, 'ok'],
  [-1.5, 0.01, 'ok'],
  [3, 2, 'ok'],
  [40, 0.1, 'warn'],
  [-40, 0.1, 'warn'],
])('a clock that is off by %d s, give or take %d', (offset, doubt, verdict) => {
  expect(judgeClock(offset, doubt).verdict).toBe(verdict);
});

test.each([
  [50e9, 1e6, false, 'ok'],
  [50e9, null, false, 'ok'],
  [500e6, 1e6, false, 'warn'],
  [50e6, 1e6, false, 'fail'],
  [50e9, 10, false, 'fail'],
  [50e9, 1e6, true, 'fail'],
])('a disk with %d bytes and %d inodes, read-only %s', (free, inodes, readonly, verdict) => {
  expect(judgeDisk({ path: '/var/lib', free, inodes, readonly }).verdict).toBe(verdict);
});

test('memory, root, systemd and the system', () => {
  expect(judgeMemory({ total: 16e9, available: 4e9 }, 25)).toEqual({
    verdict: 'ok',
    says: '4.0 GB of 16 GB free, with 25 fake computes of 100 to 150 MB each',
  });
  expect(judgeMemory({ total: 16e9, available: 2e8 }, 0).verdict).toBe('warn');
  expect(judgeRoot({ uid: 0, user: 'root' }).verdict).toBe('ok');
  expect(judgeRoot({ uid: 1000, user: 'stack' })).toMatchObject({
    verdict: 'warn',
    says: expect.stringContaining('stack'),
  });
  expect(judgeSystemd('systemd 252 (252.39-1~deb12u1)', 0)).toEqual({ verdict: 'ok', says: 'systemd 252' });
  expect(judgeSystemd(undefined, 2).verdict).toBe('ok');
  expect(judgeSystemd(undefined, 0).verdict).toBe('warn');
  const look = { system: 'Debian 12', kernel: 'Darwin 23', machine: 'arm64', linux: false } as HostLook;
  expect(judgeSystem(look, { hostname: 'lab', python: '3.11.2' }).verdict).toBe('fail');
});

const PROBE = {
  probe: 'abcdef',
  state: 'applied',
  target: 'a:b',
  files: ['/run/x.d/profkit-001-abcdef.conf'],
  until: 100,
} as const;

test('probes and what is left of them', () => {
  expect(judgeProbes([], [], false, 50)).toMatchObject([{ verdict: 'ok' }]);
  expect(judgeProbes([PROBE], [], false, 50)).toMatchObject([
    { verdict: 'warn', says: 'probe abcdef of a:b: in place', next: expect.stringContaining('profkit revert abcdef') },
  ]);
  expect(judgeProbes([PROBE], [], false, 150)[0]!.says).toMatch(/past its time/);
  const unreadable = { probe: 'x', path: '/var/lib/profkit/probes/x/journal.json', why: 'Permission denied' };
  expect(judgeProbes([], [unreadable], true, 50).map((f) => f.verdict)).toEqual(['fail', 'warn']);
  expect(judgeDropIns([...PROBE.files], [PROBE])).toMatchObject([{ verdict: 'ok' }]);
  expect(judgeDropIns([...PROBE.files], [])).toMatchObject([
    { verdict: 'warn', next: expect.stringContaining('rm /run/x.d/') },
  ]);
  expect(judgeDropIns([], [])).toMatchObject([{ verdict: 'ok', says: 'none' }]);
});

test('presets that fit, have another name, are not found, or have no service here', () => {
  const found = [{ name: 'scheduler' }, { name: 'old', instead: 'a.b:C.d' }, { name: 'gone', why: 'there is no a.b' }];
  expect(judgePresets(found, ['neutron-port-create']).map((f) => [f.verdict, f.says])).toEqual([
    ['ok', 'scheduler, old: found; profkit run NAME'],
    ['ok', 'old is a.b:C.d in this release'],
    ['warn', 'gone: there is no a.b'],
    ['skip', 'none of their services is here and looked at: neutron-port-create'],
  ]);
  expect(judgePresets([], ['x'])[0]!.verdict).toBe('skip');
});
