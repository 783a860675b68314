import { describe, expect, it } from 'vitest';
import { matchFiles } from '../../src/profile/match-files.js';
import { matchFunctions } from '../../src/profile/match-functions.js';
import { stats } from './bytes.js';
import { type Made, made } from './made-stats.js';

const A = '/opt/stack/nova/nova/a.py';

/** `name:line→line` of each pair, `name:line→` and `name:→line` of what is on one side alone, `?` where that is not sure. */
function pairs(before: Made[], after: Made[]): string[] {
  return matchFunctions([made(before)], [made(after)])
    .map(({ name, before: [b], after: [a], isUnsure }) => {
      const lines = (rows: typeof b) => rows!.map(({ line }) => line).join('+');
      return `${name.name}:${lines(b)}→${lines(a)}${isUnsure ? '?' : ''}`;
    })
    .sort();
}
const at = (name: string, ...lines: number[]): Made[] => lines.map((line) => ({ file: A, line, name }));

describe('functions of one file', () => {
  it('are the same wherever they have moved to', () => {
    expect(pairs([...at('f', 10), ...at('g', 20)], [...at('f', 15), ...at('g', 400)])).toEqual(['f:10→15', 'g:20→400']);
  });

  it('are gone or new where there is none of that name', () => {
    expect(pairs(at('f', 10), at('g', 10))).toEqual(['f:10→', 'g:→10']);
  });

  it('of one name are told apart by the functions around them', () => {
    const before = [...at('a', 5), ...at('get', 10, 30), ...at('b', 50), ...at('get', 60)];
    const after = [...at('a', 5), ...at('get', 30), ...at('b', 53), ...at('get', 63)];
    expect(pairs(before, after)).toEqual(['a:5→5', 'b:50→53', 'get:10→', 'get:30→30', 'get:60→63']);
  });

  it('of one name are in the order of their lines where as many are left', () => {
    expect(pairs(at('<lambda>', 20, 10), at('<lambda>', 30, 20))).toEqual(['<lambda>:10→20', '<lambda>:20→30']);
  });

  it('are others in a file that was not edited', () => {
    const rest = [...at('a', 5), ...at('b', 50)];
    expect(pairs([...rest, ...at('get', 10)], [...rest, ...at('get', 60)])).toContain('get:→60');
    expect(pairs([...rest, ...at('get', 10, 70)], [...rest, ...at('get', 20, 70)])).toEqual(
      expect.arrayContaining(['get:10→', 'get:→20', 'get:70→70']),
    );
  });

  it('of one name are told apart by who calls them, or not at all', () => {
    const one = { file: A, line: 40, name: 'get', callers: ['x'] };
    const other = { file: A, line: 90, name: 'get', callers: ['y'] };
    const [x, y] = [at('x', 5), at('y', 7)];
    const before = [...x, ...y, one, other, ...at('get', 200)];
    const after = [...at('x', 6), ...at('y', 7), { ...one, line: 44 }, { ...other, line: 95 }];
    expect(pairs(before, after)).toEqual(
      expect.arrayContaining(['get:40→44', 'get:90→95', 'x:5→6', 'y:7→7', 'get:200→']),
    );
    const nothing = pairs(at('<lambda>', 1, 2), at('<lambda>', 5, 6, 7));
    expect(nothing).toHaveLength(5);
    expect(nothing.every((one) => one.endsWith('?'))).toBe(true);
  });

  it('may be named like anything', () => {
    const names = ['a;b', 'a\nb', 'größe', '__proto__', 'constructor', '\u0000', ''];
    const all = names.flatMap((name, i) => at(name, i + 1));
    expect(matchFunctions([made(all)], [made(all)])).toHaveLength(names.length);
    expect(pairs(all, all).every((one) => /:(\d+)→\1$/.test(one))).toBe(true);
  });
});

describe('C functions', () => {
  const c = (name: string): Made => ({ file: '~', line: 0, name });

  it('are the same whatever their address, one for all types of one name', () => {
    const before = [c('<built-in method __new__ of type object at 0x7f01>'), c('<method x at 0x1>')];
    const after = [
      c('<built-in method __new__ of type object at 0x9f02>'),
      c('<built-in method __new__ of type object at 0x9f03>'),
      c('<method x at 0x2>'),
    ];
    const found = matchFunctions([made(before)], [made(after)]);
    expect(found.map(({ before: [b], after: [a] }) => [b!.length, a!.length])).toEqual([
      [1, 2],
      [1, 1],
    ]);
  });

  it('are the same however the writer calls them', () => {
    const found = matchFunctions([made([c('<built-in method builtins.len>')])], [made([c('{built-in method len}')])]);
    expect(found).toHaveLength(1);
  });
});

describe('files', () => {
  const named = (files: string[], names: string[] = []) => new Map(files.map((file) => [file, new Set(names)]));
  const match = (before: string[], after: string[], names?: string[]) =>
    Object.fromEntries([...matchFiles(named(before, names), named(after, names))].map(([a, b]) => [b, a]));

  it.each([
    ['/opt/stack/nova/nova/a.py', '/usr/lib/python3/dist-packages/nova/a.py'],
    ['/usr/lib/python3.11/socket.py', '/usr/local/lib/python3.13/socket.py'],
    ['/v/lib/python3.11/site-packages/eventlet/hubs/hub.py', '/w/lib64/python3.14t/site-packages/eventlet/hubs/hub.py'],
    ['/home/me/before/prog.py', '/home/me/after/prog.py'],
    ['/srv/nova-old/nova/a.py', '/srv/nova-new/nova/a.py'],
    ['prog.py', '/home/me/prog.py'],
  ])('%s is %s', (before, after) => {
    expect(match([before], [after])).toEqual({ [before]: after });
    expect(match([after], [before])).toEqual({ [after]: before });
  });

  it.each([
    [
      ['/home/me/p/a/utils.py', '/home/me/p/a/x.py'],
      ['/home/me/p/b/utils.py', '/home/me/p/a/x.py'],
    ],
    [['/usr/lib/python3.11/types.py'], ['/usr/lib/python3/dist-packages/types.py']],
    [['/v/site-packages/a/x.py'], ['/v/site-packages/b/x.py']],
  ])('%j and %j are others', (before, after) => {
    const found = match(before, after);
    expect(found[before[0]!]).toBeUndefined();
  });

  it('are known by their functions where folders are on both sides', () => {
    const [before, after] = [['/home/me/prog.py'], ['/home/me/next/prog.py']];
    expect(match(before, after)).toEqual({});
    expect(match(before, after, ['__init__', '<lambda>', 'get'])).toEqual({});
    expect(match(before, after, ['lookup', 'get'])).toEqual({ '/home/me/prog.py': '/home/me/next/prog.py' });
  });

  it('of the same path are never anything else', () => {
    const both = ['/a/x.py', '/b/x.py'];
    expect(match(both, both)).toEqual({ '/a/x.py': '/a/x.py', '/b/x.py': '/b/x.py' });
  });
});

describe('several captures of a side', () => {
  it('have one list of functions, with none where one did not run', () => {
    const found = matchFunctions(
      [made(at('f', 10)), made([...at('f', 10), ...at('g', 20)])],
      [made(at('g', 30)), made([...at('g', 30), ...at('h', 40)])],
    );
    const counts = found.map(({ name, before, after }) => [name.name, ...[...before, ...after].map((r) => r.length)]);
    expect(counts).toEqual([
      ['g', 0, 1, 1, 1],
      ['f', 1, 1, 0, 0],
      ['h', 0, 0, 0, 1],
    ]);
  });

  it('pairs every row of the real captures once, and all of a capture with itself', () => {
    const [cold, warm] = [stats('25-cold'), stats('25-warm')];
    const found = matchFunctions([cold, warm], [warm]);
    for (const [side, at, capture] of [
      ['before', 0, cold],
      ['before', 1, warm],
      ['after', 0, warm],
    ] as const) {
      const ids = found.flatMap((one) => one[side][at]!.map(({ id }) => id)).sort((a, b) => a - b);
      expect(ids).toEqual(capture.rows.map(({ id }) => id));
    }
    expect(found.filter(({ isUnsure }) => isUnsure)).toEqual([]);
    const same = matchFunctions([cold], [cold]);
    expect(same.every(({ before, after }) => before[0] !== undefined && before[0].length === after[0]!.length)).toBe(
      true,
    );
  });

  it('has the functions of any length of file in time', () => {
    const many = (shift: number) =>
      Array.from({ length: 20_000 }, (_, i) => ({
        file: A,
        line: i % 3 === 0 ? i : i + shift,
        name: `f${i % 15_000}`,
      }));
    expect(matchFunctions([made(many(0))], [made(many(2))]).length).toBeGreaterThan(15_000);
  });
});
