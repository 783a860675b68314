/** All kinds of functions, decorated and commented, in classes and out of them. */
const PLAIN = `import functools


def first(): pass
class A(object):
    x = 1

    # a comment above
    def method(self, a, b=(1,
                           2)):
        text = """
    def decoy(self): pass
        @not_a_decorator
"""
        return text

    @functools.wraps(
        first)
    # between decorator and def

    def wrapped(self):
        def local():
            return lambda: 1
        return local

    @staticmethod
    def static(): return 1; x = 2

    @classmethod
    async def coroutine(cls):
        async for x in y: pass

    @property
    def prop(self): yield 1

    @prop.setter
    def prop(self, value): self.x = value

    class Inner:
        def deep(self): "text"

    if True:
        def under_if(self): pass
    elif x:
        def under_if(self): pass
    else:
        def under_if(self): pass

    try:
        def tried(self): pass
    except ValueError:
        def tried(self): pass
    else:
        def tried(self): pass
    finally:
        def tried(self): pass

    for x in y:
        def looped(self): pass
    while x:
        def looped(self): pass
    else:
        def looped(self): pass
    with x:
        def withed(self): pass

    made = lambda self: 1


async   def   spaced  (a)  :  pass  # a comment behind

def last():
    return 1`;

const TABS = 'class A:\n\tdef f(self):\n\t\treturn 1\n\tif True:\n\t  def g(self):\n\t  \tpass\n';
const FORM_FEEDS =
  'def a(): pass\n\x0cdef b(): pass\n\x0c\nclass A:\n\x0c    def f(self): pass\n    \x0c\n    def g(self): pass\n';
const BREAKS = 'x = "\x0b\x1c\x1d\x1e\x85"  # no ends of lines: \x0b \x1c\ndef f(): return "\x0c"\n\ndef g(): pass\n';

const text = (s: string, encoding: BufferEncoding = 'utf8') => Buffer.from(s, encoding);
const BOM = text('\ufeff');

/** Sources with all that Python's grammar and files may have: ends of lines, encodings, marks, and what cannot be edited. */
export function hostileSources(): { name: string; data: Buffer }[] {
  const files: Record<string, Buffer> = {
    'lf.py': text(`${PLAIN}\n`),
    'no-end.py': text(PLAIN),
    'crlf.py': text(`${PLAIN}\n`.replaceAll('\n', '\r\n')),
    'crlf-no-end.py': text(PLAIN.replaceAll('\n', '\r\n')),
    'cr.py': text(`${PLAIN}\n`.replaceAll('\n', '\r')),
    'mixed.py': text(
      `${PLAIN}\n`
        .split('\n')
        .map((l, n) => l + ['\n', '\r\n', '\r'][n % 3])
        .join(''),
    ),
    'bom.py': Buffer.concat([BOM, text(`${PLAIN}\n`)]),
    'bom-first-line.py': Buffer.concat([BOM, text('def f(): pass\ndef g(): pass\n')]),
    'bom-crlf-cookie.py': Buffer.concat([BOM, text('# coding: utf-8\r\ndef f(): return "é"\r\ndef g(): pass\r\n')]),
    'one-line.py': text('def f(): pass'),
    'two-lines.py': text('def f(): pass\ndef g(): pass'),
    'tabs.py': text(TABS),
    'form-feeds.py': text(FORM_FEEDS),
    'breaks.py': text(BREAKS, 'utf8'),
    'latin-1.py': text(`# -*- coding: latin-1 -*-\ns = "é\xff"\n${PLAIN}\n`, 'latin1'),
    'cp1252.py': text(`#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\ns = "\x80"\n${PLAIN}\n`, 'latin1'),
    'iso-8859-15-crlf.py': text('# coding: iso-8859-15\r\ndef f(): return "\xa4"\r\ndef g(): pass\r\n', 'latin1'),
    'shift-jis.py': Buffer.concat([
      text('# coding: shift_jis\nclass A:\n    s = "'),
      Buffer.from([0x83, 0x5c, 0x83, 0x7b]), // the second byte of the first character is a backslash
      text('"\n    def f(self): pass\n\n    def g(self): pass\n'),
    ]),
    'utf-8-names.py': text('class Größe:\n    def länge(self, größe): return größe\n\ndef 函数(): pass\n'),
    'docstring.py': text(
      '"""\ndef decoy(): pass\n"""\n\ndef f():\n    """def decoy(): pass"""\ndef g(): r"""\n\\\n"""\n',
    ),
    'comment-backslash.py': text('# ends with a backslash \\\ndef f(): pass\nx = 1 + \\\n    2\ndef g(): pass\n'),
    'header.py': text('def f(a,\n      b): return (a,\n  b)\ndef g \\\n  (a): pass\n'),
    'semicolons.py': text('x = 1; y = 2\ndef f(): pass; x = 1;\nclass A: x = 1; y = 2\ndef g(): x = 1; return x\n'),
    'blanks.py': text('\n\n   \n\t\ndef f():\n\n\n    pass\n\n\n\n   # odd\ndef g(): pass\n   \n'),
    'future.py': text(
      'from __future__ import generator_stop\ndef f(a: "x" = 1) -> "y": pass\nclass A:\n    def g(self: int): pass\n',
    ),
    'big.py': text(
      `${Array.from({ length: 200 }, (_, n) => `class C${n}:\n    def f(self):\n        def g(): return ${n}\n        return g\n`).join('\n')}`,
    ),
    // refused
    'continued.py': text('class A:\n    x = 1\n    \\\n    def f(self): pass\n    def g(self): pass\n'),
    'eval-in-module.py': text('from ops import eval\ndef f(): pass\n'),
    'eval-in-class.py': text(
      'class A:\n    def eval(self): pass\n    def f(self): pass\n\ndef g(): pass\ndef h(): pass\n',
    ),
    'exec-in-module.py': text('if True:\n    exec = print\ndef f(): pass\n'),
  };
  return Object.entries(files).map(([name, data]) => ({ name, data }));
}
