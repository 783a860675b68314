"""Runs one program in each of its settings and tells what came out wrong."""
import sys
import traceback

from clock import t
from compare import Place, differences, wait_differences
from machine import Machine
from probe import Probe
from table import read


def run(program, port, only=None):
    """{setting: [lines]}: no line, no difference. only: the name of a setting, if the program has it, else the first."""
    found = {setting.__name__: setting for setting in settings(program)}
    if only:
        found = {only: found[only]} if only in found else {"alone": alone}
    return {name: attempt(program, port, setting) for name, setting in found.items()}


def settings(program):
    yield alone
    if "eventlet" in program.needs:
        yield in_a_greenlet
    yield beside_a_thread


def alone(go):
    go()


def in_a_greenlet(go):
    """As a service runs it: a request of its own, deeper in the stack."""
    import eventlet
    def deeper(n):
        return go() if n == 0 else deeper(n - 1)
    eventlet.spawn(deeper, 7).wait()


def beside_a_thread(go):
    """Another native thread makes calls all the time, none of which is ours."""
    from clock import original, pause
    thread, over = original("_thread"), []

    def noise(n=0):
        return noise(n + 1) if n < 9 else len(over)

    def other():
        while not noise():
            pause(0.0001)
        over.append("ended")
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)             # so that it gets its turn in the middle of short programs too
    thread.start_new_thread(other, ())
    try:
        go()
    finally:
        sys.setswitchinterval(interval)
        over.append("end")
        while over[-1] != "ended":
            pause(0.0001)


def attempt(program, port, setting):
    port.renew()
    machine, probe, out = Machine(), Probe(port), []
    t.stage = t.outside = 0
    try:
        setting(lambda: program(probe))
    except BaseException:
        out.append("crash: " + traceback.format_exc(limit=-4).replace("\n", " | "))
        sys.setprofile(None)
    out.extend("harm: " + line for line in probe.harmed)
    out.extend("untrue: " + line for line in probe.untrue)
    out.extend("left behind: " + line for line in machine.changes())
    place, truths = Place(program, port.file), read(program)
    for name in set(truths) ^ set(probe.sessions):
        out.append("capture %r: one of truth and program has none" % name)
    for name, session in sorted(probe.sessions.items()):
        if name in truths:
            out.extend((name + " " if name else "") + line for line in judge(truths[name], session, place, port))
    return out


def judge(truth, session, place, port):
    rows = port.rows(session)
    if not port.waits:
        # told nothing of waits: it may have them in its times or not
        for line in min((differences(truth, rows, place, clock) for clock in ("wall", "active")), key=len):
            yield line
        return
    for line in differences(truth, rows, place, "wall"):
        yield line
    active = port.active_rows(session)
    for line in differences(truth, active, place, "active"):
        yield line
    for line in wait_differences(truth, session.folded_waits(), place):
        yield line
    for what, right in truth.numbers.items():
        got = getattr(session, what, None)
        if got is None or abs(got - right) > 1e-6:
            yield "%s: %s, not %g" % (what, got, right)
