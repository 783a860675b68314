import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { f8, fixed3 } from '../../src/report/fixed.js';
import { ctime } from '../../src/report/python-time.js';

it('rounds as Python does', () => {
  const numbers = [
    0,
    0.5,
    1 / 16,
    3 / 16,
    5 / 16,
    -1 / 16,
    -3 / 16,
    0.0005,
    0.0015,
    2.6745,
    1e21,
    -3e25,
    2 ** 53,
    123456.4375,
    -0.0001,
  ];
  for (let i = 0; i < 5000; i++) numbers.push(((i * 7919) % 1009) / 16, Math.sin(i) * 10 ** (i % 12));
  const code = 'import json, sys\nprint(json.dumps(["%8.3f" % x for x in json.load(sys.stdin)]))';
  const answer = execFileSync('python3', ['-c', code], { input: JSON.stringify(numbers), encoding: 'utf8' });
  expect(numbers.map(f8)).toEqual(JSON.parse(answer));
  expect(fixed3(-0)).toBe('-0.000');
});

it('writes local time as Python does', () => {
  const seconds = Array.from({ length: 50 }, (_, i) => i * 43_210_987 + 12);
  const code = 'import json, sys, time\nprint(json.dumps([time.ctime(x) for x in json.load(sys.stdin)]))';
  const answer = execFileSync('python3', ['-c', code], { input: JSON.stringify(seconds), encoding: 'utf8' });
  expect(seconds.map((one) => ctime(new Date(one * 1000)))).toEqual(JSON.parse(answer));
});
