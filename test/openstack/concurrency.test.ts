import { expect, test } from 'vitest';
import {
  type ConcurrencyFacts,
  cannotSwitch,
  configuredMode,
  runningMode,
  seenMode,
} from '../../src/openstack/concurrency.js';

const facts = (more: Partial<ConcurrencyFacts> = {}): ConcurrencyFacts => ({
  role: 'scheduler',
  release: 34,
  patching: { unit: undefined, process: undefined },
  backend: undefined,
  unread: undefined,
  processes: [
    { threads: 12, wrapped: false },
    { threads: 30, wrapped: true },
  ],
  uwsgi: false,
  log: undefined,
  ...more,
});
const ONE_THREAD = [
  { threads: 1, wrapped: false },
  { threads: 1, wrapped: false },
];
const conf = (value: string) => ({ value, file: '/etc/nova/nova.conf' });
const patching = (value: string) => ({ unit: value, process: value });

test.each([
  // up to 31 there is eventlet alone, whatever the configuration says
  [{ release: 26 }, 'eventlet'],
  [{ release: 26, patching: patching('1') }, 'eventlet'], // without its patching, but with nothing else either
  [{ release: 31, backend: conf('threading') }, 'eventlet'],
  // 32 lets one choose, 33 and 34 turn round
  [{ release: 32 }, 'eventlet'],
  [{ release: 32, patching: patching('true') }, 'threading'],
  // concurrency_backend came with 34: before, it decides nothing, whether it can be read or not
  [{ release: 33, backend: conf('eventlet') }, 'threading'],
  [{ release: 33, unread: '/etc/nova/nova.conf' }, 'threading'],
  [{ release: 33 }, 'threading'],
  [{ release: 33, role: 'api' }, 'threading'],
  [{ release: 33, role: 'conductor' }, 'eventlet'],
  [{ release: 33, role: 'compute' }, 'eventlet'],
  [{ release: 34, role: 'conductor' }, 'threading'],
  [{ release: 34, role: 'compute' }, 'threading'],
  [{ release: 34, role: 'console' }, 'eventlet'],
  [{ release: 34, backend: conf('eventlet') }, 'eventlet'],
  [{ release: 34, backend: conf('auto') }, 'threading'],
  // the variable comes first; what is no yes is a no; empty is none
  [{ patching: patching('1'), backend: conf('eventlet') }, 'threading'],
  [{ patching: patching('True') }, 'threading'],
  [{ patching: patching('no'), release: 34 }, 'eventlet'],
  [{ patching: patching('') }, 'threading'],
  [{ release: undefined }, undefined],
  [{ unread: '/etc/nova/nova.conf' }, undefined],
] as [Partial<ConcurrencyFacts>, string | undefined][])('%j is configured for %s', (more, mode) => {
  expect(configuredMode(facts(more))?.mode).toBe(mode);
});

test.each([
  [{}, 'threading', 'the titles of its workers'],
  [{ processes: ONE_THREAD }, 'eventlet', 'each of its processes has one thread'],
  [{ processes: ONE_THREAD, uwsgi: true }, undefined, undefined],
  [{ processes: [{ threads: 9, wrapped: false }], log: 'eventlet' }, 'eventlet', 'its log'],
  [{ processes: [{ threads: 9, wrapped: false }] }, undefined, undefined],
  [
    { processes: ONE_THREAD, uwsgi: true, loaded: 'threading' },
    'threading',
    'it has loaded oslo_service.backend._threading',
  ],
  [
    { processes: [{ threads: 9, wrapped: false }], loaded: 'eventlet', log: 'threading' },
    'eventlet',
    'it has loaded oslo_service.backend._eventlet',
  ],
  [{ processes: [] }, undefined, undefined],
  [{ patching: { unit: undefined, process: '0' } }, 'eventlet', 'OS_NOVA_DISABLE_EVENTLET_PATCHING=0 in its process'],
  [{ release: 26, processes: [{ threads: 3, wrapped: false }] }, 'eventlet', 'Nova 26 (Zed) knows no other'],
] as [Partial<ConcurrencyFacts>, string | undefined, string | undefined][])('%j runs with %s', (more, mode, how) => {
  expect(runningMode(facts(more))?.mode).toBe(mode);
  expect(runningMode(facts(more))?.how).toBe(how);
});

test('what a service does is seen whatever it was told', () => {
  expect(seenMode(facts({ patching: patching('false') }))?.mode).toBe('threading');
  expect(seenMode(facts({ processes: [] }))).toBeUndefined();
});

test.each([
  [
    { release: 26, role: 'scheduler' },
    'Nova 26 (Zed) runs the scheduler with eventlet alone; native threads came with Nova 32 (2025.2 Flamingo)',
  ],
  [{ release: 32, role: 'scheduler' }, undefined],
  [
    { release: 32, role: 'conductor' },
    'Nova 32 (2025.2 Flamingo) runs the conductor with eventlet alone; native threads came with Nova 33 (2026.1 Gazpacho)',
  ],
  [{ release: 33, role: 'compute' }, undefined],
  [
    { release: 33, role: 'console' },
    'Nova 33 (2026.1 Gazpacho) runs console proxies with eventlet alone; native threads came with Nova 34 (2026.2 Hibiscus)',
  ],
  [{ release: 34, role: 'console' }, undefined],
  [{ release: undefined }, 'which release of Nova it is could not be found out'],
] as [Partial<ConcurrencyFacts>, string | undefined][])(
  '%j can be made to start with threads, or why not',
  (more, why) => {
    expect(cannotSwitch(facts(more), 'threading')).toBe(why);
    // all of them can be made to start with eventlet, if it is known what they are
    expect(cannotSwitch(facts(more), 'eventlet')).toBe(
      more.release === undefined && 'release' in more ? why : undefined,
    );
  },
);
