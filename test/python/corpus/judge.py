"""Judges edits of many files, with the interpreter that runs it: which functions there are, and is an edit just decorators?

argv: the program of templates/locate/ without its last line, then folders or files. Line by line, as JSON:
  it says   {"file", "functions": [{"line", "name", "blocked"}]}     or {"file", "unread": why}
  is told   {"edited": path of the file with a line above every function that is not blocked,
             "lines": [{"at": line, "offset": where alone it goes into the unedited file, "text": the line with its end}]}
  it says   {"file", "judged": how many functions, "wrong": [[line, why]]}
It says what the next file has before it is told of the last one: the other side never waits for it, nor it for that.
"""
import ast
import collections
import gc
import io
import json
import os
import sys
import tokenize

# lines of a file that is parsed as a whole for each of its functions; up to 3.7 a statement does not say where it ends
SMALL = 60 if sys.version_info >= (3, 8) else 10000
where = {"__name__": "locate"}
with io.open(sys.argv[1], encoding="utf-8") as program:
    exec(compile(program.read(), sys.argv[1], "exec"), where)
Source, Definition, FUNCTIONS = (where[n] for n in ("Source", "Definition", "FUNCTIONS"))
def_line, blocked, blocks = (where[n] for n in ("def_line", "blocked", "blocks"))


def same(a, b):
    """Are these trees the same, but for places in the source?"""
    todo = [(a, b)]
    while todo:
        a, b = todo.pop()
        if a.__class__ is not b.__class__:
            return False
        for field in a._fields:
            v, w = getattr(a, field, None), getattr(b, field, None)
            if v is w:
                continue
            if isinstance(v, ast.AST):
                todo.append((v, w))
            elif isinstance(v, list):
                if not isinstance(w, list) or len(v) != len(w):
                    return False
                for x, y in zip(v, w):
                    if isinstance(x, ast.AST):
                        todo.append((x, y))
                    elif x != y:
                        return False
            elif v.__class__ is not w.__class__ or repr(v) != repr(w):
                return False
    return True


class File(object):
    """A source, every function in it, and the statement of the module or of a class that each is in."""

    def __init__(self, path):
        self.source = Source("", path)
        self.lines = self.source.data.splitlines(True)
        self.functions = []  # (line, node, holder, statement, in a class)
        self.walk(self.source.tree.body, None, False)
        self.functions.sort(key=lambda f: f[0])
        with open(path, "rb") as f:
            self.encoding = tokenize.detect_encoding(f.readline)[0]
        self.offsets = [0]
        for line in self.lines:
            self.offsets.append(self.offsets[-1] + len(line))

    def walk(self, body, holder, in_class):
        for statement in body:
            if isinstance(statement, ast.ClassDef):
                inner = Definition(statement.name, statement, body, holder)
                self.walk(statement.body, inner, True)
            else:
                todo = [(statement, holder)]
                while todo:
                    node, around = todo.pop()
                    if isinstance(node, FUNCTIONS):
                        self.functions.append((def_line(node, self.source), node, around, statement, in_class))
                    if isinstance(node, ast.ClassDef):
                        around = Definition(node.name, node, [], around)
                    for block in blocks(node):  # no expression holds a def
                        todo.extend((child, around) for child in block)

    def told(self):
        return [{"line": line, "name": node.name, "blocked": blocked(Definition(node.name, node, [], holder), self.source, line)}
                for line, node, holder, _, _ in self.functions]

    def part(self, statement, line, text):
        """The statement with that line in it, as text that can be parsed alone, and which line of it is where it begins."""
        first = min([statement.lineno] + [d.lineno for d in getattr(statement, "decorator_list", [])])
        first = min([first] + [line])
        lines = self.lines[first - 1:line - 1] + [text] + self.lines[line - 1:statement.end_lineno]
        return b"".join(lines).decode(self.encoding), first


def decorators(tree):
    """line -> (function, its last decorator)."""
    found, todo = {}, [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, FUNCTIONS) and node.decorator_list:
            found[node.decorator_list[-1].lineno] = node
        for block in blocks(node):
            todo.extend(block)
    return found


def take_out(node, text, name):
    """Takes our decorator off a function; says what is wrong with it."""
    if node is None:
        return "the line is nobody's last decorator"
    if node.name != name:
        return "the line is the decorator of %s" % node.name
    ours = node.decorator_list.pop()
    if not isinstance(ours, ast.Call) or getattr(ours.func, "id", "") != "eval" or len(ours.args) != 1:
        return "the decorator is no call of eval"
    text_of = getattr(ours.args[0], "value", None) or getattr(ours.args[0], "s", None)
    if text_of != json.loads(text.strip()[len("@eval("):].rpartition(")  # profkit:")[0]):
        return "the decorator reads otherwise than it was written"
    return None


def judge(file, told):
    """[(line, why)] of what is wrong: all lines at once, then each alone."""
    wrong, source = [], file.source
    with open(told["edited"], "rb") as f:
        edited = f.read()
    try:
        after = ast.parse(edited)
        compile(edited, source.file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as e:
        return [(0, "all at once: %s" % e)]
    names = {line: node.name for line, node, _, _, _ in file.functions}
    statements = {line: (statement, in_class) for line, _, _, statement, in_class in file.functions}
    found = decorators(after)
    for n, one in enumerate(told["lines"]):
        why = take_out(found.get(one["at"] + n), one["text"], names[one["at"]])
        if why:
            wrong.append((one["at"], "all at once: " + why))
    if not wrong and not same(source.tree, after):
        wrong.append((0, "all at once: more than decorators differs"))
    for one in told["lines"]:
        why = alone(file, one, names[one["at"]], *statements[one["at"]])
        if why:
            wrong.append((one["at"], "alone: " + why))
    return wrong


def alone(file, one, name, statement, in_class):
    line, text = one["at"], one["text"].encode("latin-1")
    if file.offsets[line - 1] != one["offset"]:
        return "it is not put in where the line begins"
    try:
        if len(file.lines) <= SMALL:
            at = one["offset"]
            tree, first = ast.parse(file.source.data[:at] + text + file.source.data[at:]), 1
            before = file.source.tree
        else:
            part, first = file.part(statement, line, text)
            tree = ast.parse("class X:\n" + part if in_class else part)
            before = statement
    except (SyntaxError, ValueError) as e:
        return str(e)
    shift = 1 - first + (1 if in_class and before is statement else 0)
    why = take_out(decorators(tree).get(line + shift), one["text"], name)
    if why:
        return why
    if before is statement:
        tree = tree.body[0].body[0] if in_class else tree.body[0]
    return None if same(before, tree) else "more than a decorator differs"


def sources(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".py"):
                    yield os.path.join(folder, name)


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main():
    sys.setrecursionlimit(10000)
    gc.disable()  # trees have no circles, and looking for some takes a third of the time
    waiting = collections.deque()

    def settle():
        file = waiting.popleft()
        told = json.loads(sys.stdin.readline())
        say(file=file.source.file, judged=len(told["lines"]), wrong=judge(file, told))

    for path in sources(sys.argv[2:]):
        try:
            file = File(path)
        except (SyntaxError, ValueError, RecursionError) as e:
            say(file=path, unread="%s: %s" % (type(e).__name__, e))
            continue
        say(file=path, functions=file.told())
        waiting.append(file)
        if len(waiting) > 2:
            settle()
    while waiting:
        settle()


main()
