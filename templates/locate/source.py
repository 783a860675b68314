"""Where is this target? Asked of the service's own interpreter, which is there and knows its grammar exactly.

The parts of this program are one text (src/workflow/ask-python.ts puts them together). It comes on standard input, after
a line that sets REQUEST; the answer is one JSON document on standard output. Nothing of the service is imported: modules
are found through the finders, functions through `ast`. Python 3.6 to 3.14.

  {"op": "locate", "module", "name"}     -> where it is, or what is missing
  {"op": "at", "file", "line"}           -> the function that encloses a line
  {"op": "search", "pattern"}            -> all functions of that name, or with it in their name
  {"op": "check", "source", "edited", "lines"} -> {"ok", "why"}: is the edit what it claims to be?

Each may carry "path" (folders of modules before the interpreter's own) and "packages" (what a search looks into).
"""
import ast
import base64
import difflib
import fnmatch
import hashlib
import io
import json
import os
import re
import sys
import tokenize

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
USED = ("eval", "exec")  # the names that profkit's line needs


class Source(object):
    """A module's source, parsed."""

    def __init__(self, module, file, is_package=False):
        self.module, self.file, self.is_package = module, file, is_package
        with open(file, "rb") as f:
            self.data = f.read()
        self.tree = ast.parse(self.data, file)
        self.definitions = list(definitions(self.tree.body))
        self.lines, self.tokens, self.scopes = None, None, {}

    def line(self, number):
        if self.lines is None:
            self.lines = self.data.splitlines()  # of bytes: at \n, \r and \r\n alone, as Python counts
        return self.lines[number - 1] if 0 < number <= len(self.lines) else b""

    def tokenized(self):
        if self.tokens is None:
            data = self.data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # tokenize knows no lone \r
            self.tokens = list(tokenize.tokenize(io.BytesIO(data).readline))
        return self.tokens

    def bound_in(self, body):
        """[(name, line)] of what the statements of a scope bind."""
        if id(body) not in self.scopes:
            self.scopes[id(body)] = list(bound(body))
        return self.scopes[id(body)]

    def named(self, name):
        return [d for d in self.definitions if d.name == name]


class Definition(object):
    """A function or class of a module or of a class in it: `name` is qualified, `block` the statements it is among."""

    def __init__(self, name, node, block, holder):
        self.name, self.node, self.block, self.holder = name, node, block, holder

    @property
    def is_class(self):
        return isinstance(self.node, ast.ClassDef)


def blocks(node):
    """The lists of statements that a compound statement other than a function or class holds."""
    for field in ("body", "orelse", "finalbody"):
        if isinstance(getattr(node, field, None), list):
            yield getattr(node, field)
    for field in ("handlers", "cases"):
        for part in getattr(node, field, None) or []:
            yield part.body


def definitions(body, prefix="", holder=None):
    """Every function and class below body, also under if, try, with, match and loops; none that is local to a function."""
    for node in body:
        if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            found = Definition(prefix + node.name, node, body, holder)
            yield found
            if found.is_class:
                for inner in definitions(node.body, prefix + node.name + ".", found):
                    yield inner
        elif not isinstance(node, ast.expr):
            for block in blocks(node):
                for inner in definitions(block, prefix, holder):
                    yield inner


def def_line(node, source):
    """The line of the word `def` (or `async`). Up to 3.7 a decorated node's lineno is its first decorator's."""
    if not node.decorator_list or sys.version_info >= (3, 8):
        return node.lineno
    last = max(d.lineno for d in node.decorator_list)
    for t in source.tokenized():
        if t.start[0] > last and t.string in ("def", "async", "class") and t.start[1] == node.col_offset:
            return t.start[0]
    return node.lineno


def last_line(node, source):
    """The last line of a definition; up to 3.7 nodes do not know it, so tokens are asked: its body ends with its own
    DEDENT, or with its line where it stands behind the colon."""
    if hasattr(node, "end_lineno"):
        return node.end_lineno
    begin, depth, end, before = def_line(node, source), 0, 0, ""
    for t in source.tokenized():
        if t.start[0] < begin or t.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if t.type == tokenize.NEWLINE:
            if not end and before != ":":
                return t.start[0]
            end = t.start[0]
        depth += {tokenize.INDENT: 1, tokenize.DEDENT: -1}.get(t.type, 0)
        if t.type == tokenize.DEDENT and depth <= 0:
            return end
        before = t.string
    return end


def bound(body):
    """The names that statements bind where they stand: (name, line). Not those inside functions and classes."""
    for node in body:
        if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            yield node.name, node.lineno
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], node.lineno
        else:
            for part in ast.iter_child_nodes(node):
                if isinstance(part, ast.expr) or isinstance(part, ast.withitem):
                    for name in ast.walk(part):
                        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                            yield name.id, node.lineno
            for handler in getattr(node, "handlers", None) or []:
                if handler.name:
                    yield handler.name, handler.lineno
            for block in blocks(node):
                for found in bound(block):
                    yield found
