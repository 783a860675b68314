import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compilePattern, PatternError } from '../../src/profile/python-pattern.js';
import { reprFloat, reprText } from '../../src/profile/python-repr.js';
import { parseRestriction } from '../../src/profile/restrict.js';

function python(code: string, input: unknown): unknown {
  const script = `import json, re, sys\ninput = json.load(sys.stdin)\n${code}\nprint(json.dumps(output))`;
  return JSON.parse(
    execFileSync('python3', ['-W', 'ignore', '-c', script], { input: JSON.stringify(input), encoding: 'utf8' }),
  );
}

const names = [
  '/opt/stack/nova/nova/objects/host_mapping.py:103(get_by_host)',
  '{built-in method builtins.len}',
  "{method 'get' of 'dict' objects}",
  '<string>:1(<module>)',
  ':0(isinstance)',
  'dîr/😀.py:12(héllo_世)',
  'a+b[c]^d$e|f.py:7(<lambda>)',
  '',
];

describe('a pattern', () => {
  it('finds what Python finds, and is invalid where it is there', () => {
    const patterns = [
      ...[
        'host',
        'Host',
        '(?i)HOST',
        'get_(by|for)_host',
        '^/opt',
        'host\\)$',
        '\\(',
        '\\)',
        '[(]',
        '[^a-z]',
        '[]]',
        '[^]]',
        '[a\\]b]',
      ],
      ...[
        '\\d+',
        '\\D{3}',
        '\\w+:\\d',
        '\\W',
        '\\s',
        '\\S+',
        '[\\d_]',
        '[\\w]+$',
        '\\bhost',
        '\\Bost',
        '\\Abuilt',
        '\\A\\{',
        'e\\}\\Z',
      ],
      ...[
        'a{2}',
        'l{2,}',
        'l{,2}o',
        '{built',
        '}',
        ']',
        'x{',
        'a{b}',
        '{1',
        'h.llo',
        '.py:12',
        'dîr/.\\.py',
        '😀?',
        '[😀]',
        '\\x68ost',
      ],
      ...[
        '\\u4e16',
        '\\U0001f600',
        '\\-',
        '\\:',
        '\\/',
        '\\<',
        "'get'",
        '(?P<q>.)(?P=q)',
        '(.)\\1',
        '(?:ab|c)',
        '(?=h)ho',
        '(?<=_)host',
      ],
      ...[
        '(?<!_)host',
        '(?#note)host',
        '\\t',
        '[\\b]',
        '\\0',
        '\\101',
        '+',
        '*a',
        'a**',
        '(',
        ')',
        '[',
        '[z-a]',
        '\\q',
        '\\',
        'a\\',
        '(?<n>a)',
      ],
      ...[
        '(?P<1>a)',
        '(?z)',
        '\\8',
        '',
        '|',
        'a|',
        '(?s)a.b',
        '(?m)^',
        '$',
        '\\$',
        '\\^',
        'x*',
        '.+?',
        '<.*?>',
        '(?u)h',
        '[a-z&&b]',
        '[a^]',
      ],
    ];
    const output = python(
      `
def found(p):
    try:
        r = re.compile(p)
    except re.error:
        return None
    return [bool(r.search(n)) for n in input[1]]
output = [found(p) for p in input[0]]`,
      [patterns, names],
    ) as unknown[];
    const mine = patterns.map((source) => {
      const pattern = compilePattern(source);
      return pattern === undefined ? null : names.map((name) => pattern.test(name));
    });
    expect(Object.fromEntries(patterns.map((source, i) => [source, mine[i]]))).toEqual(
      Object.fromEntries(patterns.map((source, i) => [source, output[i]])),
    );
  });

  it.each(['(?x) a b', '(a)?(?(1)b|c)', 'a++', '(?>a)', '\\N{BULLET}', '[\\W]'])(
    'says that only Python takes %s',
    (source) => {
      expect(() => compilePattern(source)).toThrow(PatternError);
    },
  );
});

it('shows texts and floats as Python does', () => {
  const texts = ['', "it's", '"', `'"`, 'a\\b\n\r\t', '\0\x7f\x80é\u00a0\u3000世\u{1f600}\u{10ffff}\u200b\ufeff'];
  const floats = [
    0, 1, 0.5, 0.1, 1e-5, 0.0001, 1.5e-7, 0.00012345, 1e15, 1e16, 1e17, 123456789012345680, 1e22, 1.25e-300, 100,
  ];
  const expected = python('output = [[repr(t) for t in input[0]], [repr(float(f)) for f in input[1]]]', [
    texts,
    floats,
  ]);
  expect([texts.map(reprText), floats.map(reprFloat)]).toEqual(expected);
  expect([Number.NaN, Number.POSITIVE_INFINITY, -0].map(reprFloat)).toEqual(['nan', 'inf', '-0.0']);
});

it.each([
  ['10', { limit: 10 }],
  ['-1', { limit: -1 }],
  ['1_000', { limit: 1000 }],
  ['.5', { fraction: 0.5 }],
  ['1.0', { fraction: 1 }],
  ['1e-2', { fraction: 0.01 }],
  ['nan', { fraction: Number.NaN }],
  ['1.5', undefined],
  ['inf', undefined],
  ['-0.5', undefined],
  ['host', { pattern: 'host' }],
  ['1..2', { pattern: '1..2' }],
])('takes %s as typed', (text, restriction) => {
  expect(parseRestriction(text)).toEqual(restriction);
});
