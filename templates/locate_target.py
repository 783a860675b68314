"""Where is this target? Asked of the service's own interpreter, which is there and knows its grammar exactly.

It comes on standard input, after a line that sets REQUEST; the answer is one JSON document on standard output.
Nothing of the service is imported: modules are found through the finders, functions through `ast`. Python 3.6 to 3.14.

  {"op": "locate", "module", "name", "path"}               -> where it is, or what is missing
  {"op": "check", "source", "edited", "line", "decorator"} -> {"ok", "why"}: is the edit what it claims to be?
"""
import ast
import base64
import difflib
import hashlib
import io
import json
import sys
import tokenize

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def spec_of(module):
    """The spec of a module without importing its parents."""
    path, spec, name = None, None, ""
    for part in module.split("."):
        name = name + "." + part if name else part
        spec = None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find and find(name, path, None)
            if spec is not None:
                break
        if spec is None:
            return name, None
        path = spec.submodule_search_locations
        if path is not None:
            path = list(path)
    return name, spec


def definitions(body, prefix=""):
    """(qualified name, node) of every function and class below body, also under if, try, with and loops."""
    for node in body:
        if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                for found in definitions(node.body, prefix + node.name + "."):
                    yield found
        else:
            for field in ("body", "orelse", "finalbody"):
                for found in definitions(getattr(node, field, None) or [], prefix):
                    yield found
            for handler in getattr(node, "handlers", None) or []:
                for found in definitions(handler.body, prefix):
                    yield found


def def_line(node, tokens):
    """The line of the word `def` (or `async`). Up to 3.7 a decorated node's lineno is its first decorator's."""
    if not node.decorator_list or sys.version_info >= (3, 8):
        return node.lineno
    last = max(d.lineno for d in node.decorator_list)
    for t in tokens:
        if t.start[0] > last and t.string in ("def", "async") and t.start[1] == node.col_offset:
            return t.start[0]
    return node.lineno


def is_generator(node):
    todo = list(node.body)
    while todo:
        n = todo.pop()
        if isinstance(n, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(n, FUNCTIONS + (ast.ClassDef, ast.Lambda)):
            todo.extend(ast.iter_child_nodes(n))
    return False


def kind_of(node):
    if isinstance(node, ast.ClassDef):
        return "class"
    generator = is_generator(node)
    if isinstance(node, ast.AsyncFunctionDef):
        return "asynchronous generator" if generator else "coroutine"
    return "generator" if generator else "function"


def place(name, node, tokens):
    a = node.args if isinstance(node, FUNCTIONS) else None
    return {"name": name, "line": def_line(node, tokens), "column": node.col_offset, "kind": kind_of(node),
            "arguments": [x.arg for x in getattr(a, "posonlyargs", []) + a.args + a.kwonlyargs] if a else [],
            "any": bool(a and a.kwarg)}


def locate(request):
    for folder in reversed(request.get("path", [])):
        sys.path.insert(0, folder)
    reached, spec = spec_of(request["module"])
    python = "%d.%d.%d" % sys.version_info[:3]
    if spec is None:
        return {"missing": "module", "reached": reached, "python": python}
    if not spec.origin or not spec.origin.endswith(".py"):
        return {"missing": "source", "origin": str(spec.origin), "python": python}
    with open(spec.origin, "rb") as f:
        source = f.read()
    all_of_it = list(definitions(ast.parse(source, spec.origin).body))
    tokens = list(tokenize.tokenize(io.BytesIO(source).readline)) if sys.version_info < (3, 8) else []
    wanted = request["name"]
    found = [d for d in all_of_it if d[0] == wanted]
    if not found and "." not in wanted:  # a bare method name: any class of the module
        found = [d for d in all_of_it if d[0].rpartition(".")[2] == wanted]
    names = [n for n, node in all_of_it if isinstance(node, FUNCTIONS)]
    near = difflib.get_close_matches(wanted, names, 3, 0.7) or [n for n in names if n.rpartition(".")[2] == wanted.rpartition(".")[2]][:3]
    return {"python": python, "version": list(sys.version_info[:2]), "file": spec.origin, "sha256": hashlib.sha256(source).hexdigest(),
            "found": [place(n, node, tokens) for n, node in found], "near": near}


def check(request):
    """The edited text must be the source with one more decorator, the innermost, on one function: nothing else."""
    source, edited = base64.b64decode(request["source"]), base64.b64decode(request["edited"])
    try:
        before, after = ast.parse(source), ast.parse(edited)
        compile(edited, "edited", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as e:
        return {"ok": False, "why": "%s: %s" % (type(e).__name__, e)}
    taken = 0
    for _, node in definitions(after.body):
        if node.decorator_list and node.decorator_list[-1].lineno == request["line"] and ast.dump(node.decorator_list[-1]) == ast.dump(
                ast.parse(request["decorator"].strip().lstrip("@"), mode="eval").body):
            node.decorator_list.pop()
            taken += 1
    if taken != 1:
        return {"ok": False, "why": "the new line is a decorator of %d functions" % taken}
    if ast.dump(before) != ast.dump(after):
        return {"ok": False, "why": "the edit would change more than one decorator"}
    return {"ok": True}


def main():
    sys.setrecursionlimit(10000)
    request = json.loads(REQUEST)  # noqa: F821  set by the line that profkit puts before this program
    try:
        answer = {"locate": locate, "check": check}[request["op"]](request)
    except SyntaxError as e:
        answer = {"missing": "syntax", "why": "%s line %s: %s" % (e.filename, e.lineno, e.msg)}
    print(json.dumps(answer))


main()
