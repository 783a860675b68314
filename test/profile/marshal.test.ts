import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MarshalDict, MarshalList, type MarshalValue, readMarshal } from '../../src/profile/marshal.js';
import { MarshalError } from '../../src/profile/marshal-error.js';
import { bytes } from './bytes.js';

/** Our value as Python's repr() would show it. */
function shown(value: MarshalValue): string {
  if (value === null) return 'None';
  if (value instanceof MarshalList) return `[${value.items.map(shown).join(', ')}]`;
  if (value instanceof MarshalDict)
    return `{${value.keys.map((key, i) => `${shown(key)}: ${shown(value.values[i]!)}`).join(', ')}}`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object') return `(${value.map(shown).join(', ')}${value.length === 1 ? ',' : ''})`;
  return String(value);
}

describe('readMarshal', () => {
  it('reads what Python writes in every version of the format', () => {
    const code = `
import base64, json, marshal, sys
values = [None, True, False, 0, -1, 2**31 - 1, -2**31, 2**31, 2**53 - 1, 2**53, -2**70, 10**40, 0.5, -2.75, 1.5e300, "", "a",
  "h\\u00e9", "\\u4e16", "\\U0001f600", "x" * 300, "\\u00e9" * 9000, (), (1,), (1, 2.5, "z"), tuple(range(300)), [1, [2]], {"a": 1, (1, "b"): [()]},
  ("same", "same", ("same",)), "\\udcff", "a\\ud800b"]
print(json.dumps([[base64.b64encode(marshal.dumps(v, n)).decode(), r] for n in range(5) for v in values
  for r in [json.dumps(v, ensure_ascii=False) if isinstance(v, str) else repr(v).replace("'", '"')]]))`;
    const cases = JSON.parse(execFileSync('python3', ['-c', code], { encoding: 'utf8' })) as [string, string][];
    expect(cases.length).toBeGreaterThan(100);
    for (const [data, repr] of cases) {
      const value = shown(readMarshal(Buffer.from(data, 'base64')));
      // JSON.stringify escapes what Python leaves alone, and Node's pipe has no lone surrogates.
      if (!/\\u[dD]/.test(value)) expect(value).toBe(repr.replace(/^(-?\d+)\.0$/, '$1'));
    }
  });

  it('keeps integers beyond 2^53 exact', () => {
    expect(readMarshal(bytes('I', Uint8Array.of(0, 0, 0, 0, 0, 0, 32, 0)))).toBe(2n ** 53n);
    expect(readMarshal(bytes('l', -5, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 1, 0)))).toBe(-(2n ** 60n) - 1n);
  });

  it("reads Python 2.7's interned texts and references to them", () => {
    const value = readMarshal(bytes('(', 4, 't', 3, 'foo', 's', 2, 'x\xff', 'R', 0, 't', 2, '\xc3\xa9'));
    expect(value).toEqual(['foo', 'xÿ', 'foo', 'é']);
  });

  it.each([
    ['an empty file', bytes(), 'the file is empty', 0],
    ['a code object', bytes(')\x01', '\xe3'), 'a code object stands here', 2],
    ['text', bytes('hello'), 'type code 0x68 is unknown', 0],
    ['more than one value', bytes('NN'), '1 bytes follow', 1],
    ['an early end', bytes('g\0\0\0'), 'ends inside a number, 5 bytes short', 1],
    ['a huge tuple', bytes('(', 0x7fffffff, 'N'), '2147483647 items are claimed', 0],
    ['a huge text', bytes('u', 0x7fffffff, 'N'), 'ends inside a text', 5],
    ['a negative size', bytes('a', -1), 'a length of -1', 1],
    ['a huge integer', bytes('l', 0x7fffffff), 'longer than any count', 0],
    ['a dangling reference', bytes('r', 3), 'reference 3 points at nothing', 0],
    ['a missing value', bytes('{', 'N', '0'), 'a value is missing', 2],
    ['a float that is none', bytes('f\x03abc'), 'a number is spoilt', 0],
    ['broken UTF-8', bytes('u', 2, '\xff\xff'), 'not UTF-8', 0],
  ])('refuses %s', (_, data, words, offset) => {
    let caught: unknown;
    try {
      readMarshal(data);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(MarshalError);
    expect((caught as MarshalError).message).toContain(words);
    expect((caught as MarshalError).offset).toBe(offset);
  });

  it('refuses deep nesting before the stack runs out', () => {
    expect(() => readMarshal(bytes(')\x01'.repeat(1_000_000), 'N'))).toThrow(/nested more than 64 deep/);
    expect(() => readMarshal(bytes('{'.repeat(1_000_000)))).toThrow(/nested more than 64 deep/);
  });
});
