import type { Sidecar } from '../../src/profile/sidecar.js';

/** A sidecar as a probe in the scheduler writes it, with some fields changed. */
export function sidecar(changes: Partial<Sidecar> = {}): Sidecar {
  return {
    format: 1,
    probe: 'p1',
    target: 'nova.scheduler.manager:SchedulerManager._select_destinations',
    function: { file: '/opt/stack/nova/nova/scheduler/manager.py', line: 235, name: '_select_destinations' },
    profile: 'a.prof',
    ids: ['ea143d18-8c7a-449c-b0e3-1c91b2dc353f'],
    ids_error: null,
    sizes: { instance_uuids: 1, provider_summaries: 25 },
    started: '2026-11-22T07:40:23.000001Z',
    wall_seconds: 0.727,
    cpu_seconds: 0.7,
    outcome: 'returned',
    exception: null,
    pid: 4711,
    python: '3.11.2',
    eventlet: '0.33.1',
    greenlet: '2.0.2',
    engine: 'eventlet',
    clock: 'wall',
    cold: false,
    calls: { number: 2, let_pass: 0, in_flight: 0 },
    errors: [],
    ...changes,
  };
}
