import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.js';
import { parseExpression } from '../../src/probe/expression.js';
import { template } from '../../src/templates.js';
import { pythons } from '../pythons.js';

describe('parseExpression', () => {
  it.each([
    ['instance_uuids', ['path', 'instance_uuids']],
    ['spec_obj.instance_uuid', ['path', 'spec_obj', ['.', 'instance_uuid']]],
    ['request_specs[0].instance_uuid', ['path', 'request_specs', ['[]', 0], ['.', 'instance_uuid']]],
    [
      'kwargs[\'x\'] , d["a b"][-1]',
      ['tuple', ['path', 'kwargs', ['[]', 'x']], ['path', 'd', ['[]', 'a b'], ['[]', -1]]],
    ],
    [' _ctxt.é ', ['path', '_ctxt', ['.', 'é']]],
  ])('reads the id %s', (text, tree) => {
    expect(parseExpression('id', text)).toEqual({ text, tree });
  });

  it.each([
    ["self.host == 'h\\n\\x41\\u00e9'", ['compare', ['path', 'self', ['.', 'host']], '==', ['text', 'h\nAé']]],
    ['len(ids) > 1', ['compare', ['len', ['path', 'ids']], '>', ['number', '1']]],
    ['len', ['path', 'len']],
    ['not a and b or c', ['or', ['and', ['not', ['path', 'a']], ['path', 'b']], ['path', 'c']]],
    ['not (a or b)', ['not', ['or', ['path', 'a'], ['path', 'b']]]],
    ['1 < a <= -2.5e3', ['compare', ['number', '1'], '<', ['path', 'a'], '<=', ['number', '-2.5e3']]],
    ["a not in ('x', )", ['compare', ['path', 'a'], 'not in', ['tuple', ['text', 'x']]]],
    ['a in [1, None]', ['compare', ['path', 'a'], 'in', ['list', ['number', '1'], ['constant', 'None']]]],
    ['not a in b', ['not', ['compare', ['path', 'a'], 'in', ['path', 'b']]]],
    ['a == ()', ['compare', ['path', 'a'], '==', ['tuple']]],
  ])('reads the condition %s', (text, tree) => {
    expect(parseExpression('when', text)).toEqual({ text, tree });
  });

  it.each([
    ['id', '', 1, 'it ends where an argument of the target should be'],
    ['id', '__import__("os")', 11, 'nothing is called but len()'],
    ['id', 'a.__class__', 3, '__class__ is private'],
    ['id', 'a._x.y', 3, '_x is private'],
    ['id', 'a.b()', 4, 'nothing is called but len()'],
    ['id', 'a b', 3, '"b" stands where an end should be'],
    ['id', 'a == b', 3, '"==" stands where an end should be'],
    ['id', 'len(a)', 4, 'nothing is called but len()'],
    ['id', 'a[b]', 3, 'an index is a whole number or a text'],
    ['id', 'a[1:2]', 4, '":" stands where "]" should be'],
    ['id', 'a[1.0]', 3, 'an index is a whole number or a text'],
    ['id', "a['x]", 3, 'a text has no end'],
    ['id', 'a,', 3, 'it ends where an argument of the target should be'],
    ['id', 'nope', 1, 'the target has no argument nope, only a, b'],
    ['when', 'a.b == nope.c', 8, 'the target has no argument nope, only a, b'],
    ['when', 'a = 1', 3, '"=" cannot be used: write =='],
    ['when', 'a && b', 3, '"&&" cannot be used: write and'],
    ['when', 'a is None', 3, '"is" cannot be used: write =='],
    ['when', 'a == "\\q"', 7, '"\\q" is no escape that is known here'],
    ['when', 'a == 007', 6, 'a whole number begins with 0'],
    ['when', 'len(1)', 1, 'len() takes a path'],
    ['when', 'a if b else a', 3, '"if" stands where an end should be'],
    ['when', 'lambda: a', 1, '"lambda" stands where an argument of the target should be'],
    ['when', '(a', 3, 'it ends where "," or ")" should be'],
    ['when', 'a not b', 7, '"b" stands where "in" should be'],
    ['when', 'a == `b`', 6, '"`" stands where an argument of the target should be'],
    ['when', "a == '😀' + b", 10, '"+" stands where an end should be'],
    ['when', `${'('.repeat(60)}a`, 52, 'there are more than 50 brackets in one another'],
    ['when', 'not '.repeat(60), 205, 'there are more than 50 brackets in one another'],
    ['when', 'a'.repeat(2001), 2001, 'it is too long'],
  ] as const)('refuses --%s %s', (flag, text, column, why) => {
    const names = ['a', 'b'];
    const caught = (() => {
      try {
        return parseExpression(flag, text, names);
      } catch (error) {
        return error;
      }
    })();
    expect(caught).toBeInstanceOf(Failure);
    expect(caught).toMatchObject({
      code: 'EXPRESSION',
      status: 2,
      message: `--${flag} cannot be read, at column ${column}: ${why}.`,
    });
  });

  it('shows where', () => {
    expect(() => parseExpression('when', "a == '😀' + b")).toThrow(
      expect.objectContaining({ detail: "a == '😀' + b\n         ^" }),
    );
  });
});

/** Programs that make readers of trees and call them as a probe does. */
const reading = `
import json, operator, sys
exec(compile(open(${JSON.stringify(template('probe/expression.py'))}).read(), 'expression.py', 'exec'))
def call(function, tree, args, kwargs):
    try:
        return reader(tree, function)(args, kwargs)
    except Unread as error:
        return 'Unread: %s' % error
    except Exception as error:
        return type(error).__name__
`;
const ask = (python: string, program: string, input: unknown): unknown =>
  JSON.parse(execFileSync(python, ['-c', reading + program], { input: JSON.stringify(input) }).toString());

/** A condition in which all that is compared may be of any type, so that many of them raise. */
function someCondition(pick: <T>(of: readonly T[]) => T, depth: number): string {
  const value = (): string =>
    pick([
      'a',
      'b.c',
      'b.d[0]',
      "b.e['k']",
      'b.e.k',
      'c[-1]',
      'len(c)',
      'len(b.d)',
      '-1',
      '0',
      '2.5',
      "'x'",
      '""',
      'None',
      'True',
      '(1, 2)',
      "('x', a)",
      '[]',
      '1e3',
      'z',
      'b.no',
      'a[0]',
    ]);
  if (depth === 0) return `${value()} ${pick(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in'])} ${value()}`;
  const part = () => someCondition(pick, depth - 1);
  return pick([
    () => `(${part()}) and (${part()})`,
    () => `${part()} or ${part()}`,
    () => `not ${part()}`,
    () => `(${part()})`,
    () => `(${part()} or ${value()}) ${pick(['==', 'in'])} ${value()}`,
    () => `(${value()} and ${part()}) == ${value()}`,
    () => `${value()} < ${value()} == ${value()}`,
    () => value(),
  ])();
}

describe.each(pythons().map(({ name, path }) => [name, path] as const))('expression.py on %s', (_name, python) => {
  it('finds each kind of argument as the call will have it', () => {
    const program = `
def f(a, b=2, *rest, c, d=4, **more): pass
def g(a, b=2): pass
cases = json.load(sys.stdin)
print(json.dumps([call(dict(f=f, g=g)[name], tree, tuple(args), kwargs) for name, tree, args, kwargs in cases]))`;
    const cases: [name: string, id: string, args: unknown[], kwargs: object, wanted: unknown][] = [
      ['f', 'a', [1], { c: 3 }, 1],
      ['f', 'a', [], { a: 9, c: 3 }, 9],
      ['f', 'a', [], { c: 3 }, 'Unread: a: KeyError'],
      ['f', 'b', [1], { c: 3 }, 2],
      ['f', 'b', [1, 7], {}, 7],
      ['f', 'b', [1], { b: 8 }, 8],
      ['f', 'rest', [1, 2, 3, 4], {}, [3, 4]],
      ['f', 'rest[1]', [1, 2, 3, 4], {}, 4],
      ['f', 'rest[1]', [1, 2, 3], {}, 'Unread: [1]: IndexError'],
      ['f', 'c', [1], { c: 3 }, 3],
      ['f', 'c', [1], {}, 'Unread: c: KeyError'],
      ['f', 'd', [1], {}, 4],
      ['f', 'd', [1], { d: 5 }, 5],
      ['f', 'more', [1], { c: 3, e: 6, b: 1 }, { e: 6 }],
      ['f', "more['e']", [1], { e: 6 }, 6],
      ['f', "more['x']", [1], { e: 6 }, "Unread: ['x']: KeyError"],
      ['f', 'e', [1], { e: 6 }, 6],
      ['g', 'rest', [1], {}, 'Unread: rest: KeyError'],
      ['g', 'a.no.more', [1], {}, 'Unread: no: AttributeError'],
      ['g', 'a.x.y', [{ x: { y: 5 } }], {}, 5],
    ];
    const input = cases.map(([name, id, args, kwargs]) => [name, parseExpression('id', id).tree, args, kwargs]);
    expect(ask(python, program, input)).toEqual(cases.map(([, , , , wanted]) => wanted));
  });

  it('says of random conditions what Python says', () => {
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
    const conditions = Array.from({ length: 1500 }, (_, i) => someCondition(pick, i % 4));
    const program = `
class B(object):
    c, d, e = 'x', ['x'], {'k': 1000}
class K(dict):
    def __getattr__(self, name): return self[name]
def f(a, b, c): pass
def python(text):
    try:
        value = eval(text, {'a': 1, 'b': B, 'c': (1, 2)})
        return value
    except Exception as error:
        return 'raises'
def ours(tree):
    value = call(f, tree, (1, B), {'c': (1, 2)})
    return 'raises' if isinstance(value, str) and (value.startswith('Unread: ') or value.endswith('Error')) else \\
        list(value) if isinstance(value, tuple) else value
B.e = K(B.e)
found = []
for text, tree in json.load(sys.stdin):
    want, got = python(text), ours(tree)
    if want != got and not (bool(want) == bool(got) and 'raises' not in (want, got)):
        found.append([text, want, got])
print(json.dumps(found[:3]))`;
    const input = conditions.map((text) => [text, parseExpression('when', text).tree]);
    expect(ask(python, program, input)).toEqual([]);
    expect(new Set(conditions).size).toBeGreaterThan(1000);
  });
});
