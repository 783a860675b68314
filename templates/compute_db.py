"""What keeps nova-compute from the database, and where its configuration is. Asked of the service's own interpreter.

It comes on standard input, after a line that sets REQUEST (JSON); the answer is one JSON document on standard output. Nothing of
Nova is imported. Python 3.6 to 3.14.

  {"op": "look", "path", "services": [{"name", "argv"}], "cells"} -> the two statements, the services' configuration, the cells
  {"op": "check", "source", "edited", "statements"}               -> {"ok", "why"}: does the edit take out these alone?
"""
import ast
import base64
import glob
import json
import os
import sys

MODULE = "nova.cmd.compute"


def find(module):
    """The file of a module, or None; its parents are not imported."""
    path, spec, name = None, None, ""
    for part in module.split("."):
        name = name + "." + part if name else part
        found = (getattr(finder, "find_spec", lambda *_: None)(name, path, None) for finder in sys.meta_path)
        spec = next((one for one in found if one is not None), None)
        if spec is None:
            return None
        path = spec.submodule_search_locations and list(spec.submodule_search_locations)
    return spec.origin


def last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def what_of(node):
    """`access`: keeps the process from the database. `indirection`: sends its objects to the conductor."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and last_name(node.value.func) == "block_db_access":
        return "access"
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        name = last_name(node.targets[0])
        if name == "DISABLE_DB_ACCESS" and getattr(node.value, "value", None) is True:
            return "access"
        if name == "indirection_api" and not (isinstance(node.value, (ast.Constant, ast.NameConstant)) if sys.version_info < (3, 8)
                                              else isinstance(node.value, ast.Constant)):
            return "indirection"
    return None


def bodies(tree):
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if isinstance(body, list):
                yield body


def end_of(node):
    """The last line of a statement; 3.7 and earlier do not tell."""
    return getattr(node, "end_lineno", None) or max(getattr(one, "lineno", 0) for one in ast.walk(node))


def statements(source):
    found = []
    for main in ast.parse(source).body:
        if not (isinstance(main, ast.FunctionDef) and main.name == "main"):
            continue
        for body in bodies(main):
            ours = [node for node in body if what_of(node)]
            for node in ours:
                alone = len(ours) == len(body) and node is ours[0]
                found.append({"what": what_of(node), "line": node.lineno, "end": end_of(node), "alone": alone})
    return sorted(found, key=lambda one: one["line"])


def check(request):
    """The edited source is the old one without the statements; where a block would be empty, there is a `pass`."""
    source, edited = base64.b64decode(request["source"]), base64.b64decode(request["edited"])
    try:
        old, new = ast.parse(source), ast.parse(edited)
        compile(edited, MODULE, "exec")
    except SyntaxError as error:
        return {"ok": False, "why": "%s, line %s" % (error.msg, error.lineno)}
    gone = set(one["line"] for one in request["statements"])
    for body in bodies(old):
        rest = [node for node in body if not (what_of(node) and node.lineno in gone)]
        if len(rest) < len(body):
            body[:] = rest or [ast.Pass()]
    same = ast.dump(old) == ast.dump(new)
    return {"ok": same, "why": "" if same else "more than the two statements would change"}


def configuration(service):
    files, database, transport = config_files(service["argv"]), None, None
    for path in files:
        known = options(path)
        transport = known.get(("DEFAULT", "transport_url"), transport)
        if ("database", "connection") in known:
            database = {"file": path, "url": known["database", "connection"]}
    return {"name": service["name"], "files": files, "transport": transport, "database": database}


def cells(pattern):
    found = []
    for path in sorted(glob.glob(pattern)):
        try:
            known = options(path)
        except (IOError, OSError):  # another user's
            continue
        if known.get(("database", "connection")) and not path.endswith("cell0.conf"):
            found.append({"file": path, "url": known["database", "connection"], "transport": known.get(("DEFAULT", "transport_url"))})
    return found


def look(request):
    for folder in reversed(request["path"]):
        sys.path.insert(0, folder)
    file = find(MODULE)
    if file is None or not file.endswith(".py"):
        return {"missing": "source", "why": str(file)}
    with open(file, "rb") as source:
        try:
            found = statements(source.read())
        except SyntaxError as error:
            return {"missing": "syntax", "why": "%s, line %s" % (error.msg, error.lineno)}
    try:
        services = [configuration(service) for service in request["services"]]
    except (IOError, OSError) as error:
        return {"missing": "configuration", "why": "%s: %s" % (error.filename, error.strerror)}
    return {"file": file, "statements": found, "services": services, "cells": cells(request["cells"])}


REQUEST = json.loads(REQUEST)
print(json.dumps({"look": look, "check": check}[REQUEST["op"]](REQUEST)))
