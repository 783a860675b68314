import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoratorLine } from '../../src/probe/decorator-line.js';
import { insertLine } from '../../src/python/edit.js';
import { type AskPython, locate, locateProgram } from '../../src/python/locate.js';
import { template } from '../../src/templates.js';
import { pythons } from '../pythons.js';

const SOURCE = `# -*- coding: utf-8 -*-
"""def decoy(self): in a text
    def decoy(self): pass
"""
import functools


def deco(f):
    return f


class Manager(object):
    @deco
    @functools.wraps(
        deco)
    def decorated(self, a, b=1, *, c=2):
        x = """
        text that an indented edit would change
        """
        return x

    @staticmethod
    def static(): return 1

    if True:
        def under_if(self): pass

    try:
        def under_try(self): pass
    except Exception:
        def under_try(self): pass

    class Inner:
        def deep(self): "é"

    def gen(self):
        yield 1

    async def co(self): pass

    def holds_generator(self):
        def g():
            yield 1
        return g

    @property
    def prop(self): return 1

    @prop.setter
    def prop(self, v): pass


class Other(Manager):
    def deep(self): pass


def function(): pass
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-locate-'));
  mkdirSync(join(folder, 'pkg'));
  writeFileSync(
    join(folder, 'pkg/__init__.py'),
    'raise SystemExit("a package must not be imported to be looked into")\n',
  );
  writeFileSync(join(folder, 'pkg/manager.py'), SOURCE);
  writeFileSync(join(folder, 'pkg/broken.py'), 'def f(:\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = readFileSync(template('locate_target.py'), 'utf8');
const asker =
  (python: string): AskPython =>
  async (request) =>
    JSON.parse(execFileSync(python, ['-B', '-'], { input: locateProgram(request, program), cwd: '/' }).toString());

describe.each(pythons())('$name', ({ path }) => {
  const find = (target: string) => locate(target, path, [folder], asker(path));
  const lineOf = (text: string) => SOURCE.slice(0, SOURCE.indexOf(text)).split('\n').length;

  test.each([
    ['Manager.decorated', 'def decorated'],
    ['Manager.static', 'def static'],
    ['Manager.under_if', 'def under_if'],
    ['Manager.Inner.deep', 'def deep(self): "é"'],
    ['Manager.holds_generator', 'def holds_generator'],
    ['function', 'def function'],
    ['static', 'def static'],
  ])('finds %s by its def, and the edit passes its check', async (name, text) => {
    const found = await find(`pkg.manager:${name}`);
    expect(found).toMatchObject({ file: join(folder, 'pkg/manager.py'), line: lineOf(text), kind: 'function' });
    const decorator = decoratorLine('abcdef', "/var/lib/a'b/probe.py");
    const { edited, line } = insertLine(Buffer.from(SOURCE), found.line, decorator);
    const check = {
      op: 'check' as const,
      source: Buffer.from(SOURCE).toString('base64'),
      line: found.line,
      decorator: line,
    };
    expect(await asker(path)({ ...check, edited: edited.toString('base64') })).toEqual({ ok: true });
    const inText = insertLine(Buffer.from(SOURCE), 3, decorator).edited.toString('base64');
    expect(await asker(path)({ ...check, line: 3, edited: inText })).toMatchObject({ ok: false });
  });

  test('all dots work too', async () => {
    expect(await find('pkg.manager.Manager.static')).toMatchObject({ target: 'pkg.manager:Manager.static' });
    expect(await find('pkg.manager.function')).toMatchObject({ target: 'pkg.manager:function' });
  });

  test.each([
    ['pkg.manager:Manager.nothing', 'TARGET_NOT_FOUND'],
    ['pkg.nothing:f', 'MODULE_NOT_FOUND'],
    ['pkg.manager:Manager.under_try', 'TARGET_AMBIGUOUS'],
    ['pkg.manager:Manager.prop', 'TARGET_AMBIGUOUS'],
    ['pkg.manager:deep', 'TARGET_AMBIGUOUS'],
    ['pkg.manager:Manager.gen', 'TARGET_KIND'],
    ['pkg.manager:Manager.co', 'TARGET_KIND'],
    ['pkg.manager:Manager', 'TARGET_CLASS'],
    ['pkg.broken:f', 'SOURCE_SYNTAX'],
    ['sys:exit', 'NO_SOURCE'],
  ])('%s: %s', async (target, code) => {
    await expect(find(target)).rejects.toMatchObject({ code });
  });

  test('a slip of the pen gets the right name', async () => {
    await expect(find('pkg.manager:Manager.decorate')).rejects.toMatchObject({
      next: expect.stringMatching(/^Did you mean Manager\.decorated\b/),
    });
  });

  test('the decorator line wraps with the runtime, and is nothing where that is gone, broken or unreadable', () => {
    const runtime = join(folder, 'probe.py');
    const run = () =>
      execFileSync(path, ['-'], { input: `${decoratorLine('abcdef', runtime)}\ndef f(): return 1\nprint(f())\n` })
        .toString()
        .trim();
    rmSync(runtime, { force: true });
    expect(run()).toBe('1');
    writeFileSync(runtime, 'def wrap(f):\n    return lambda: 2\n');
    expect(run()).toBe('2');
    writeFileSync(runtime, 'def wrap(f:\n');
    expect(run()).toBe('1');
    writeFileSync(runtime, 'raise ValueError(1)\n');
    expect(run()).toBe('1');
    writeFileSync(runtime, 'def wrap(f): raise ValueError(1)\n');
    expect(run()).toBe('1');
    rmSync(runtime);
    mkdirSync(runtime);
    expect(run()).toBe('1');
    rmSync(runtime, { recursive: true });
  });
});
