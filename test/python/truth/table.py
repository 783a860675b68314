"""Reads the truth of a program from its docstring.

After its first paragraph every line is one of
    name                calls  own total   own total    a row: on the wall clock, then active (the same if left out)
      < caller          calls  own total   own total    what of the row above this caller caused
      ? caller                                          it may have this caller, by how an executor is made
    wait                seconds name;name               suspended there (functions of the program, root first; - none)
    elapsed|active      seconds
    greenlets|tasks|unfinished|switches|errors  number
    capture             name                            what follows is the truth of that capture
Calls are `all` or `all/primitive`. A `*` stands for what is eventlet's or Python's own affair. A bare name is a function of the
program, `C:sorted` a C function, `hub.py:switch` a function of a file that is not the program's.
"""
import inspect

NUMBERS = ("elapsed", "active", "greenlets", "threads", "tasks", "unfinished", "switches", "errors", "events")


class Figures(object):
    """Calls and the two times of a row or an edge, on both clocks."""

    def __init__(self, calls, wall, active):
        self.calls, self.wall, self.active = calls, wall, active

    def means_nothing(self):
        """All stars: there may be no such row at all."""
        return self.calls is None and set(self.wall + self.active) == {None}


class Row(object):
    def __init__(self, figures):
        self.figures, self.callers, self.allowed = figures, {}, set()


class Truth(object):
    def __init__(self):
        self.rows, self.waits, self.numbers = {}, {}, {"errors": 0}


def read(function):
    """{name of a capture: its Truth}; the only capture of a program is called ''. With no table there is to be none."""
    text = inspect.cleandoc(function.__doc__).partition("\n\n")[2]
    if not text.strip():
        return {}
    truths, row = {}, None
    truth = truths[""] = Truth()
    for line in filter(str.strip, text.splitlines()):
        words = line.split()
        if words[0] == "capture":
            truths.pop("", None)
            truth = truths[words[1]] = Truth()
        elif words[0] == "wait":
            truth.waits[words[2].strip("-")] = float(words[1])
        elif words[0] in NUMBERS:
            truth.numbers.update(zip(words[::2], map(float, words[1::2])))
        elif words[0] == "?":
            row.allowed.add(words[1])
        elif words[0] == "<":
            row.callers[words[1]] = figures(words[2:])
        else:
            if words[0] in truth.rows:
                raise ValueError("%s: %s stands there twice" % (function.__name__, words[0]))
            row = truth.rows[words[0]] = Row(figures(words[1:]))
    return truths


def figures(words):
    if len(words) not in (3, 5):
        raise ValueError("not calls, own, total and perhaps own, total: %s" % words)
    calls, _, primitive = words[0].partition("/")
    times = tuple(None if word == "*" else float(word) for word in words[1:])
    return Figures(None if calls == "*" else (int(calls), int(primitive or calls)), times[:2], times[-2:])
