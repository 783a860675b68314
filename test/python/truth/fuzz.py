"""Runs random programs under profkit's engine and prints, as JSON, the seeds whose profile is not what their books say.

    python fuzz.py PART ... --seeds FIRST LAST [--seconds LIMIT] [--show]

Answers {"ran": number of seeds, "captures": number, "wrong": {seed: [lines]}}; it ends early at the first ten that are
wrong, or after LIMIT seconds. --show prints the program of a seed, its books, and all lines.
"""
import argparse
import faulthandler
import json
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

parser = argparse.ArgumentParser()
parser.add_argument("parts", nargs="+")
parser.add_argument("--seeds", type=int, nargs=2, default=(0, 100))
parser.add_argument("--seconds", type=float, default=1e9)
parser.add_argument("--show", action="store_true")
CALLS = 150


class Place(object):
    """Names as in compare.Place, for a program that has a file of its own."""

    def __init__(self, file, engine_file):
        import compare
        self.file, self.engine_file, self.c_name = file, engine_file, compare.c_name

    def name(self, key):
        file, _, name = key
        if file in ("~", ""):
            return "C:" + self.c_name(name)
        if file == self.file:
            return name
        return "ENGINE:" + name if file == self.engine_file else None

    def is_own(self, name):
        return ":" not in name


def one_seed(seed, port, kinds):
    """(captures, lines)"""
    from actions import Actions
    from clock import pause, t
    from generate import generate
    from machine import Machine
    kinds = kinds | ({"tpool"} if "eventlet" in kinds and seed % 5 == 0 else set())
    file = "/fuzz/seed-%d.py" % seed
    functions = {}
    exec(compile(generate(seed, kinds), file, "exec"), functions)
    machine, m = Machine(), Actions(port, seed, CALLS)
    t.outside = 0
    try:
        (with_hub if "eventlet" in kinds else without)(m, functions, kinds)
    finally:
        m.pool.shutdown()
    for one in list(m.held):
        m.end_held()
    lines = m.wrong + ["left behind: " + line for line in machine.changes()]
    for number, (session, capture) in enumerate(m.captures):
        lines += ["capture %d %s" % (number, line) for line in judge(session, capture, Place(file, port.file), port)]
    return len(m.captures), lines


def with_hub(m, functions, kinds):
    import eventlet
    if "tpool" in kinds:
        from eventlet import tpool
        tpool.execute(len, "")
    roots = [functions["f%d" % number] for number in range(5)]

    def request(number):
        m.started(None)
        if m.chance(60):
            m.begin("tree" if m.chance(70) else "call")     # ended by end_held(), anywhere
        m.root(None, m.random.choice(roots), 4)
        m.sleep(m.random.randint(0, 9))
        m.root(None, m.random.choice(roots), 3)
    for number in range(4):
        m.alive.append(eventlet.spawn(request, number))
    for _ in range(3):
        m.alive.append(eventlet.spawn(m.root, None, m.random.choice(roots), 4))
    # here no program runs: greenlets can come to wait for each other for good, and must be ended
    m.alive.append(eventlet.spawn(m.root, None, lambda m, n: m.capture("tree", roots[0], 4), 4))
    eventlet.sleep(m.random.randint(5, 60))
    for _ in range(10):
        m.end_held()
        eventlet.sleep(5)
    eventlet.sleep(1000)
    m.left = 0
    while True:     # one that ends can let another one begin, which had waited for its place in the pool
        rest = [one for one in m.alive + list(m.green.coroutines_running) if not one.dead]
        if not rest:
            break
        for one in rest:
            eventlet.kill(one)
        eventlet.sleep(1000)
    if "tpool" in kinds:
        tpool.killall()


def without(m, functions, kinds):
    roots = [functions["p%d" % number] for number in range(4)]
    for _ in range(3):
        m.left = CALLS
        m.root(None, lambda m, n: m.capture(m.random.choice(("tree", "call")), m.random.choice(roots), 5), 5)
        m.root(None, m.random.choice(roots), 3)


def judge(session, capture, place, port):
    from compare import CLOSE, named, wait_differences
    truth = capture.truth()
    for number, (clock, rows) in enumerate((("wall", port.rows(session)), ("active", port.active_rows(session)))):
        found = named(rows, place)
        for line in differ(truth, found, clock, place):
            yield line
        spent = sum(row[2] for row in rows.values())
        if abs(spent - capture.totals[number]) > CLOSE:
            yield "%s: %.9g seconds in all rows, not %g" % (clock, spent, capture.totals[number])
        for name in found:
            if ":" not in name and name not in truth.rows or name.startswith("ENGINE"):
                yield "%s: %s: a row that should not be" % (clock, name)
    for line in wait_differences(truth, session.folded_waits(), place):
        yield line
    for what, right in truth.numbers.items():
        got = getattr(session, what)
        if abs(got - right) > CLOSE:
            yield "%s: %s, not %g" % (what, got, right)


def differ(truth, found, clock, place):
    """Rows of the program's functions, and what these called. A C function may have other callers too."""
    from compare import CLOSE
    for name, row in truth.rows.items():
        got = found.get(name, [0, 0, 0.0, 0.0, {}])
        pairs = [("%s < %s" % (name, caller), edge, got[4].get(caller, (0, 0, 0.0, 0.0))) for caller, edge in row.callers.items()]
        if place.is_own(name):
            pairs.append((name, row.figures, got))
        for label, right, is_ in pairs:
            if tuple(is_[:2]) != right.calls:
                yield "%s: %s: %s calls, not %s" % (clock, label, tuple(is_[:2]), right.calls)
            for what, seconds, got_seconds in zip(("own", "total"), getattr(right, clock), is_[2:4]):
                if abs(seconds - got_seconds) > CLOSE:
                    yield "%s: %s: %s %.9g, not %g" % (clock, label, what, got_seconds, seconds)
        for caller in got[4]:
            if caller is not None and caller not in row.callers and (place.is_own(caller) or place.is_own(name)):
                yield "%s: %s < %s: a caller that is none" % (clock, name, caller)


def main(options):
    import ports
    import programs
    kinds = {kind for kind in ("eventlet", "greenlet") if programs.has(kind)}
    if "eventlet" in kinds:
        from clock import use_virtual_hub
        use_virtual_hub()
        __import__("eventlet.debug").debug.hub_exceptions(False)
    port = ports.port("profkit", ports.joined(options.parts))
    began, out = time.time(), {"ran": 0, "captures": 0, "wrong": {}}
    for seed in range(options.seeds[0], options.seeds[1] + 1):
        if options.show:
            from generate import generate
            print(generate(seed, kinds))
        captures, lines = one_seed(seed, port, kinds)
        out["ran"] += 1
        out["captures"] += captures
        if lines:
            out["wrong"][seed] = lines[:len(lines) if options.show else 5]
        if len(out["wrong"]) == 10 or time.time() - began > options.seconds:
            break
    shutil.rmtree(os.path.dirname(port.file))
    return out


if __name__ == "__main__":
    faulthandler.enable()
    faulthandler.dump_traceback_later(500, exit=True)
    answer = main(parser.parse_args())
    sys.stdout.write("\n" + json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)
