"""The programs, by theme. Each stands below its truth: the docstring's table, which `table.py` reads."""
import importlib

PROGRAMS = []
PLAIN = ("calling", "raising", "tasks", "busy")
GREENLET = ("switching", "hooks")
GREEN = ("waiting", "callbacks", "spawning", "pools", "sockets", "unwinding", "killing", "captures", "tpools", "futuristic")


def program(*needs):
    """needs: eventlet, greenlet or futurist; patched or unpatched (by eventlet.monkey_patch)."""
    def mark(function):
        function.needs = needs
        PROGRAMS.append(function)
        return function
    return mark


def load(patched):
    """The programs that this Python can run, in a process that eventlet has patched or not."""
    have = here(patched)
    for theme in PLAIN + (GREENLET if "greenlet" in have else ()) + (GREEN if "eventlet" in have else ()):
        importlib.import_module("programs." + theme)
    return [one for one in PROGRAMS if have.issuperset(one.needs)]


def here(patched):
    """What programs can need, and is here."""
    return {need for need in ("greenlet", "eventlet", "futurist") if has(need)} | {"patched" if patched else "unpatched"}


def has(module):
    try:
        return bool(importlib.import_module(module))
    except ImportError:
        return False
