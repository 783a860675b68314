import { expect, test } from 'vitest';
import { readyLineOf, thatSaid, workersOf } from '../../src/openstack/ready-lines.js';

/** As the journals of the lab's Nova 26 and 34 have them. */
const STARTING = '2026-11-26 07:36:38.934 341 INFO nova.service [-] Starting scheduler node (version 34.0.0)';
const JOIN =
  '2026-11-26 07:45:58.580 977 DEBUG nova.service [None req-d6fe2d14 - - -] Join ServiceGroup membership for this service scheduler join /opt/stack/nova/nova/servicegroup/api.py:69';
const APP = "WSGI app 0 (mountpoint='') ready in 44 seconds on interpreter 0x7fd8638c6900 pid: 216 (default app)";
const WORKERS = '2026-11-26 07:42:37.834 310 INFO oslo_service.service [-] Starting 2 workers';

test('the line that is waited for is one that was said before, the last of a start first', () => {
  expect(readyLineOf([])).toBeUndefined();
  expect(readyLineOf([WORKERS])).toBeUndefined();
  expect(readyLineOf([WORKERS, STARTING])).toMatchObject({ final: false });
  expect(readyLineOf([STARTING, JOIN])).toMatchObject({ final: true });
  expect(readyLineOf([APP])).toMatchObject({ final: true });
  const line = readyLineOf([STARTING])!;
  const lines = [WORKERS, STARTING, JOIN].map((text, n) => ({ pid: 10 + n, text }));
  expect(thatSaid(line, lines)).toEqual([11]);
});

test('who the workers are', () => {
  const process = (pid: number, started: number, ...argv: string[]) => ({ pid, started, argv, user: 'stack' });
  const forks = [1, 2, 3].map((pid) => process(pid, 100 + pid, 'python3', 'nova-scheduler'));
  const helper = process(9, 105, 'python3', 'privsep-helper');
  const old = process(8, 50, 'python3', 'nova-scheduler');
  expect(workersOf([...forks, helper, old], 1, 100)).toEqual([2, 3]);
  expect(workersOf([forks[0]!, helper, old], 1, 100)).toEqual([1]);
  const threads = [
    process(4, 101, 'nova-scheduler: master process [nova-scheduler --config-file x]'),
    process(5, 102, 'nova-scheduler: ServiceWrapper worker(0)'),
  ];
  expect(workersOf(threads, 4, 100)).toEqual([5]);
  const uwsgi = ['master', 'worker 1', 'worker 2', 'http 1'].map((t, n) => process(n + 1, 101, `n-apiuWSGI ${t}`));
  expect(workersOf(uwsgi, 1, 100)).toEqual([2, 3]);
  expect(workersOf([], 1, 100)).toEqual([]);
});
