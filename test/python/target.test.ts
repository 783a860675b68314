import { expect, test } from 'vitest';
import { readTarget } from '../../src/python/target.js';

const readings = (text: string) => {
  const read = readTarget(text);
  return read.by === 'name' ? read.readings.map((r) => `${r.module}:${r.name}`) : [];
};

test('module:Class.method has one reading, and is no part of a name', () => {
  expect(readTarget('nova.scheduler.manager:SchedulerManager._select_destinations')).toEqual({
    by: 'name',
    readings: [{ module: 'nova.scheduler.manager', name: 'SchedulerManager._select_destinations' }],
  });
});

test('with dots alone, a capital letter says where the class is', () => {
  expect(readings('a.b.C.m')).toEqual(['a.b:C.m', 'a.b.C:m', 'a:b.C.m']);
  expect(readings('a.b.f')).toEqual(['a.b:f', 'a:b.f']);
  expect(readTarget('C.m')).toMatchObject({ pattern: 'C.m' });
});

test('a word alone is the end of a name', () => {
  expect(readTarget('select_destinations')).toEqual({ by: 'name', readings: [], pattern: 'select_destinations' });
});

test('what Python calls a local function is understood', () => {
  expect(readings('m:C.f.<locals>.g')).toEqual(['m:C.f.g']);
});

test.each([
  ['/opt/stack/nova/nova/scheduler/manager.py:235', '/opt/stack/nova/nova/scheduler/manager.py', 235],
  ['scheduler/manager.py:1', 'scheduler/manager.py', 1],
  ["odd name's.py:7", "odd name's.py", 7],
])('%s is a line', (text, file, line) => {
  expect(readTarget(text)).toEqual({ by: 'line', file, line });
});

test.each(['', 'a:b:c', 'a b:c', 'a:', ':b', 'a..b', '1a:b', 'a:b;c', 'a/b:c', '$(id):x', 'm.py:0', '-x'])(
  '%j is no target',
  (text) => {
    expect(() => readTarget(text)).toThrow(expect.objectContaining({ code: 'TARGET_SYNTAX', exit: 'usage' }));
  },
);
