import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoratorLine } from '../../src/probe/decorator-line.js';
import { insertLine } from '../../src/python/edit.js';
import { locate } from '../../src/python/locate.js';
import type { TargetName } from '../../src/python/target.js';
import { pythons } from '../pythons.js';
import { asker } from './ask.js';

const SOURCE = `# -*- coding: utf-8 -*-
"""def decoy(self): in a text
    def decoy(self): pass
"""
import functools
from . import base as b
from .base import Root as R, helper
from pkg.base import *


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

    @classmethod
    def klass(cls, *args, **kw): return 1

    if True:
        def under_if(self): return 1

    try:
        def under_try(self): return 1
    except Exception:
        def under_try(self): return 2

    class Inner:
        def deep(self): return "é"

    def gen(self):
        yield 1

    async def co(self): pass

    def holds_generator(self):
        def local():
            yield 1
        return local

    @property
    def prop(self): return 1

    @prop.setter
    def prop(self, v): pass

    def twice(self): return 1

    def twice(self): return 2

    assigned = deco

    made = lambda self: 1


class Other(Manager):
    def deep(self): return 1


class Third(b.Middle, Other):
    pass


class Strange(getattr(b, 'Middle')):
    pass


def function(): return 1
`;

const FILES: Record<string, string> = {
  'pkg/__init__.py': 'raise SystemExit("a package must not be imported to be looked into")\n',
  'pkg/manager.py': SOURCE,
  'pkg/broken.py': 'def f(:\n',
  'pkg/base.py': `import pkg.deeper.roots
from .deeper import roots as r

class Root(object):
    def rooted(self): return 1

class Middle(r.Top):
    def middling(self): return 1

class Dotted(pkg.deeper.roots.Top): pass

def helper(): return 1
`,
  'pkg/deeper/__init__.py': 'from .roots import Top\nfrom pkg.deeper.roots import Top as Renamed\n',
  'pkg/deeper/roots.py': 'class Top(object):\n    def topping(self): return 1\n    def middling(self): return 2\n',
  'pkg/circle.py': 'from pkg.circle2 import X\nclass A(X): pass\n',
  'pkg/circle2.py': 'from pkg.circle import A as X\n',
  'pkg/shadow.py': 'from ops import eval\ndef f(): pass\n',
  'pkg/shadow_class.py': 'class A:\n    def eval(self): pass\n    def f(self): pass\n\ndef g(): pass\n',
  'pkg/continued.py': 'class A:\n    x = 1\n    \\\n    def f(self): pass\n',
  'pkg/rpcapi.py':
    "class API(object):\n    def work(self, context):\n        cctxt = self.client.prepare()\n        return cctxt.call(context, 'work')\n\n    def only_here(self): raise NotImplementedError()\n",
  'pkg/client.py':
    'class Client(object):\n    def work(self, context):\n        """Hands on."""\n        return self.api.work(context)\n',
  'pkg/driver.py':
    'import abc\nclass Driver(object):\n    @abc.abstractmethod\n    def work(self):\n        """Does."""\n        return self.x\n',
  'pkg/real.py': 'class Real(object):\n    def work(self, context):\n        return 1\n',
  'pkg/tests/__init__.py': '',
  'pkg/tests/test_real.py': 'class FakeReal(object):\n    def work(self): return 1\n    def shared(self): return 1\n',
  'pkg/one.py': 'class One(object):\n    def shared(self): return 1\n',
  'pkg/two.py': 'class Two(object):\n    def shared(self): return 1\n',
  'pkg/old.py': 'class Old(object):\n    def gone(self): return 1\n',
  'other/manager.py': 'def f(): return 1\n',
  'other/__init__.py': '',
  'not-importable/x.py': 'def f(): return 1\n',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-locate-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  symlinkSync(join(folder, 'pkg/one.py'), join(folder, 'not-importable/linked.py'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const aliases = ({ module, name }: TargetName): TargetName[] =>
  module === 'pkg.older' && name === 'Old.gone'
    ? [
        { module: 'pkg.nowhere', name: 'f' },
        { module: 'pkg.old', name },
      ]
    : [];

describe.each(pythons())('$name', ({ path }) => {
  const find = (target: string, more = {}) =>
    locate(target, { interpreter: path, path: [folder], packages: [], aliases, ...more }, asker(path));
  const lineOf = (text: string, source = SOURCE) => source.slice(0, source.indexOf(text)).split('\n').length;
  const at = (text: string) => `${join(folder, 'pkg/manager.py')}:${lineOf(text)}`;

  test.each([
    ['Manager.decorated', 'def decorated', 'method', '(self, a, b=1, *, c=2)'],
    ['Manager.static', 'def static', 'static method', '()'],
    ['Manager.klass', 'def klass', 'class method', '(cls, *args, **kw)'],
    ['Manager.under_if', 'def under_if', 'method', '(self)'],
    ['Manager.Inner.deep', 'def deep(self): return "é"', 'method', '(self)'],
    ['Manager.holds_generator', 'def holds_generator', 'method', '(self)'],
    ['function', 'def function', 'function', '()'],
    ['static', 'def static', 'static method', '()'],
  ])('finds %s by its def, and the edit passes its check', async (name, text, role, signature) => {
    const found = await find(`pkg.manager:${name}`);
    expect(found).toMatchObject({ file: join(folder, 'pkg/manager.py'), line: lineOf(text), kind: 'function' });
    expect(found).toMatchObject({ role, signature, notes: [], stub: null });
    const decorator = decoratorLine('abcdef', "/var/lib/a'b/probe.py");
    const source = Buffer.from(SOURCE).toString('base64');
    const check = (line: number) => {
      const put = insertLine(Buffer.from(SOURCE), line, decorator);
      const edited = put.edited.toString('base64');
      return asker(path)({ op: 'check', source, edited, lines: [{ line, decorator: put.line }] });
    };
    expect(await check(found.line)).toEqual({ ok: true });
    expect(await check(3)).toMatchObject({ ok: false });
  });

  test('all dots work too, and so does a part of a name', async () => {
    expect(await find('pkg.manager.Manager.static')).toMatchObject({ target: 'pkg.manager:Manager.static' });
    expect(await find('pkg.manager.function')).toMatchObject({ target: 'pkg.manager:function' });
    expect(await find('Manager.under_if')).toMatchObject({ target: 'pkg.manager:Manager.under_if' });
    expect(await find('under_if')).toMatchObject({
      target: 'pkg.manager:Manager.under_if',
      notes: ['under_if is pkg.manager:Manager.under_if'],
    });
    expect(await find('manager.function')).toMatchObject({ target: 'pkg.manager:function' });
  });

  test('a bare name means what does the work, not a stub, a proxy or a test', async () => {
    expect(await find('work')).toMatchObject({ target: 'pkg.real:Real.work' });
    expect(await find('only_here')).toMatchObject({ target: 'pkg.rpcapi:API.only_here', stub: 'abstract' });
    expect(await find('pkg.rpcapi:API.work')).toMatchObject({
      stub: 'rpc',
      notes: [expect.stringContaining('only sends a message')],
    });
    expect(await find('pkg.client:Client.work')).toMatchObject({ stub: 'proxy' });
    expect(await find('pkg.driver:Driver.work')).toMatchObject({ stub: 'abstract' });
  });

  test('one that can be several is refused with them, or is the one that the service has loaded', async () => {
    await expect(find('shared')).rejects.toMatchObject({
      code: 'TARGETS_SEVERAL',
      message: expect.stringMatching(/2 functions: pkg\.one:One\.shared \(.*\/pkg\/one\.py:2\), pkg\.two:Two\.shared/),
    });
    const prefer = async (all: readonly { module: string }[]) => all.filter((c) => c.module === 'pkg.two');
    expect(await find('shared', { prefer })).toMatchObject({ target: 'pkg.two:Two.shared' });
  });

  test.each([
    ['pkg.manager:Third.middling', 'pkg.base:Middle.middling', 'pkg.manager:Third inherits middling from'],
    ['pkg.manager:Third.topping', 'pkg.deeper.roots:Top.topping', 'pkg.manager:Third inherits topping from'],
    ['pkg.manager:Third.deep', 'pkg.manager:Other.deep', 'inherits'],
    ['pkg.manager:Other.static', 'pkg.manager:Manager.static', 'inherits'],
    ['pkg.manager:Other.Inner.deep', 'pkg.manager:Manager.Inner.deep', 'has'],
    ['pkg.base:Dotted.topping', 'pkg.deeper.roots:Top.topping', 'inherits'],
    ['pkg.manager:R.rooted', 'pkg.base:Root.rooted', 'has'],
    ['pkg.manager:helper', 'pkg.base:helper', 'has'],
  ])('%s lands on %s, and says so', async (target, lands, says) => {
    const found = await find(target);
    expect(found.target).toBe(lands);
    expect(found.notes.join()).toContain(says);
    expect(found.notes.join()).toContain(lands);
  });

  test('an older name lands on the one of this release, and says so', async () => {
    expect(await find('pkg.older:Old.gone')).toMatchObject({
      target: 'pkg.old:Old.gone',
      notes: ['pkg.older:Old.gone is pkg.old:Old.gone in this release'],
    });
  });

  test('a line is the function around it: of its decorators, its body, its last line', async () => {
    const name = async (place: string) => (await find(place)).name;
    expect(await name(at('def decorated'))).toBe('Manager.decorated');
    expect(await name(at('@functools.wraps('))).toBe('Manager.decorated');
    expect(await name(at('text that an indented'))).toBe('Manager.decorated');
    expect(await name(at('return x'))).toBe('Manager.decorated');
    expect(await name(at('def static(): return 1'))).toBe('Manager.static');
    expect(await name(at('def under_try(self): return 1'))).toBe('Manager.under_try');
    expect((await find(at('def under_try(self): return 2'))).line).toBe(lineOf('def under_try(self): return 2'));
    expect(await find(at('def prop(self, v)'))).toMatchObject({ name: 'Manager.prop', role: 'setter' });
    expect(await name(at('def deep(self): return "é"'))).toBe('Manager.Inner.deep');
    expect(await find(at('yield 1\n        return local'))).toMatchObject({
      name: 'Manager.holds_generator',
      notes: [expect.stringContaining('is in local, which is local to it')],
    });
    expect(await find('pkg/one.py:2')).toMatchObject({ target: 'pkg.one:One.shared' });
    expect(await find('one.py:2')).toMatchObject({ target: 'pkg.one:One.shared' });
    expect(await find(`${join(folder, 'not-importable/linked.py')}:2`)).toMatchObject({ target: 'pkg.one:One.shared' });
  });

  test.each([
    ['pkg.manager:Manager.nothing', 'TARGET_NOT_FOUND'],
    ['pkg.manager:Strange.nothing', 'TARGET_NOT_FOUND'],
    ['pkg.circle:A.f', 'TARGET_NOT_FOUND'],
    ['pkg.nothing:f', 'MODULE_NOT_FOUND'],
    ['pkg.nothing.f', 'TARGET_NOT_FOUND'],
    ['pkg.manager.x:f', 'MODULE_NOT_FOUND'],
    ['nowhere_at_all', 'TARGET_UNKNOWN'],
    ['pkg.manager:Manager.under_try', 'TARGET_AMBIGUOUS'],
    ['pkg.manager:Manager.prop', 'TARGET_AMBIGUOUS'],
    ['pkg.manager:deep', 'TARGET_AMBIGUOUS'],
    ['pkg.manager:Manager.gen', 'TARGET_KIND'],
    ['pkg.manager:Manager.co', 'TARGET_KIND'],
    ['pkg.manager:Manager', 'TARGET_CLASS'],
    ['pkg.manager:Manager.holds_generator.local', 'TARGET_LOCAL'],
    ['pkg.manager:Manager.holds_generator.<locals>.local', 'TARGET_LOCAL'],
    ['pkg.manager:Manager.assigned', 'TARGET_ASSIGNED'],
    ['pkg.manager:Manager.made', 'TARGET_ASSIGNED'],
    ['pkg.broken:f', 'SOURCE_SYNTAX'],
    ['sys:exit', 'NO_SOURCE'],
    ['manager.py:1', 'TARGET_FILES'],
    ['none.py:1', 'TARGET_NO_FILE'],
    ['/none.py:1', 'TARGET_NO_FILE'],
    ['pkg/manager.py:3', 'TARGET_NO_DEF'],
  ])('%s: %s', async (target, code) => {
    await expect(find(target)).rejects.toMatchObject({ code });
  });

  test('what is refused says why and what else to choose', async () => {
    await expect(find(`${folder}/not-importable/x.py:1`)).rejects.toMatchObject({ code: 'TARGET_NOT_IMPORTED' });
    await expect(find('pkg.manager:Manager.decorate')).rejects.toMatchObject({
      next: expect.stringMatching(/^Did you mean Manager\.decorated\b/),
    });
    await expect(find('pkg.manager:Strange.f')).rejects.toMatchObject({
      message: expect.stringContaining('its base an expression was not found'),
    });
    await expect(find('pkg.manager:Manager.prop')).rejects.toMatchObject({
      message: expect.stringMatching(/line \d+, property, Manager\.prop line \d+, setter/),
      next: expect.stringMatching(/manager\.py:\d+\.$/),
    });
  });

  test('where no line can stand above a def, it says so', async () => {
    expect((await find('pkg.shadow:f')).blocked).toContain('eval is not');
    expect((await find('pkg.shadow_class:A.f')).blocked).toContain('eval is not');
    expect((await find('pkg.shadow_class:g')).blocked).toBeNull();
    expect((await find('pkg.continued:A.f')).blocked).toContain('backslash');
  });

  test('of definitions one after the other the last is what is called', async () => {
    const found = await find('pkg.manager:Manager.twice');
    expect(found.line).toBe(lineOf('def twice(self): return 2'));
    expect(found.notes[0]).toContain('2 times');
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
