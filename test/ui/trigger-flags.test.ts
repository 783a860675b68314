import { expect, test } from 'vitest';
import type { Config } from '../../src/config/settings.js';
import { triggerOf } from '../../src/ui/trigger-flags.js';

const FILE: Config = { target: ['get_by_host'], trigger: ['from', 'file'], services: {} };
const NONE: Config = { services: {} };

test.each([
  [['x'], ['scheduler'], FILE, ['x']],
  [[], ['scheduler'], FILE, []],
  [[], ['neutron-port-create'], FILE, ['from', 'file']],
  [[], ['t'], FILE, ['from', 'file']],
  [[], [], FILE, ['from', 'file']],
  [[], [], { ...NONE, target: ['scheduler'] }, []],
  [[], [], { ...FILE, target: ['scheduler'] }, ['from', 'file']],
] as [string[], string[], Config, string[]][])('the trigger of -- %j, of %j', (trailing, named, config, wanted) => {
  expect(triggerOf(trailing, named, config)).toEqual({ argv: wanted });
});

test('without any trigger that is said', () => {
  const none = expect.objectContaining({ code: 'NO_TRIGGER' });
  expect(() => triggerOf([], ['t'], { ...NONE, target: ['scheduler'] })).toThrow(none);
  expect(() => triggerOf([], [], NONE)).toThrow(none);
});

test('a flag comes before presets and profkit.yaml, and stands in place of a command', () => {
  const request = { method: 'GET', path: '/servers', service: 'compute', body: null };
  expect(triggerOf([], ['scheduler'], FILE, { trigger: 'reboot' })).toEqual({ argv: [], trigger: { kind: 'reboot' } });
  expect(triggerOf([], ['t'], NONE, { http: '/servers' })).toEqual({ argv: [], trigger: { kind: 'http', request } });
  const both = expect.objectContaining({ code: 'BAD_OPTION' });
  expect(() => triggerOf(['x'], [], NONE, { trigger: 'create' })).toThrow(both);
  expect(() => triggerOf([], [], NONE, { trigger: 'create', http: '/servers' })).toThrow(both);
});

test('of a probe that is in something is always found out', () => {
  expect(triggerOf([], [], NONE, {}, true)).toEqual({ argv: [] });
  expect(triggerOf([], [], FILE, {}, true)).toEqual({ argv: ['from', 'file'] });
});
