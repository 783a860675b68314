import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { SORT_KEYS, SortKeyError, sortKey, sortStats } from '../../src/profile/sort.js';
import { compareText, textLength } from '../../src/profile/text-order.js';
import { stats } from './bytes.js';

it('takes the beginnings of keys that pstats takes, and no others', () => {
  const code = `
import json, pstats
s = pstats.Stats()
print(json.dumps({k: v[1] for k, v in s.get_sort_arg_defs().items()}))`;
  const known = JSON.parse(execFileSync('python3', ['-c', code], { encoding: 'utf8' })) as Record<string, string>;
  const all = new Set([...SORT_KEYS.keys()].flatMap((key) => Array.from(key, (_, i) => key.slice(0, i + 1))));
  const mine = [...all].flatMap((word) => {
    const key = sortKey(word);
    return key === undefined ? [] : [[word, SORT_KEYS.get(key)!.label]];
  });
  expect(Object.fromEntries(mine)).toEqual(known);
});

it('names the keys there are when asked for another', () => {
  expect(() => sortStats(stats('bad-concurrent'), ['cum'])).toThrow(SortKeyError);
  expect(() => sortStats(stats('bad-concurrent'), ['cum'])).toThrow(/"cum"\. There are calls, ncalls, cumtime/);
});

it('orders and measures text by code point, as Python does', () => {
  const words = [
    'a',
    '',
    'ab',
    '\uffff',
    '\u{1f600}',
    '\u{1f601}',
    '\ud83d',
    '\ue000',
    'z\u{1f600}',
    'z\uffee',
    '\udc00',
  ];
  const code = `
import json, sys
words = json.load(sys.stdin)
print(json.dumps([[words.index(w) for w in sorted(words)], [len(w) for w in words]]))`;
  const answer = execFileSync('python3', ['-c', code], { input: asciiJson(words), encoding: 'utf8' });
  const [order, lengths] = JSON.parse(answer) as [number[], number[]];
  expect(words.toSorted(compareText).map((word) => words.indexOf(word))).toEqual(order);
  expect(words.map(textLength)).toEqual(lengths);
});

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
