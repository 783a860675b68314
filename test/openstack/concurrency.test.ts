import { expect, test } from 'vitest';
import { type ConcurrencyFacts, configuredMode, runningMode } from '../../src/openstack/concurrency.js';

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
  [{ release: 31, backend: conf('threading') }, 'eventlet'],
  // 32 lets one choose, 33 and 34 turn round
  [{ release: 32 }, 'eventlet'],
  [{ release: 32, backend: conf('threading') }, 'threading'],
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
  [{ processes: [] }, undefined, undefined],
  [{ patching: { unit: undefined, process: '0' } }, 'eventlet', 'OS_NOVA_DISABLE_EVENTLET_PATCHING=0 in its process'],
  [{ release: 26, processes: [{ threads: 3, wrapped: false }] }, 'eventlet', 'Nova 26 (Zed) knows no other'],
] as [Partial<ConcurrencyFacts>, string | undefined, string | undefined][])('%j runs with %s', (more, mode, how) => {
  expect(runningMode(facts(more))?.mode).toBe(mode);
  expect(runningMode(facts(more))?.how).toBe(how);
});
