# A session measures one call, from start() to stop(). What it gives is for after that.

COSTS = {}  # seconds that an event costs, and a switch; by the clock, and how events come in


class Session(object):
    """scope "tree": the greenlet or thread of the call, all greenlets that it starts and all tasks that it hands to pools,
    and so on from those; "call": the call's own alone; "process": all greenlets of its thread, and what they hand to
    pools. clock: a C function that gives seconds; without one wall time."""

    profiles = True

    def __init__(self, scope="tree", clock=None):
        self.scope, self.clock = scope, clock or time.perf_counter
        self.settings = {"timer": clock} if clock else {}
        self.profilers, self.free = [], []
        self.waits = {}  # see waited()
        self.faults = {}
        self.switches = self.greenlets = self.tasks = self.ended = 0
        self.helpers = set()  # the other threads that have worked for it
        self.ran = 0.0  # seconds that its contexts ran, all together
        self.elapsed = self.idle = self.processor = 0.0
        self.sees_waits = False
        self.ended_at = None  # when the call's own greenlet did, if it has
        self.open = False
        self.process = self.thread = self.own = self.cleaned = None

    def start(self, above=1):
        """Raises Busy, Nested too, and has changed nothing then. above: how many frames there are between this one and
        that which makes the call; they return before it."""
        if belongs() is not None:
            raise Nested("this call is part of one that is captured")
        if sys.getprofile() is not None:
            raise Busy("another profiler is on")
        self.process = process = Process.enter(self)
        try:
            self.thread = thread = process.thread()
            if self.scope == "process":
                thread.all_for.append(self)
            self.own = thread.add(self, thread.getcurrent(), depth(sys._getframe(1 + above)))
            self.greenlets = int(thread.greenlet is not None)
            # Where greenlets wait for a hub, waits are switches; what a native thread waits for in C does not show.
            self.sees_waits = getattr(thread.green, "hub", None) is not None
            self.event_cost, self.switch_cost = costs(thread, self)
            self.open = True
            self.processor = thread_time()
            self.began = self.own.entered = self.clock()
            thread.light(self.own)
        except BaseException:
            self.close(0.0)
            raise

    def stop(self):
        """In whatever greenlet or thread."""
        now, processor = self.clock(), thread_time()
        process, thread = self.process, self.thread
        here = process.threads.get(process.native.get_ident())
        if here is not None and here.running is not None and here.running.session is self:
            self.ran += now - here.running.entered
            here.light(None)
        self.processor = processor - self.processor if here is thread else None
        self.elapsed = now - self.began
        self.idle += now - (self.ended_at or now)
        self.close(now)
        self.entries = [process.dispatch.entries(profiler) for profiler in self.profilers]
        del self.profilers[:], self.free[:]

    def close(self, now):
        """Leave nothing behind, whatever happens."""
        process, thread = self.process, self.thread
        process.forked()
        with process.lock:
            self.open = False
            try:
                for each in list(process.threads.values()):
                    for context, elsewhere in each.drop(self):
                        self.let_go(context, elsewhere, now)
            finally:
                try:
                    if thread is not None:
                        thread.all_for[:] = [one for one in thread.all_for if one is not self]
                        thread.release()
                finally:
                    process.leave(self)
                    self.process = self.thread = self.own = None

    def let_go(self, context, elsewhere, now):
        greenlet = context.ref and context.ref()
        if context.left is not None and greenlet is not None and not greenlet.dead:
            self.waited(context, greenlet.gr_frame, now)
        if context is context.thread.running:
            self.ran += now - context.entered
        if elsewhere and self.clock is THREAD_TIME:  # it would be told our thread's time
            self.profilers.remove(context.profiler)
            self.fault("a task that went on was left out")

    def profiler(self, process):
        """A profiler with no open calls, and what makes it current."""
        try:
            return self.free.pop()
        except IndexError:
            pass
        profiler = Profiler(**self.settings)
        self.profilers.append(profiler)
        return profiler, process.dispatch.bind(profiler)

    def spare(self, context):
        """Its greenlet has ended, or its task."""
        if context is self.own:
            self.ended_at = context.left
        self.free.append((context.profiler, context.bound))

    def waited(self, context, frame, now):
        """Charge the time since a context was left to the stack it was left in."""
        codes, places = [], []
        while frame is not None:
            codes.append(frame.f_code)
            places.append(frame.f_lasti)
            frame = frame.f_back
        if context.base:
            del codes[-context.base :], places[-context.base :]
        key = tuple(map(id, codes)), tuple(places)  # not the codes: their hash is dear
        wait = self.waits.get(key)
        if wait is None:
            wait = self.waits[key] = [0.0, codes, places]
        wait[0] += now - context.left
        if context is self.own:
            self.idle += now - context.left

    def fault(self, kind):
        self.faults[kind] = self.faults.get(kind, 0) + 1

    def begin_task(self):
        """In the pool: the context of a task, to be given to end_task(); None where there is none of its own."""
        try:
            if not self.open:
                return None
            process = self.process
            context = process.current()
            if context is not None:  # its worker is of this session, or of that which has started it
                if context.session is not self:
                    self.fault("a task ran in another call's greenlet")
                return None
            if sys.getprofile() is not None:
                self.fault("another profiler was on in a pool")
                return None
            thread = process.thread()
            try:
                context = thread.add(self, thread.getcurrent(), depth(sys._getframe(1)))
                if thread is not self.thread:
                    self.helpers.add(thread.ident)
                thread.light(context)
            except BaseException:
                thread.release()
                raise
            return context
        except Exception as error:
            self.fault("in a pool: " + type(error).__name__)

    def end_task(self, context):
        try:
            if context is not None:
                thread = context.thread
                if self.open:
                    self.ran += self.clock() - context.entered
                try:
                    thread.light(None)
                    for ident, one in list(thread.contexts.items()):
                        if one is context and thread.contexts.pop(ident, None) is not None:
                            self.spare(context)
                finally:
                    thread.release()
        except Exception as error:
            self.fault("in a pool: " + type(error).__name__)
        if self.open:
            self.ended += 1

    # What it has measured

    @property
    def errors(self):
        return sum(self.faults.values())

    @property
    def threads(self):
        return len(self.helpers)

    @property
    def unfinished(self):
        return self.tasks - self.ended

    @property
    def events(self):
        return 2 * sum(entry.callcount for entries in self.entries for entry in entries)

    @property
    def overhead(self):
        return self.events * self.event_cost + self.switches * self.switch_cost

    @property
    def active(self):
        """Seconds of the call's own greenlet less its waits; of a native thread, its processor time."""
        if self.knows_waits or self.clock is not time.perf_counter or not self.processor:
            return self.elapsed - self.idle
        return min(self.elapsed, self.processor)

    @property
    def knows_waits(self):
        """Are the waits told all that there were? In its own greenlets, not in tasks of native threads."""
        return self.sees_waits or self.switches > 0

    def rows(self):
        """As in a .prof: {(file, line, name): (calls not recursive, calls, own seconds, seconds, callers)}."""
        return self.cleaner().rows

    def active_rows(self):
        """The same less what its greenlets have waited."""
        cleaner = self.cleaner()
        return cleaner.less(less_waits(cleaner.raw, self.waits.values()))

    def cleaner(self):
        if self.cleaned is None:
            self.cleaned = Cleaner(*gather(self.entries))
        return self.cleaned

    def folded_waits(self, tidy=None):
        return folded((named(codes, tidy), seconds) for seconds, codes, _ in self.waits.values())


THREAD_TIME = getattr(time, "thread_time", None)  # from 3.7 on


def thread_time():
    return THREAD_TIME() if THREAD_TIME else 0.0


def depth(frame):
    count = 0
    while frame is not None:
        count, frame = count + 1, frame.f_back
    return count


def nothing():
    pass


def timed(function, rounds=10, calls=20):
    """Seconds a call, by the best of some rounds: in the others another thread may have had its turn."""
    clock, best = time.perf_counter, None
    for _ in range(rounds):
        began = clock()
        for _ in range(calls):
            function()
        took = (clock() - began) / calls
        best = took if best is None or took < best else best
    return best


def costs(thread, session):
    """Seconds that an event and a switch cost here, measured once in a process, with a session of its own."""
    timer = session.settings.get("timer")
    kind = timer, getattr(thread.process.dispatch, "divided", None)
    if kind not in COSTS:
        scratch, clock, took = type(session)("call", timer), time.perf_counter, []
        context = Context(scratch, thread, None, 0)
        plain = timed(nothing)
        thread.light(context)
        profiled = timed(nothing)
        thread.light(None)
        context.left = clock()
        for _ in range(20):
            began = clock()
            thread.light(context)
            scratch.waited(context, sys._getframe(), clock())
            thread.light(None)
            took.append(clock() - began)
        COSTS[kind] = max(profiled - plain, 0.0) / 2, min(took)
    return COSTS[kind]
