"""profkit's probe: profiles calls of one function inside a running service.

A line that profkit puts above the `def` runs this file in a namespace of its own and passes the function through
`wrap`. Several probes may live in one process, so nothing is registered anywhere. Python 3.6 to 3.14, standard
library only. Whatever goes wrong in here is logged once, in one line, and the call goes on as if there were no probe.
"""

import functools
import itertools
import json
import marshal
import os
import sys
import time

SETTINGS = json.loads("{}")  # filled in by profkit

HERE = sys._getframe().f_code.co_filename
OTHERS = os.path.dirname(os.path.dirname(HERE)) + os.sep  # where the other probes of this host are
DIRECTORY = SETTINGS.get("directory") or ""
CAPTURES = os.path.join(DIRECTORY, "captures")
MARKER = b"# profkit:"  # ends each line that profkit put into a source
BUSY = "another profiler is on: calls are not captured"
DISABLE = "<method 'disable' of '_lsprof.Profiler' objects>"
REFUSED = 0x20 | 0x80 | 0x100 | 0x200  # code flags: generator, coroutine, coroutine by decorator, async generator


class State(object):
    """What is known in this process, shared by threads and greenlets without a lock.

    A lock could be met by a signal handler or a garbage collection in the very thread that holds it, and eventlet
    exchanges the locks it finds. So members only change in steps that are atomic anyway: the next of a count, an
    entry of a dict, the pop of a list, an attribute with one writer.
    """

    def __init__(self):
        self.pid = os.getpid()
        self.before = 0  # calls made before this process was forked
        self.calls = itertools.count(1)
        self.passed = itertools.count()  # calls that began while a capture was open
        self.made = itertools.count(1)  # captures
        self.running = {}  # numbers of the calls that have not ended
        self.free = [None]  # who pops the one member may capture
        self.open = 0  # the number of the call that is captured now
        self.shot = None  # its capture
        self.slot = 0  # the slots below this one are taken
        self.done = False  # true: no call of this process will be captured any more


class Shot(object):
    """One open capture."""

    engine = None


STATE = State()
SAID = set()


def say(kind, error=None):
    """Log a fault, once a kind. Never the text of an exception, which may hold the value of an argument."""
    try:
        if kind not in SAID:
            SAID.add(kind)
            import logging

            why = "" if error is None else ": " + (getattr(error, "strerror", None) or type(error).__name__)
            logging.getLogger("profkit").warning("probe %s: %s%s", SETTINGS.get("probe"), kind, why)
    except Exception:
        pass


def wrap(function):
    """Return the function with the probe around it, or the function itself where that cannot be done."""
    try:
        if not DIRECTORY or function.__code__.co_flags & REFUSED:
            return function
        target = Target(function)
        state = STATE

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            # Nothing is called here while a capture is open: it would be a row of the profile. That is why `for`
            # takes the next number. And nothing of the capture is held: a traceback may keep this frame for long.
            for number in state.calls:
                break
            running = state.running
            running[number] = failure = None
            try:
                if state.open:
                    for _ in state.passed:
                        break
                elif not state.done:
                    begin(state, target, number, args, kwargs)
                return function(*args, **kwargs)
            except BaseException as error:
                failure = type(error)
                raise
            finally:
                if state.open == number:
                    finish(state, target, failure)
                del running[number]

        return wrapper
    except Exception as error:
        say("the function could not be wrapped", error)
        return function


def begin(state, target, number, args, kwargs):
    """Open a capture of this call, unless something speaks against it. Leaves the profiler on."""
    try:
        if SETTINGS.get("until") and time.time() > SETTINGS["until"]:
            state.done = True
            return
        if sys.getprofile() is not None:
            return say(BUSY)
        if not os.path.exists(os.path.join(DIRECTORY, "probe.py")):  # reverted
            return
        try:
            state.free.pop()
        except IndexError:  # another call is just about to be captured, or to be written
            return
        slot, shot = None, Shot()
        try:
            if os.getpid() != state.pid:
                state.pid, state.before = os.getpid(), number - 1
                state.running, state.made = {}, itertools.count(1)
            slot = take_slot(state)
            if slot is None:
                return
            shot.engine = engine()
            try:
                arguments = target.bind(args, kwargs)
            except TypeError:  # the call is wrong and will say so: nothing of the function will run
                return
            shot.ids, shot.ids_error, shot.sizes = target.describe(arguments)
            shot.number, shot.pid = number - state.before, state.pid
            shot.passed = next(state.passed)
            shot.in_flight = len(state.running) - (number in state.running)
            shot.started, shot.cpu = time.time(), time.process_time()
            state.shot = shot
            shot.wall = time.perf_counter()
            if shot.engine.on():
                state.open = number
            else:
                say(BUSY)
        finally:  # also where the request is killed in here, as greenlets are
            if state.open != number:
                abandon(state, shot, slot)
    except Exception as error:
        say("a call could not be captured", error)


def abandon(state, shot, slot):
    """Undo what begin() did. Raises nothing: it would take the place of what is on its way."""
    try:
        if shot.engine is not None:
            shot.engine.off()
        if slot is not None:
            os.unlink(slot)
            state.slot = 0
    except Exception as error:
        say("a capture could not be abandoned", error)
    finally:
        state.shot = None
        state.free.append(None)


def take_slot(state):
    """Make the file that stands for one of the captures all processes may make together; None: all are made."""
    while state.slot < SETTINGS.get("max", 20):
        path = os.path.join(CAPTURES, ".slot-%d" % state.slot)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return path
        except FileExistsError:
            state.slot += 1
    state.done = True
    return None


def finish(state, target, failure):
    """Switch the profiler off, then write the capture of the call that has just ended."""
    try:
        shot = state.shot
        try:
            shot.engine.off()
            shot.wall = time.perf_counter() - shot.wall
            shot.cpu = time.process_time() - shot.cpu
            shot.passed = next(state.passed) - shot.passed - 1
        finally:
            state.open, state.shot = 0, None
        try:
            if os.getpid() == shot.pid:  # else this is a child that was forked during the call
                write(state, target, shot, failure)
        finally:
            state.free.append(None)
    except Exception as error:
        say("a capture could not be written", error)


def write(state, target, shot, failure):
    rows = target.tidy(shot.engine.rows())
    stem = "".join(c if c.isalnum() and ord(c) < 128 or c in "._-" else "_" for c in (shot.ids or ["call"])[0])
    stem = "%s-%d" % (stem[:64].lstrip(".") or "call", shot.pid)
    for n in state.made:  # a process of the same number may have been here before
        name = os.path.join(CAPTURES, "%s-%d" % (stem, n))
        if not os.path.exists(name + ".prof") and not os.path.exists(name + ".json"):
            break
    exception = failure and failure.__qualname__
    if exception and failure.__module__ != "builtins":
        exception = "%s.%s" % (failure.__module__, exception)
    sidecar = {
        "format": 1,
        "probe": SETTINGS.get("probe"),
        "target": SETTINGS.get("target"),
        "function": {"file": target.key[0], "line": target.key[1], "name": target.key[2]},
        "profile": os.path.basename(name) + ".prof",
        "ids": shot.ids,
        "ids_error": shot.ids_error,
        "sizes": shot.sizes,
        "started": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(shot.started)) + ".%06dZ" % (shot.started % 1 * 1e6),
        "wall_seconds": shot.wall,
        "cpu_seconds": shot.cpu,
        "outcome": "returned" if failure is None else "raised",
        "exception": exception,
        "pid": shot.pid,
        "python": "%d.%d.%d" % sys.version_info[:3],
        "eventlet": getattr(sys.modules.get("eventlet"), "__version__", None),
        "greenlet": getattr(sys.modules.get("greenlet"), "__version__", None),
        "engine": shot.engine.name,
        "clock": "wall",
        "cold": shot.number == 1,
        "calls": {"number": shot.number, "let_pass": shot.passed, "in_flight": shot.in_flight},
        "errors": ["%s: %d times" % each for each in sorted(shot.engine.faults.items())],
    }
    save(name + ".prof", marshal.dumps(rows))
    try:
        save(name + ".json", (json.dumps(sidecar, indent=1) + "\n").encode("ascii"))
    except BaseException:
        os.unlink(name + ".prof")
        raise


def save(path, data):
    """Write a file of mode 0600 so that it is there whole or not at all."""
    draft = os.path.join(os.path.dirname(path), "." + os.path.basename(path))
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        try:
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.rename(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


class Target(object):
    """The probed function: how it is called, and where it stands in the source as it was before profkit's lines."""

    def __init__(self, function):
        import inspect

        function = inspect.unwrap(function)  # another probe's wrapper may be below
        code = function.__code__
        self.signature = inspect.signature(function)
        self.path = (SETTINGS.get("ids") or "").replace("[", ".[").split(".")
        self.file = code.co_filename
        self.lines = []
        for source in (code.co_filename, SETTINGS.get("function_file")):
            try:
                with open(source, "rb") as lines:
                    self.lines = [n for n, line in enumerate(lines, 1) if MARKER in line]
                break
            except (OSError, TypeError):
                pass
        self.key = self.unshift((code.co_filename, code.co_firstlineno, code.co_name))

    def unshift(self, key):
        """The key that a function of the probed file has in the unprobed one. The target itself starts at its first
        decorator, profkit's line if it has no other: so a line counts for what is below it, not for itself."""
        if key[0] != self.file:
            return key
        return key[0], key[1] - sum(line < key[1] for line in self.lines), key[2]

    def tidy(self, rows):
        """The rows without those of the probe, and with the lines of the unprobed source."""
        ours = {key: row[4] for key, row in rows.items() if key[0] == HERE or key[0].startswith(OTHERS)}
        result = {}
        for key, row in rows.items():
            if key in ours or key[2] == DISABLE and set(row[4]) <= set(ours):
                continue
            callers = {}
            for caller, edge in row[4].items():
                for real, part in relay(edge, ours[caller]) if caller in ours else ((caller, edge),):
                    if real not in ours:
                        real = self.unshift(real)
                        callers[real] = add(callers[real], part) if real in callers else part
            result[self.unshift(key)] = tuple(row[:4]) + (callers,)
        return result

    def bind(self, args, kwargs):
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def describe(self, known):
        """The ids this call is about, why there are none, and the lengths of its arguments."""
        sizes = {n: len(v) for n, v in known.items() if type(v) in (list, tuple, set, frozenset, dict)}
        ids, error = [], None
        if SETTINGS.get("ids"):
            step = ""
            try:
                rest = [p.name for p in self.signature.parameters.values() if p.kind == p.VAR_KEYWORD]
                value = dict(known[rest[0]], **known) if rest else known
                for step in self.path:
                    if step.startswith("["):
                        value = value[int(step[1:-1])]
                    elif isinstance(value, dict):
                        value = value[step]
                    else:
                        value = getattr(value, step)
                ids, error = as_ids(value)
            except Exception as reason:  # an attribute may be a property, or load itself from a database
                error = "%s: %s" % (step, type(reason).__name__)
        return ids, error, sizes


def as_ids(value):
    """The value as strings. Only what an id can be: the text of any other object may say too much."""
    if value is None:
        return [], "None"
    many = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    ids = [str(one) for one in many if isinstance(one, (str, int)) or type(one).__name__ == "UUID"]
    if len(ids) == len(many):
        return ids, None if ids else "empty"
    return ids, "%d of %d are no ids" % (len(many) - len(ids), len(many))


def relay(edge, callers):
    """What the wrapper called, as called by those who called the wrapper: a recursive target calls itself through it.
    An edge is a number of calls, or (calls, primitive calls, own time, time)."""
    total = float(sum(e if isinstance(e, int) else e[0] for e in callers.values())) or 1.0
    for caller, e in callers.items():
        if isinstance(e, int):
            yield caller, int(round(edge * e / total))
        else:
            share = e[0] / total
            yield caller, (int(round(edge[0] * share)), int(round(edge[1] * share)), edge[2] * share, edge[3] * share)


def add(a, b):
    return a + b if isinstance(a, int) else tuple(x + y for x, y in zip(a, b))


# The engines. Each: on() true if it measures now, off() as often as one likes, rows() as in a .prof, name, faults.


class CProfile(object):
    name = "cprofile"

    def __init__(self):
        import cProfile

        self.faults = {}
        self.profile = cProfile.Profile()
        self.live = False

    def on(self):
        self.live = True
        try:
            self.profile.enable()
        except ValueError:  # from 3.12 on there is one in a process; sys.getprofile() does not tell
            self.live = False
        return self.live

    def off(self):
        if self.live:  # else disable() would end another's
            self.live = False
            self.profile.disable()

    def rows(self):
        self.profile.snapshot_stats()
        return self.profile.stats


class Green(object):
    """eventlet's profiler, kept to the greenlet of the call and those it spawns.

    Alone it follows every greenlet of the thread, and asserts that their events add up. They do not: a kill or a
    timeout leaves a switch that began before the profiler did, a weak reference's callback runs in a frame whose call
    is told later, and on 3.10 and 3.11 greenlet restores for each greenlet whether it is traced, as that was when it
    was last left. The assertions fail in innocent code. Here foreign greenlets pass, and what has no beginning is
    left out.
    """

    name = "eventlet"

    def __init__(self):
        self.faults = {}
        self.live = self.gone = False
        self.profile = green_profile(self.fault)
        self.guard = self.make_guard()

    def fault(self, kind):
        self.faults[kind] = self.faults.get(kind, 0) + 1

    def make_guard(self):
        from eventlet.greenthread import GreenThread, getcurrent

        profile, dispatch, spawned = self.profile, self.profile.dispatcher, GreenThread.__init__.__code__
        ours = {getcurrent()}

        def guard(frame, event, arg):
            try:
                if not self.live:  # off() has begun, in this thread or in another
                    self.gone = True
                    return sys.setprofile(None)
                current = getcurrent()
                if current not in ours:
                    return
                if event == "call" and frame.f_code is spawned:
                    ours.add(frame.f_locals["self"])
                if current is not profile.current_tasklet:
                    profile.SwitchTasklet(profile.current_tasklet, current, profile.timer() - profile.t)
                    profile.t = profile.timer()
                dispatch(frame, event, arg)
            except Exception as error:
                self.fault(type(error).__name__)

        return guard

    def on(self):
        self.profile.dispatcher = self.guard  # what start() installs
        self.profile.t = self.profile.timer()
        self.live = True
        self.profile.start()
        return True

    def off(self):
        if self.live:
            self.live = False
            if sys.getprofile() is self.guard:
                sys.setprofile(None)
            elif not self.gone:
                self.fault("profiler taken away")

    def rows(self):
        self.profile.TallyTimings()
        self.profile.snapshot_stats()
        return self.profile.stats


def green_profile(fault):
    from eventlet.green.profile import Profile

    base = Profile.base
    unreal = base.fake_frame

    class Aligned(Profile):
        """Sees to it that what the base class asserts is so."""

        def __init__(self):
            Profile.__init__(self, timer=time.perf_counter)
            self.left = {}

        def SwitchTasklet(self, old, new, t):
            Profile.SwitchTasklet(self, old, new, t)
            self.left[old] = now = self.timer()
            if new in self.left:  # its waiting is its time: the clock is the wall's
                top = self.cur
                self.cur = (top[0], top[1] + now - self.left.pop(new)) + top[2:]

        def surface(self, wanted):
            """Take the entries above the wanted one for returned; false if there is none."""
            entry, above = self.cur, 0
            while not wanted(entry):
                if isinstance(entry[-2], unreal):
                    return False
                entry, above = entry[-1], above + 1
            for _ in range(above):
                fault("lost return")
                base.trace_dispatch_return(self, self.cur[-2], 0)
            return True

        def enter(self, frame, t):
            back, top = frame.f_back, self.cur
            if top and top[-2] is not back and not isinstance(top[-2], unreal):
                # A weak reference's callback or a finalizer can run in a frame whose own call is yet to be told.
                while back is not None and not self.surface(lambda entry: entry[-2] is back):
                    back = back.f_back
            code = frame.f_code
            key = code.co_filename, code.co_firstlineno, code.co_name
            self.cur = t, 0, 0, key, frame, self.cur
            row = self.timings.get(key, (0, -1, 0, 0, {}))
            self.timings[key] = (row[0], row[1] + 1) + row[2:]
            return True

        def leave(self, frame, t):
            top = self.cur
            if top[-2] is frame and top[-3][0] or self.surface(lambda e: e[-2] is frame and e[-3][0]):
                return base.trace_dispatch_return(self, frame, t)

        def leave_c(self, frame, t):
            top = self.cur
            if top[-2] is frame and not top[-3][0] or self.surface(lambda e: e[-2] is frame and not e[-3][0]):
                return base.trace_dispatch_return(self, frame, t)

        dispatch = {
            "call": enter,
            "return": leave,
            "c_call": base.trace_dispatch_c_call,
            "c_return": leave_c,
            "c_exception": leave_c,
        }

    return Aligned()


def engine():
    """The engine for a capture. greenlets need eventlet's, where eventlet rules."""
    wanted = SETTINGS.get("engine", "auto")
    if wanted == "auto":
        patcher = sys.modules.get("eventlet.patcher")
        names = ("thread", "socket", "os", "select", "time")
        green = patcher is not None and any(patcher.is_monkey_patched(name) for name in names)
        wanted = "eventlet" if green else "cprofile"
    return Green() if wanted == "eventlet" else CProfile()
