import type { Sidecar } from '../../src/profile/sidecar.js';

/** A sidecar as a probe in the scheduler writes it, with some fields changed. */
export function sidecar(changes: Partial<Sidecar> = {}): Sidecar {
  return {
    format: 1,
    probe: 'p1',
    target: 'nova.scheduler.manager:SchedulerManager._select_destinations',
    function: { file: '/opt/stack/nova/nova/scheduler/manager.py', line: 235, name: '_select_destinations' },
    profile: 'a.prof',
    active: null,
    waits: null,
    stacks: null,
    ids: ['ea143d18-8c7a-449c-b0e3-1c91b2dc353f'],
    ids_error: null,
    when: null,
    request_id: 'req-0f0c5f3c-7d0e-4b53-8a51-2f6f3a7e3d11',
    global_request_id: null,
    sizes: { instance_uuids: 1, provider_summaries: 25 },
    started: '2026-11-22T07:40:23.000001Z',
    wall_seconds: 0.727,
    cpu_seconds: 0.7,
    active_seconds: null,
    outcome: 'returned',
    exception: null,
    host: 'ctl',
    pid: 4711,
    python: '3.11.2',
    eventlet: '0.33.1',
    greenlet: '2.0.2',
    engine: 'eventlet',
    scope: null,
    clock: 'wall',
    measured: null,
    cold: false,
    calls: { number: 2, let_pass: 0, in_flight: 0 },
    errors: [],
    ...changes,
  };
}

/** The same of our own engine, which has waits and counts too. */
export function ownSidecar(changes: Partial<Sidecar> = {}): Sidecar {
  return sidecar({
    active: 'a.active.prof',
    waits: 'a.waits.folded',
    engine: 'profkit',
    scope: 'tree',
    active_seconds: 0.4,
    measured: {
      events: 100_000,
      switches: 53,
      greenlets: 1,
      threads: 0,
      tasks: 0,
      unfinished: 0,
      overhead_seconds: 0.02,
    },
    ...changes,
  });
}
