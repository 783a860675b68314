"""What profkit has a running Python 3.14 or later execute, in any of its threads, between two of its instructions.

Nothing waits in here and nothing is logged: what the thread was doing is unknown, and may hold any lock.
"""

import gc
import json
import os
import sys
import types

SETTINGS = json.loads("{}")  # filled in by profkit: probe, directory, targets: [{runtime, module, name, file, line}]

DIRECTORY = SETTINGS["directory"]
LIVE = "_profkit_live"  # in sys: what is in, by the path of its runtime. Nothing else of profkit is registered anywhere
BUSY = "_profkit_live_busy"


class Refused(Exception):
    """State and reason why a target cannot be wrapped in here."""


def find(target):
    """The function whose `def` the target is, below whatever its decorators have made of it."""
    module = sys.modules.get(target["module"]) or of_file(target["file"])
    if module is None:
        raise Refused("not loaded", "it has not imported %s" % target["module"])
    place = module
    for part in target["name"].split("."):
        place = vars(place).get(part) if hasattr(place, "__dict__") else None
    found = [f for f in layers(place) if is_it(f, target)]
    if place is None or not found:
        # decorators that keep it out of sight, and what is still to be defined or was put somewhere else
        found = [f for f in gc.get_objects() if type(f) is types.FunctionType and is_it(f, target)]
    if not found:
        busy = getattr(getattr(module, "__spec__", None), "_initializing", False)
        raise Refused("not loaded", "%s %s" % (target["module"], "is being imported" if busy else "has no such function"))
    return next((f for f in found if holds(f.__code__, target["line"])), found[0])


def holds(code, line):
    """Is the `def` in that line this code's? It begins there or at a decorator above, and does not end before."""
    return code.co_firstlineno <= line <= max(row for _, _, row in code.co_lines() if row)


def of_file(file):
    """The module of that file under another name, as is a script's."""
    for module in list(sys.modules.values()):
        known = getattr(module, "__dict__", {}).get("__file__")
        if isinstance(known, str) and known == file:
            return module
    return None


def layers(value):
    """What stands under a name and what that was made around, outermost first."""
    todo, seen = [value], set()
    while todo and len(seen) < 500:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, types.FunctionType):
            yield one
            todo += [c for c in map(content, one.__closure__ or ()) if callable(c) or hasattr(c, "__func__")]
        elif one is None or isinstance(one, (type, types.ModuleType, str, int)):
            continue
        for name in ("__func__", "__wrapped__", "fget", "fset", "fdel", "func"):
            if isinstance(one, (staticmethod, classmethod, property, types.MethodType)) or name in getattr(one, "__dict__", ()):
                todo.append(getattr(one, name, None))
        if not isinstance(one, types.FunctionType):
            todo += [v for v in getattr(one, "__dict__", {}).values() if isinstance(v, types.FunctionType)]


def content(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return None


def is_it(function, target):
    for record in getattr(sys, LIVE, {}).values():
        if function is record["original"]:
            return False  # the copy that a probe calls
        if function is record["function"]:
            function = record["original"]
    code = function.__code__
    return code.co_qualname == target["name"] and (
        code.co_filename == target["file"] or os.path.realpath(code.co_filename) == os.path.realpath(target["file"]))


def answer(targets):
    path = os.path.join(DIRECTORY, "captures", ".live-%d" % os.getpid())
    fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        os.write(fd, json.dumps(targets).encode())
    finally:
        os.close(fd)
    os.rename(path + ".new", path)


def attempt(step, target):
    try:
        return dict(step(target), runtime=target["runtime"])
    except Refused as e:
        return {"state": e.args[0], "why": e.args[1], "runtime": target["runtime"]}
    except Exception as e:
        return {"state": "refused", "why": type(e).__name__, "runtime": target["runtime"]}


def each(step):
    """One thread does it, for all targets; what another finds done it leaves alone. Nothing is raised into the thread."""
    try:
        me = [os.getpid()]
        other = vars(sys).setdefault(BUSY, me)
        if other is not me and other[0] == me[0]:
            return
        vars(sys)[BUSY] = me  # or this process was forked while a thread of its parent was in here
        try:
            live = vars(sys).setdefault(LIVE, {})
            answer([attempt(step, target) for target in SETTINGS["targets"]])
            if not live:
                delattr(sys, LIVE)
        finally:
            vars(sys).pop(BUSY, None)
    except Exception:
        pass
