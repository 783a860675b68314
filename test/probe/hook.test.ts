import { expect, test } from 'vitest';
import { carries } from '../../src/probe/carries.js';
import { dropInPath, dropInText } from '../../src/probe/drop-in.js';
import { hookedPath, hookText } from '../../src/probe/hook.js';

const UNIT = 'devstack@n-sch.service';
const FOLDER = '/run/systemd/system/devstack@n-sch.service.d';

test('a later drop-in of a unit comes after the earlier ones by name, also where one of them is gone', () => {
  const first = dropInPath(UNIT, 'zzzzzz', [
    '/etc/x.conf',
    '/run/systemd/system/other.service.d/profkit-007-abcdef.conf',
  ]);
  expect(first).toBe(`${FOLDER}/profkit-001-zzzzzz.conf`);
  const second = dropInPath(UNIT, 'bbbbbb', [first]);
  const third = dropInPath(UNIT, 'aaaaaa', [second]);
  expect([third, second, first].sort()).toEqual([first, second, third]);
});

test('what the unit has in PYTHONPATH stays behind the hook', () => {
  expect(hookedPath('/p/hook', '')).toBe('/p/hook');
  expect(hookedPath('/p/hook', '/a:/b')).toBe('/p/hook:/a:/b');
});

test('a drop-in quotes what means something to systemd', () => {
  expect(dropInText('abcdef', 'PYTHONPATH', '/p/hook:/100%/a "b"\\c')).toBe(
    '# Of the probe abcdef of profkit, and gone at the next boot; profkit revert abcdef takes it out.\n[Service]\nEnvironment="PYTHONPATH=/p/hook:/100%%/a \\"b\\"\\\\c"\n',
  );
  expect(dropInText('abcdef', 'PYTHONPATH', '/p/hook', '/p/hook/environment-1')).toMatch(
    /\[Service\]\nEnvironmentFile=-\/p\/hook\/environment-1\n$/,
  );
});

test('the hook is told its targets as Python reads them', async () => {
  const text = await hookText('/var/lib/é😀"\\', [{ module: 'a.b', name: 'C.f', line: 7, runtime: 'probe.py' }]);
  expect(text).toContain(
    '\nSETTINGS = {"directory": "/var/lib/\\u00e9\\U0001f600\\"\\\\", "targets": [{"module": "a.b", "name": "C.f", "line": "7", "runtime": "probe.py"}]}\n',
  );
});

test('a process has a hook only if it started after it was put in, and not after a reboot', () => {
  const file = (now: 'in place' | 'gone') => ({ path: 'x', before: null, after: '', lines: [], now });
  const probe = { created: 100, mode: 'hook' as const, state: 'applied' as const, files: [file('in place')] };
  const process = (started: number) => ({ pid: 1, argv: [], user: 'u', started });
  expect(carries(process(99), probe)).toBe(false);
  expect(carries(process(101), probe)).toBe(true);
  expect(carries(process(101), { ...probe, files: [file('gone')] })).toBe(false);
  expect(carries(process(101), { ...probe, state: 'reverted', files: [file('gone')] })).toBe(true);
});
