import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MarshalError } from '../../src/profile/marshal-error.js';
import { readProfile } from '../../src/profile/stats.js';
import { StatsError } from '../../src/profile/stats-error.js';
import { bytes } from './bytes.js';

const TEXTS = String.raw`"", "a", "h\u00e9", "\u4e16", "\U0001f600", "x" * 300, "\u00e9" * 9000, "\udcff", "a\ud800b", "same", "same"`;
const NUMBERS = '0, -1, 2**31 - 1, -2**31, 2**31, 2**53 - 1, -2**53 + 1';
const TIMES = '0, 0.5, -2.75, 1.5e300, 5e-324, 2**53, -2**70, 10**40, 1';

const name = (letter: string) => bytes(')\x03z\x01f', 'i', 1, `z\x01${letter}`);
const tail = bytes('i', 1, 'i', 1, 'g', new Uint8Array(8), 'g', new Uint8Array(8));

describe('readProfile', () => {
  it('reads every text and number that Python writes, in every version of the format', () => {
    const code = `
import base64, json, marshal
texts, numbers, times = [${TEXTS}], [${NUMBERS}], [${TIMES}]
seen = []
for version in range(5):
    rows = {}
    for i, text in enumerate(texts):
        for k, number in enumerate(numbers):
            callers = {(text, number, str(i)): (number, number, time, time) for time in times[k:k + 1]}
            callers[("", k, "no row")] = (1, 1, 0.25, times[i % len(times)])
            rows[(text, k, text + str(i))] = (number, 7, times[(i + k) % len(times)], times[k], callers)
    told = [[*key, cc, nc, float(tt), float(ct), [[*who, n, c, float(t), float(d)] for who, (n, c, t, d) in callers.items()]]
            for key, (cc, nc, tt, ct, callers) in rows.items()]
    seen.append([base64.b64encode(marshal.dumps(rows, version)).decode(), told])
print(json.dumps(seen))`;
    const versions = JSON.parse(execFileSync('python3', ['-c', code], { encoding: 'utf8', maxBuffer: 2 ** 28 })) as [
      string,
      unknown[],
    ][];
    for (const [data, told] of versions) {
      const { rows, names } = readProfile(Buffer.from(data, 'base64'));
      const mine = rows.map((row) => {
        const callers = row.callers.map(({ caller, nc, cc, tt, ct }) => {
          const { file, line, name: called } = names[caller]!;
          return [file, line, called, nc, cc, tt, ct];
        });
        return [row.file, row.line, row.name, row.cc, row.nc, row.tt, row.ct, callers];
      });
      expect(mine).toEqual(told);
    }
  });

  it("reads Python 2.7's interned texts and references to them", () => {
    const interned = bytes('(', 3, 't', 3, 'foo', 'i', 1, 's', 2, 'x\xff');
    const again = bytes('(', 3, 'R', 0, 'i', 2, 't', 2, '\xc3\xa9');
    const { names } = readProfile(bytes('{', interned, '(', 5, tail, '{', again, 'i', 1, '0', '0'));
    expect(names).toEqual([
      { file: 'foo', line: 1, name: 'xÿ' },
      { file: 'foo', line: 2, name: 'é' },
    ]);
  });

  it("takes the mark of Python 3.15's sampling profiler for what it is", () => {
    const mark = bytes(')\x01z\x0b__sampled__T');
    expect(readProfile(bytes('{', mark, name('g'), ')\x05', tail, '{0', '0')).rows).toHaveLength(1);
    expect(() => readProfile(bytes('{', mark, '0'))).toThrow('the profile is empty');
  });

  it('reads an edge that several functions share', () => {
    const edge = bytes('\xa9\x04i', 3, 'i', 2, 'g', new Uint8Array(8), 'g', new Uint8Array(8));
    const g = bytes(name('g'), ')\x05', tail, '{', name('h'), edge, '0');
    const h = bytes(name('h'), ')\x05', tail, '{', name('g'), 'r', 0, '0');
    const edges = readProfile(bytes('{', g, h, '0')).rows.map((row) => row.callers);
    expect(edges).toEqual([[{ caller: 1, nc: 3, cc: 2, tt: 0, ct: 0 }], [{ caller: 0, nc: 3, cc: 2, tt: 0, ct: 0 }]]);
  });

  it.each([
    ['an empty file', bytes(), 'the file is empty', 0],
    ['a code object', bytes('{\xe3'), 'a code object stands here', 1],
    ['text', bytes('hello'), 'type code 0x68 is unknown', 0],
    ['more than one value', bytes('{', name('g'), ')\x05', tail, '{0', '0NN'), '2 bytes follow', 47],
    ['an early end', bytes('{', name('g'), ')\x05i', 1, 'i', 1, 'g\0\0\0'), 'ends inside a number, 5 bytes short', 27],
    ['a huge tuple', bytes('{(', 0x7fffffff, 'N'), '2147483647 items are claimed', 1],
    ['a huge text', bytes('{)\x03u', 0x7fffffff, 'N'), 'ends inside a text', 8],
    ['a negative size', bytes('{)\x03a', -1), 'a length of -1', 4],
    ['a huge integer', bytes('{)\x03z\x01fl', 0x7fffffff), 'longer than any count', 6],
    ['a dangling reference', bytes('{r', 3), 'reference 3 points at nothing', 1],
    ['a missing value', bytes('{', name('g'), '0'), 'a value is missing', 14],
    ['a float that is none', bytes('{)\x03z\x01ff\x03abc'), 'a number is spoilt', 6],
    ['an integer with a leading zero', bytes('{)\x03z\x01fl\x01\0\0\0\0\0'), 'an integer is spoilt', 11],
    ['broken UTF-8', bytes('{)\x03u', 2, '\xff\xff'), 'not UTF-8', 3],
  ])('refuses %s', (_, data, words, offset) => {
    let caught: unknown;
    try {
      readProfile(data);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(MarshalError);
    expect((caught as MarshalError).message).toContain(words);
    expect((caught as MarshalError).offset).toBe(offset);
  });

  it('says at which byte what is no profile stands', () => {
    const data = bytes('{', name('g'), ')\x05i', 1, 'N0');
    expect(() => readProfile(data)).toThrow(
      new StatsError('row 1, f:1(g): the number of calls is no count', 21).message,
    );
    expect(() => readProfile(bytes('{'.repeat(1_000_000)))).toThrow('row 1: a function is named by');
  });
});
