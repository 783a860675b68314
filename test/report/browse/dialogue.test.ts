import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SORT_KEYS } from '../../../src/profile/sort.js';
import { HELP } from '../../../src/report/browse/interface-words.js';
import { dispute, ours, python } from './judge.js';
import { type Random, seeded } from './random.js';

const fixtures = join(import.meta.dirname, '../../profile/fixtures');
const all = readdirSync(fixtures)
  .filter((name) => name.endsWith('.prof'))
  .map((name) => join(fixtures, name));
const [timed, counted] = [true, false].map((isTimed) =>
  all.filter((path) => /own-|cprofile/.test(path) === isTimed),
) as [string[], string[]];
const [a, b] = counted as [string, string];
const [c, d] = timed as [string, string];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-browse-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the same output as python3 -m pstats', () => {
  it('of every command with nothing loaded', () => {
    const lines = [...HELP.keys()]
      .filter((one) => one !== 'EOF' && one !== 'quit')
      .flatMap((one) => [one, `${one} x 2.5 .1`]);
    expect(dispute({ lines })).toBeUndefined();
  });

  it('of help, of what is no command, of repeated and odd lines', () => {
    const lines = [
      ...['', '   ', 'help', '?', '', '? sort', '', '!ls', '', '! x', '. x', 'Stats', 'stats5', 'sort-x', 'sortx'],
      ...[...HELP.keys()].flatMap((topic) => [`help ${topic}`, `?${topic}`, `help\t${topic} `]),
      ...[
        'help no such',
        'help add x',
        '??',
        'help ?',
        'constructor',
        '__proto__',
        'help constructor',
        'é',
        'x\rstats',
      ],
      ...['\u00a0help\u3000', '\u001chelp\u001f', '\ufeffhelp', '\u0085?add', 'help\u2003sort', 'EOF x'],
    ];
    expect(dispute({ lines })).toBeUndefined();
  });

  it.each([['quit'], ['EOF'], ['quit now'], ['stats 1']])('when it ends with %s', (line) => {
    expect(dispute({ files: [a], lines: ['stats 1', '', line, 'stats 3'] })).toBeUndefined();
  });

  it('of files that are not there, no files, and no profiles', () => {
    const at = (name: string, content: string) => {
      const path = join(folder, name);
      writeFileSync(path, content, 'latin1');
      return path;
    };
    mkdirSync(join(folder, "it's a folder"));
    const bad = [
      ...[at('empty', ''), at('garbage', 'garbage'), at('text', 'hello'), at('list', '[\x01\0\0\0N'), at('none', 'N')],
      ...[
        at('dict', '{0'),
        at('short', '{)\x03z\x01fi\x01\0\0\0z\x01g)\x01N0'),
        at('rows', '{)\0N0'),
        at('cut', '{)\x03z\x01f'),
      ],
      ...[
        at('int', 'i\x05\0\0\0'),
        at('null', '0'),
        at('reference', 'r\0\0\0\0'),
        at('key', '{{0N0'),
        at('deep', ')\x01'.repeat(3000)),
      ],
      ...[
        join(folder, 'no such'),
        join(folder, "it's a folder"),
        join(folder, 'empty/x'),
        `/${'x'.repeat(300)}`,
        'a\0b',
      ],
    ];
    const missing = [
      join(folder, 'no "such"'),
      join(folder, "it's not"),
      folder,
      join(folder, 'empty/x'),
      `/${'x'.repeat(300)}`,
    ];
    const lines = [
      ...bad.map((path) => `read ${path}`),
      `read ${a}`,
      ...missing.flatMap((path) => [`add ${path}`, 'stats 1']),
    ];
    expect(dispute({ lines: [...lines, 'add', 'read', 'stats 2', `read ${bad[0]}`, 'stats 1'] })).toBeUndefined();
    expect(dispute({ files: [''], lines: [`add ${a}`] })).toBeUndefined();
    expect(dispute({ files: [bad[0]!, a], lines: ['read', 'stats'] })).toBeUndefined();
    expect(dispute({ files: [a, join(folder, 'nope'), b], lines: ['stats 2'] })).toBeUndefined();
  });

  it('up to where that ends with a traceback, and goes on after it', () => {
    const bad = join(folder, 'bad');
    writeFileSync(bad, '');
    const script = { files: [a], lines: [`add ${bad}`, 'stats 1'] };
    const { text, crashed } = python(script);
    expect(crashed).toBe(true);
    expect(ours(script).slice(0, text.length)).toBe(text);
    expect(ours(script)).toMatch(/EOFError: EOF read where object expected\n[^\n]*% \w{3} \w{3}/);
  });

  it('of all sort keys, their beginnings, and what is none', () => {
    const lines = [...SORT_KEYS.keys()].flatMap((key) =>
      Array.from(key, (_, i) => key.slice(0, i + 1)).flatMap((word) => [`sort ${word}`, 'stats 2']),
    );
    const odd = [
      'sort',
      'sort bogus',
      'sort cum',
      'sort calls bogus',
      'stats 2',
      'sort 1',
      'sort -1',
      'sort  cumulative\tname ',
      'stats 3',
    ];
    expect(dispute({ files: [c], lines: [...lines, ...odd] })).toBeUndefined();
  });

  it('of restrictions in all spellings', () => {
    const words =
      '3 +3 -3 1_0 0 0.1 .1 1.0 1 1e-2 0x10 1. 2.5 -0.1 inf nan -inf 1e999 get_by .*py:2\\d [ ( ( get 3 0.5 a|b ^/usr $ (?i)HOST';
    const lines = words.split(' ').flatMap((word) => [`stats ${word} 4`, `stats 4 ${word}`, `callers ${word} 3`]);
    expect(dispute({ files: [a], lines: ['sort cumulative', ...lines] })).toBeUndefined();
  });

  it.each([
    ['counted', a, b],
    ['timed', c, d],
  ])('of additions, callees kept through them, strip and order: %s', (_, one, other) => {
    const shown = ['stats 9', 'callers get 9', 'callees get 9'];
    const steps = [
      `add ${other}`,
      'sort cumulative',
      'reverse',
      'strip',
      `add ${one}`,
      'callees 5',
      `add ${other}`,
      'sort name',
      'strip',
      'strip',
    ];
    expect(
      dispute({ files: [one], lines: ['callees nothing', ...steps.flatMap((step) => [step, ...shown]), ...shown] }),
    ).toBeUndefined();
    expect(
      dispute({ files: [one, other], lines: [...shown, 'strip', `add ${other}`, ...shown, 'read', ...shown] }),
    ).toBeUndefined();
    expect(
      dispute({ files: [one], lines: [`add ${other}`, 'callees', 'stats', 'callers', 'strip', 'callees', 'callers'] }),
    ).toBeUndefined();
  });

  it('of several hundred lines at random', () => {
    const random = seeded(20261124);
    for (let i = 0; i < 10; i++) {
      const kind = i % 2 === 0 ? counted : timed;
      const lines = Array.from({ length: 40 }, () => randomLine(random, kind));
      const script = { files: [random.pick(kind)], lines };
      expect({ lines, dispute: dispute(script) }).toEqual({ lines, dispute: undefined });
    }
  }, 120_000);
});

function randomLine({ pick, below }: Random, files: readonly string[]): string {
  const keys = [...SORT_KEYS.keys()];
  const restrictions = ['5', '12', '.02', '0.3', 'get', 'nova/.*py', '1.5', '-1', 'eventlet|sql', '\\{', '[', 'self'];
  const key = () => pick(keys).slice(0, 2 + below(8));
  const restricted = () => Array.from({ length: 1 + below(3) }, () => pick(restrictions)).join(pick([' ', '  ', '\t']));
  return pick([
    () => `stats ${restricted()}`,
    () => `callers ${restricted()} 8`,
    () => `callees ${restricted()} 8`,
    () => `sort ${Array.from({ length: 1 + below(3) }, key).join(' ')}`,
    () => `sort ${pick(keys)} ${pick(keys)}`,
    () => pick(['reverse', 'reverse', 'strip', '', '', 'read', 'sort', 'help', '?stats']),
    () => `add ${pick(files)}`,
    () => `read ${pick(files)}`,
    () =>
      pick(['add /no/such', 'read /no/such', 'bogus', '!x', 'read /', 'help bogus', 'stats 0', 'stats nothing-at-all']),
  ])();
}

it('reads what was damaged, or says of it what Python says', () => {
  const row =
    '{)\x03z\x01fi\x01\0\0\0z\x01g)\x05i\x01\0\0\0i\x01\0\0\0g\0\0\0\0\0\0\xe0?g\0\0\0\0\0\0\xe0?{)\x03z\x01ei\x02\0\0\0\xda\x01hi\x01\0\0\x000';
  const whole = Buffer.from(
    `${row})\x03z\x02abi\x01\0\0\0r\0\0\0\0)\x05i\x01\0\0\0i\x02\0\0\0i\0\0\0\0l\x01\0\0\0\x05\0{0s\x01\0\0\0x0`,
    'latin1',
  );
  // Python makes room for as many items as one of these claims, which may be all memory
  const isHuge = (bytes: Uint8Array) => bytes.some((byte) => '([<>'.includes(String.fromCharCode(byte & 0x7f)));
  const random = seeded(4);
  const files: string[] = [];
  for (let i = 0; files.length < 400; i++) {
    const bytes = Uint8Array.from(whole.subarray(0, random.below(3) === 0 ? random.below(whole.length) : whole.length));
    for (let k = random.below(3); k >= 0 && bytes.length > 0; k--) {
      const codes = [...'{)zZigrlsNTFyIu0xfc?R', '\0', '\x01', '\xff', '\x80'].map((one) => one.charCodeAt(0));
      bytes[random.below(bytes.length)] = random.pick(codes) | (random.below(4) === 0 ? 0x80 : 0);
    }
    if (isHuge(bytes)) continue;
    const path = join(folder, `damaged-${i}`);
    writeFileSync(path, bytes);
    files.push(path);
  }
  const program = `
import io, json, pstats, sys, time, os
def said(path):
    sys.stdout = io.StringIO()
    try:
        pstats.Stats(path)
    except Exception as e:
        return sys.stdout.getvalue() + e.__class__.__name__ + ": " + str(e) + "\\n"
    finally:
        sys.stdout = sys.__stdout__
    return ""
print(json.dumps([said(path) for path in json.load(sys.stdin)]))`;
  const answer = execFileSync('python3', ['-c', program], { input: JSON.stringify(files), encoding: 'utf8' });
  // of the end of a file Pythons say one or the other, each release at other places
  const said = (text: string) => text.replace('EOF read where object expected', 'EOF read where not expected');
  const theirs = (JSON.parse(answer) as string[]).map((one) => said(one.replace("'pstats.Stats'", "'__main__.Stats'")));
  const mine = files.map((path) => said(ours({ lines: [`read ${path}`] }).split('% ')[1]!));
  const own = /^(Marshal|Stats)Error: /;
  const differing = files
    .map((path, i) => ({ path, python: theirs[i], ours: mine[i]! }))
    .filter(({ python, ours }) => python !== '' && python !== ours);
  const unlike = differing.filter(({ ours }) => !own.test(ours) && ours !== '');
  expect(unlike).toEqual([]);
  expect(differing.length).toBeLessThan(files.length / 10);
  expect(theirs.filter((one) => one !== '').length).toBeGreaterThan(files.length / 2);
});
