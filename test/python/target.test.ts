import { expect, test } from 'vitest';
import { readTarget } from '../../src/python/target.js';

test('module:Class.method has one reading', () => {
  expect(readTarget('nova.scheduler.manager:SchedulerManager._select_destinations')).toEqual([
    { module: 'nova.scheduler.manager', name: 'SchedulerManager._select_destinations' },
  ]);
});

test('with dots alone, a capital letter says where the class is', () => {
  expect(readTarget('a.b.C.m')[0]).toEqual({ module: 'a.b', name: 'C.m' });
  expect(readTarget('a.b.f')[0]).toEqual({ module: 'a.b', name: 'f' });
});

test.each(['', 'one', 'a:b:c', 'a b:c', 'a:', ':b', 'a..b', '1a:b', 'a:b;c', 'a/b:c', '$(id):x'])(
  '%j is no target',
  (text) => {
    expect(() => readTarget(text)).toThrow(expect.objectContaining({ code: 'TARGET_SYNTAX', exit: 'usage' }));
  },
);
