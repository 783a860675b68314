"""What a profile says otherwise than the truth does."""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
CLOSE = 1e-6


class Place(object):
    """Where a program stands: what it calls is named by `name`, as the tables do."""

    def __init__(self, function, engine_file):
        code = function.__code__
        self.file, self.lines, self.engine_file = code.co_filename, own_lines(code), engine_file

    def name(self, key):
        """None for the harness, which surrounds the program, and for the roots that `profile` makes up."""
        file, line, name = key
        if file in ("~", ""):
            return "C:" + c_name(name)
        if (file, line) == ("profile", 0):
            return None
        if file == self.file and line in self.lines:
            return name
        if file == self.engine_file:
            return "ENGINE:" + name
        if file.startswith(HERE) and "programs" not in file:
            return "OTHER THREAD:" + name if name == "noise" else None
        if file.startswith(HERE):
            return "OTHER PROGRAM:" + name
        return os.path.basename(file) + ":" + name

    def is_own(self, name):
        return ":" not in name


def own_lines(code):
    """The first lines of a function and of all that stand in it."""
    lines = {code.co_firstlineno}
    for const in code.co_consts:
        if hasattr(const, "co_firstlineno"):
            lines |= own_lines(const)
    return lines


def c_name(text):
    found = re.match(r"<(?:built-in )?method (?:'(\w+)' of .*|([\w.]+).*)>$", text)
    return (found.group(1) or found.group(2).split(".")[-1]) if found else text


def named(rows, place):
    """{name: [nc, cc, own, total, {caller: [nc, cc, own, total]}]}; the harness left out, rows of one name added up."""
    out = {}
    for key, (cc, nc, tt, ct, callers) in rows.items():
        name = place.name(key)
        if name is None:
            continue
        row = out.setdefault(name, [0, 0, 0.0, 0.0, {}])
        row[:4] = [a + b for a, b in zip(row, (nc, cc, tt, ct))]
        for caller, edge in callers.items():
            # eventlet's profiler, as the stdlib's, counts a caller's calls and nothing else
            edge = edge if isinstance(edge, tuple) else (edge, None, None, None)
            old = row[4].setdefault(place.name(caller), [0, 0, 0.0, 0.0])
            row[4][place.name(caller)] = [None if b is None else a + b for a, b in zip(old, edge)]
    return out


def differences(truth, rows, place, clock):
    """Lines that say where `rows` differ; clock is "wall" or "active"."""
    found, out = named(rows, place), []

    def check(label, figures, got):
        times = getattr(figures, clock)
        if figures.calls and got[0] != figures.calls[0]:
            out.append("%s: %s calls, not %s" % (label, got[0], figures.calls[0]))
        if figures.calls and got[1] is not None and got[1] != figures.calls[1]:
            out.append("%s: %s primitive calls, not %s" % (label, got[1], figures.calls[1]))
        for what, right, is_ in zip(("own", "total"), times, got[2:4]):
            if right is not None and is_ is not None and not abs(is_ - right) < CLOSE:
                out.append("%s: %s %s %.9g, not %g" % (label, clock, what, is_, right))

    for name, row in truth.rows.items():
        if name not in found and row.figures.means_nothing():
            continue
        if name not in found:
            out.append("%s: no row" % name)
            continue
        got = found[name]
        check(name, row.figures, got)
        for caller, figures in row.callers.items():
            if caller in got[4]:
                check("%s < %s" % (name, caller), figures, got[4][caller])
            else:
                out.append("%s < %s: no such caller" % (name, caller))
        for caller in got[4]:
            if caller is not None and caller not in row.callers and caller not in row.allowed and (place.is_own(name) or place.is_own(caller)):
                out.append("%s < %s: a caller that is none" % (name, caller))
    for name, got in found.items():
        if name not in truth.rows:
            out.extend(stray(name, got, place, clock))
    return sorted(out)


def stray(name, got, place, clock):
    """A row that the table does not name: eventlet's or Python's own affair, which took no time."""
    if place.is_own(name) or name.startswith(("ENGINE:", "OTHER")):
        yield "%s: a row that should not be (%d calls, %.9g)" % (name, got[0], got[3])
    elif abs(got[2]) > CLOSE:
        yield "%s: %s own %.9g in a row that the truth does not name" % (name, clock, got[2])
    else:
        for caller in got[4]:
            if caller is not None and place.is_own(caller):
                yield "%s < %s: a call that was not made" % (name, caller)
        if name.startswith("C:") and sum(edge[0] for edge in got[4].values()) != got[0]:
            yield "%s: a C function that nothing called" % name


def wait_differences(truth, folded, place):
    got = {}
    for line in folded:
        stack, _, micros = line.rpartition(" ")
        frames = [re.match(r"(.+) \((.*):(\d+)\)$", frame) for frame in stack.split(";")]
        names = [place.name((f.group(2), int(f.group(3)), f.group(1))) for f in frames if f]
        path = ";".join(name for name in names if name is not None and place.is_own(name))
        got[path] = got.get(path, 0.0) + int(micros) / 1e6
    for path in sorted(set(got) | set(truth.waits)):
        right, is_ = truth.waits.get(path, 0.0), got.get(path, 0.0)
        if abs(right - is_) > len(folded) * 1e-6 + CLOSE:
            yield "waits %s: %g, not %g" % (path, is_, right)
