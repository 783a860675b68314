# The engines to compare with. These capture one call at a time: EXCLUSIVE. A port, theirs or our own, has
#   on()              measures from then on; raises Busy, with a reason that may be shown, or Nested
#   off()             as often as one likes
#   began             the time.perf_counter() of the moment from which it measured, or None
# and once it is off
#   files(target)     pairs of the ending of a file's name and its bytes
#   measured          the counts for the sidecar, or None
#   active_seconds    for the sidecar, or None
#   faults            {what was swallowed: how often}

EXCLUSIVE = True
ANOTHER = "another profiler is on"


class Busy(RuntimeError):
    """The call cannot be measured now."""


class Nested(Busy):
    """It belongs to a capture already; with one call at a time it never does."""


def belongs():
    return None


class Port(object):
    began = measured = active_seconds = None

    def __init__(self):
        self.faults = {}
        self.live = False

    def files(self, target):
        yield ".prof", marshal.dumps(target.tidy(self.rows()))


class CProfile(Port):
    def __init__(self):
        import cProfile

        Port.__init__(self)
        self.profile = cProfile.Profile()

    def on(self):
        if sys.getprofile() is not None:
            raise Busy(ANOTHER)
        self.live = True
        try:
            self.profile.enable()
        except ValueError:  # from 3.12 on there is one in a process; sys.getprofile() does not tell
            self.live = False
            raise Busy(ANOTHER)

    def off(self):
        if self.live:  # else disable() would end another's
            self.live = False
            self.profile.disable()

    def rows(self):
        self.profile.snapshot_stats()
        return self.profile.stats


class Yappi(Port):
    """yappi, kept to the thread or the greenlet of the call."""

    def __init__(self):
        Port.__init__(self)
        try:
            import yappi
        except Exception as error:
            raise Busy("yappi cannot be imported here (%s)" % type(error).__name__)
        self.yappi = yappi

    def on(self):
        yappi = self.yappi
        if yappi.is_running() or sys.getprofile() is not None:
            raise Busy(ANOTHER)
        if not yappi.get_func_stats().empty():
            raise Busy("yappi holds the figures of another")
        yappi.set_context_backend("greenlet" if green() else "native_thread")
        yappi.set_clock_type(SETTINGS.get("clock") or "wall")
        self.live = True
        yappi.start(True, False, False)  # C functions too, no other thread, no other greenlet

    def off(self):
        if self.live:
            self.live = False
            self.yappi.stop()
            self.stats = self.yappi.get_func_stats()
            self.yappi.clear_stats()

    def rows(self):
        """As cProfile has them. yappi's own .prof has the first two figures of a row the other way round, and the name
        of its object's class before that of a method."""
        keys, rows = {}, {}
        for one in self.stats:
            name = one.name if one.name.startswith("<") else "<built-in method %s.%s>" % (one.module, one.name)
            place = (one.module, one.lineno, one.name.rpartition(".")[2])
            key = keys[one.index] = ("~", 0, name) if one.builtin else place
            figures = (one.nactualcall, one.ncall, one.tsub, one.ttot)
            rows[key] = (add(rows[key][:4], figures) if key in rows else figures) + ({},)
        for one in self.stats:
            for child in one.children:
                callers, caller = rows[keys[child.index]][4], keys[one.index]
                edge = (child.ncall, child.nactualcall, child.tsub, child.ttot)
                callers[caller] = add(callers[caller], edge) if caller in callers else edge
        return rows


def green():
    """Does eventlet rule in this process?"""
    patcher = sys.modules.get("eventlet.patcher")
    names = ("thread", "socket", "os", "select", "time")
    return patcher is not None and any(patcher.is_monkey_patched(name) for name in names)


class Green(Port):
    """eventlet's profiler, kept to the greenlet of the call and those it spawns.

    Alone it follows every greenlet of the thread, and asserts that their events add up. They do not: a kill or a
    timeout leaves a switch that began before the profiler did, a weak reference's callback runs in a frame whose call
    is told later, and on 3.10 and 3.11 greenlet restores for each greenlet whether it is traced, as that was when it
    was last left. The assertions fail in innocent code. Here foreign greenlets pass, and what has no beginning is
    left out.
    """

    def __init__(self):
        Port.__init__(self)
        if "eventlet" not in sys.modules:  # a service may refuse to have it, and would fail if it came
            raise Busy("eventlet is not in this process")
        self.gone = False
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
        if sys.getprofile() is not None:
            raise Busy(ANOTHER)
        self.profile.dispatcher = self.guard  # what start() installs
        self.profile.t = self.profile.timer()
        self.live = True
        self.profile.start()

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
    return {"eventlet": Green, "cprofile": CProfile, "yappi": Yappi}[SETTINGS.get("engine")]()
