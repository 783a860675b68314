import { describe, expect, it } from 'vitest';
import { findings } from '../../src/profile/insight.js';
import { MarshalError } from '../../src/profile/marshal-error.js';
import { readProfile } from '../../src/profile/stats.js';
import { StatsError } from '../../src/profile/stats-error.js';
import { printStats } from '../../src/report/pstats-text.js';
import { bytes, fixture } from './bytes.js';

/** A value, used to the full, or a typed error; anything else fails the test. */
function outcome(data: Uint8Array): 'read' | 'refused' {
  try {
    const stats = readProfile(data);
    printStats(stats);
    findings(stats);
    return 'read';
  } catch (error) {
    if (error instanceof MarshalError || error instanceof StatsError) return 'refused';
    throw error;
  }
}

/** Numbers from 0 to 1, the same every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const key = (name: string) => bytes(')\x03z\x01f', 'i', 1, `z${String.fromCharCode(name.length)}${name}`);
const row = (callers: Uint8Array) =>
  bytes(')\x05i', 1, 'i', 1, 'g', new Uint8Array(8), 'g', new Uint8Array(8), callers);

describe('files that are spoilt', () => {
  it('are refused wherever they are cut off', () => {
    const whole = fixture('bad-concurrent');
    for (let length = 0; length < whole.length; length++) expect(outcome(whole.subarray(0, length))).toBe('refused');
    expect(outcome(whole)).toBe('read');
  }, 180_000);

  it.each(['bad-concurrent', '25-warm'])(
    'are a profile or a typed error after any flip of bits: %s',
    (name) => {
      const next = random(20261122);
      const flips = name === '25-warm' ? 300 : 4000;
      for (let i = 0; i < flips; i++) {
        const data = Uint8Array.from(fixture(name));
        const times = 1 + Math.floor(next() * 4);
        for (let k = 0; k < times; k++) data[Math.floor(next() * data.length)]! ^= 1 << Math.floor(next() * 8);
        outcome(data);
      }
    },
    120_000,
  );

  it.each([
    ['a list', bytes('[', 0), 'a profile is a dict'],
    ['an empty dict', bytes('{0'), 'the profile is empty'],
    ['a key that is no name', bytes('{i', 1, 'N0'), 'row 1: a function is named by'],
    ['a row that is no tuple', bytes('{', key('g'), 'N0'), 'row 1, f:1(g): not a tuple of five'],
    ['a count that is none', bytes('{', key('g'), ')\x05NNNNN0'), 'the number of primitive calls is no count'],
    ['callers that are none', bytes('{', key('g'), row(bytes('N')), '0'), 'its callers are not a dict'],
    [
      'a function twice',
      bytes('{', key('g'), row(bytes('{0')), key('g'), row(bytes('{0')), '0'),
      'row 2: f:1(g) has a row already',
    ],
    [
      'a caller twice',
      bytes('{', key('g'), row(bytes('{', key('h'), 'i', 1, key('h'), 'i', 1, '0')), '0'),
      'caller 2 is named twice',
    ],
    [
      'a short caller',
      bytes('{', key('g'), row(bytes('{', key('h'), ')\x01i', 1, '0')), '0'),
      'a caller is not a tuple of four',
    ],
    [
      'both kinds of callers',
      bytes('{', key('g'), row(bytes('{', key('h'), 'i', 1, key('i'), ')\x04NNNN', '0')), '0'),
      'some callers are counts and some are tuples',
    ],
    [
      'shared callers',
      bytes('{', key('g'), row(bytes('\xfb0')), key('h'), row(bytes('r', 0)), '0'),
      'shares its callers',
    ],
  ])('are refused when they hold %s', (_, data, words) => {
    expect(() => readProfile(data)).toThrow(StatsError);
    expect(() => readProfile(data)).toThrow(words);
  });

  it('do not grow by references to what refers to more', () => {
    // Tuples of two references each to the one before: written out, the last would hold 2^200 values.
    const tuples = Array.from({ length: 200 }, (_, i) =>
      i === 0 ? bytes('\xa9\x01N') : bytes('\xa9\x02r', i, 'r', i),
    );
    const bomb = bytes('\xa8', tuples.length, ...tuples);
    // It ends: that is the test.
    expect(() => readProfile(bytes('{', bomb, 'N0'))).toThrow('row 1: a function is named by');
  });
});
