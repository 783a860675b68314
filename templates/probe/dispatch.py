# Which profiler gets a thread's events. All of them are `_lsprof.Profiler`, cProfile's core in C: what follows only
# says, at each switch, which one is current. Nothing of it is Python code that runs at an event.


def native(name):
    """A module as it is for native threads, also where eventlet has patched this process."""
    patcher = sys.modules.get("eventlet.patcher")  # never imported: a service may be about to patch itself
    return patcher.original(name) if patcher else __import__(name)


class Enabling(object):
    """Python 3.6 to 3.11: a profiler is enabled in one thread at a time, and can be replaced with its calls open."""

    def open(self, process):
        pass

    def close(self):
        pass

    def bind(self, profiler):
        return profiler.enable

    def thread(self):
        """The functions that make a bound profiler current in this thread, and none."""
        current = [None]

        def on(enable):
            if sys.getprofile() not in (None, current[0]):
                return False  # somebody's, set while none of ours was current
            current[0] = enable.__self__
            enable()

        def off():
            # Somebody else's is not ours to end. It may be there by `sys.setprofile`, by `threading.setprofile` too.
            if sys.getprofile() is current[0]:
                sys.setprofile(None)

        return on, off

    def divide(self):
        pass

    def taken(self, bound):
        """Has something come between since the profiler was made current?"""
        return sys.getprofile() is not bound.__self__

    def silence(self, off):
        """Switch another thread's profiler off; false: that can only be done there."""
        return False

    def entries(self, profiler):
        """What it has measured, its open calls closed at this moment. In one call of C, so that its thread, if that
        is another one and still at work, cannot come between."""
        partials = functools.partial(profiler.disable), functools.partial(profiler.getstats)
        current = sys.getprofile()
        try:
            return list(map(functools.partial.__call__, partials))[1]
        finally:
            # disable() has switched off whatever was on in this thread
            if isinstance(current, Profiler):
                current.enable()
            else:
                sys.setprofile(current)


def os_threads():
    try:
        return os.stat("/proc/self/task").st_nlink - 2
    except OSError:
        return 2


NONE = (None,) * 5
QUIET = operator.is_, slice, slice, "".format, "".format  # take what their events give, in C, and do nothing
SLOTS = []


def slots(local):
    """Callables that do in each thread what it has put there. Made once: classes are not gone when they are let go."""
    if not SLOTS:
        call = property(operator.attrgetter("cb"))
        SLOTS.extend(type("Slot", (local,), {"__call__": call, "cb": quiet}) for quiet in QUIET)
    return [slot() for slot in SLOTS]


def put(here, callbacks):
    a, b, c, d, e = here
    a["cb"], b["cb"], c["cb"], d["cb"], e["cb"] = callbacks


class Monitoring(object):
    """Python 3.12 and later: events are the whole interpreter's. The profilers' own callbacks are registered under a
    tool of ours. As long as there is one thread they are registered as they are; else through objects whose call is
    what the thread they are called in has put there: `slot(...)` -> `slot.cb(...)`, in C."""

    divided = True  # by thread; false as long as there is but one

    def open(self, process):
        monitoring = sys.monitoring
        throw = "_pythrow_callback" if hasattr(Profiler, "_pythrow_callback") else "_pystart_callback"
        self.names = ("_pystart_callback", throw, "_pyreturn_callback", "_ccall_callback", "_creturn_callback")
        kinds = (
            ("PY_START", 0), ("PY_RESUME", 0), ("PY_THROW", 1), ("PY_RETURN", 2), ("PY_YIELD", 2), ("PY_UNWIND", 2),
            ("CALL", 3), ("C_RETURN", 4), ("C_RAISE", 4),
        )  # fmt: skip
        self.events = [getattr(monitoring.events, name) for name, _ in kinds]
        self.order = [place for _, place in kinds]
        for self.tool in (3, 4, monitoring.PROFILER_ID):
            try:
                monitoring.use_tool_id(self.tool, "profkit")
                break
            except ValueError:
                pass
        else:
            raise Busy("no tool of sys.monitoring is free")
        self.tools = [self.tool] * len(self.events)
        self.stand_in = stand_in(monitoring)
        self.slots = slots(process.native._local)
        self.count = process.native._count  # without one that has been started and has not run yet
        self.direct = ()  # what is current, as long as there is one thread: its places in the slots, its callbacks
        self.divided = process.greenlet is None or os_threads() > 1
        if self.divided:
            self.register(self.slots)
        monitoring.set_events(self.tool, sum(self.events))

    def close(self):
        self.divided = True  # nothing more to do for who still asks
        sys.monitoring.set_events(self.tool, 0)
        self.register(NONE)
        sys.monitoring.free_tool_id(self.tool)

    def register(self, callbacks):
        each = [callbacks[place] for place in self.order]
        collections.deque(map(sys.monitoring.register_callback, self.tools, self.events, each), 0)

    def divide(self):
        """From now on by thread: another one has appeared, or is about to."""
        if not self.divided:
            self.divided = True
            if self.direct:
                put(*self.direct)
            self.register(self.slots)

    def bind(self, profiler):
        return tuple(getattr(profiler, name) for name in self.names)

    def thread(self):
        here = [slot.__dict__ for slot in self.slots]  # this thread's

        def on(callbacks):
            if not self.divided:
                if not self.count():
                    self.direct = here, callbacks
                    return self.register(callbacks)
                self.divide()
            put(here, callbacks)

        def off():
            if self.divided:
                put(here, QUIET)
            else:
                self.direct = ()
                self.register(NONE)

        return on, off

    def taken(self, bound):
        """Has something come between since the profiler was made current?"""
        return not self.divided and self.count() > 0  # a thread that nobody told of may have been at work in it

    def silence(self, off):
        """Switch another thread's profiler off."""
        off()
        return True

    def entries(self, profiler):
        """What it has measured, its open calls closed at this moment. Only disable() closes them, and that only after
        enable(), which would want another tool and have the events of all threads: so both are shown a monitoring
        that does nothing, in one call of C, in which no other thread can look."""
        real = sys.monitoring
        steps = (
            functools.partial(setattr, sys, "monitoring", self.stand_in), profiler.enable, profiler.disable,
            functools.partial(setattr, sys, "monitoring", real), profiler.getstats,
        )  # fmt: skip
        try:
            return list(map(operator.call, steps))[-1]
        finally:
            sys.monitoring = real


def stand_in(monitoring):
    """A sys.monitoring in which a profiler can be enabled and disabled with no effect on anything but itself."""
    members = dict(vars(monitoring))
    members.update(dict.fromkeys(("use_tool_id", "free_tool_id", "set_events", "register_callback"), "".format))
    return types.SimpleNamespace(**members)
