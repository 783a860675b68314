# The own engine. A context is what has a stack of its own: a greenlet, or a native thread that has none. Each context in
# the scope of a session has a profiler of its own, which is current while the context runs; so each measures calls that
# really nest, in wall time with all waits in it. When a context is left and entered again is known from
# `greenlet.settrace`: what passed between is a wait, and is charged to the stack that waited.

VERSION = 1


class Busy(RuntimeError):
    """Something is in the way: the call should run unprofiled."""


class Nested(Busy):
    """The context belongs to a session already."""


class Process(type(sys)):
    """What is measured in this process. There is one while a session is open, whichever probe has opened it: it stands
    in sys.modules, so it is a module."""

    def __init__(self):
        super(Process, self).__init__(KEY)
        self.version, self.over = VERSION, False
        self.native = native("_thread")  # eventlet's take the greenlet for the thread
        self.lock, self.pid = self.native.RLock(), os.getpid()
        self.greenlet = sys.modules.get("greenlet")
        self.sessions, self.threads = [], {}
        self.profiling = 0  # how many of the sessions have profilers
        self.dispatch = (Monitoring if hasattr(sys, "monitoring") else Enabling)()
        self.patches = []  # see follow()
        self.looked_at = []  # see look()

    @staticmethod
    def enter(session):
        """Add a session. Raises Busy, and then all is as before."""
        while True:
            process = sys.modules.get(KEY) or sys.modules.setdefault(KEY, Process())
            if getattr(process, "version", None) != VERSION:
                raise Busy("a probe of another profkit is at work")
            process.forked()
            with process.lock:
                if process.over:  # between our look and our lock
                    continue
                try:
                    if session.profiles and not process.profiling:
                        process.dispatch.open(process)
                    process.profiling += session.profiles
                    process.sessions.append(session)
                    follow(process)
                    return process
                except BaseException:
                    if session in process.sessions:
                        process.leave(session)
                    elif not process.sessions:
                        process.end()
                    raise

    def forked(self):
        """In a child, a lock that another thread of the parent held is held for ever."""
        if self.pid != os.getpid():
            self.lock, self.pid = self.native.RLock(), os.getpid()

    def leave(self, session):
        with self.lock:
            self.sessions.remove(session)
            self.profiling -= session.profiles
            try:
                if session.profiles and not self.profiling:
                    for thread in list(self.threads.values()):
                        thread.on = None
                    self.dispatch.close()
            finally:
                if not self.sessions:
                    self.end()

    def end(self):
        try:
            unfollow(self)
        finally:  # last: whoever comes now begins with what was there before
            self.over = True
            del sys.modules[KEY]

    def thread(self):
        """The calling thread, with one more who uses it."""
        ident = self.native.get_ident()
        thread = self.threads.get(ident)
        if thread is None:
            thread = self.threads[ident] = Thread(self, ident)
        thread.users += 1
        return thread

    def current(self):
        """The context that runs now, or None."""
        thread = self.threads.get(self.native.get_ident())
        return thread and thread.contexts.get(id(thread.getcurrent()))


def belongs():
    """The open session that this greenlet or thread belongs to, or None."""
    process = sys.modules.get(KEY)
    context = process and process.current()
    return context and context.session


class Context(object):
    """A greenlet or thread in the scope of a session."""

    __slots__ = ("session", "profiler", "bound", "ref", "base", "entered", "left", "mark", "thread")

    def __init__(self, session, thread, ref, base):
        self.session, self.thread, self.ref = session, thread, ref
        self.profiler, self.bound = session.profiler(thread.process)
        self.base = base  # how many of its frames, from the root, are not the session's
        self.entered = session.clock()
        self.left = None  # when it was left: it waits. None: it runs, or has not begun
        self.mark = None  # the timers of the hub when it was entered


class Thread(object):
    """A native thread with contexts in scope."""

    def __init__(self, process, ident):
        self.process, self.ident = process, ident
        self.contexts = {}  # by id of the greenlet, which lives or is taken out
        self.users = 0  # sessions begun here and tasks run here
        self.all_for = []  # the sessions that want every greenlet of the thread
        self.running = None  # the context that runs now
        self.lit = None  # the same if its profiler is current
        self.on = self.off = None  # these make one current, and none
        self.greenlet = process.greenlet
        # where eventlet has the hub of a thread: asking eventlet for it would make one
        self.green = getattr(sys.modules.get("eventlet.hubs"), "_threadlocal", None)
        self.getcurrent = self.greenlet.getcurrent if self.greenlet else int  # any C function that is always the same
        if self.greenlet:
            self.previous = self.greenlet.gettrace()
            self.hook = make_hook(self)
            self.greenlet.settrace(self.hook)

    def adopt(self, origin, target, first_run):
        """Take in what a context has spawned since it was entered, and a greenlet that it has switched to itself."""
        hub, session = getattr(self.green, "hub", None), origin.session
        if hub is not None:
            for greenlet in scheduled(hub, origin.mark):
                # true as long as it runs or waits
                if isinstance(greenlet, self.greenlet.greenlet) and not greenlet and not greenlet.dead:
                    if id(greenlet) not in self.contexts:
                        self.take_in(session, greenlet)
        if first_run and id(target) not in self.contexts and target is not getattr(hub, "greenlet", None):
            self.take_in(session, target)

    def take_in(self, session, greenlet):
        """A greenlet that has not run, or any where all are wanted."""
        session.greenlets += 1
        return self.add(session, greenlet, 0)

    def add(self, session, greenlet, base):
        ident, contexts = id(greenlet), self.contexts

        def gone(ref):  # its id may come back
            if ident in contexts and contexts[ident].ref is ref:
                del contexts[ident]

        ref = weakref.ref(greenlet, gone) if self.greenlet else None
        context = contexts[ident] = Context(session, self, ref, base)
        context.mark = mark(self)
        return context

    def light(self, context):
        """This context runs now, or none: make its profiler current. In the thread itself."""
        self.running, lit = context, self.lit
        if lit is not None and self.process.dispatch.taken(lit.bound):
            lit.session.fault("the profiler was taken away or shared")
        if context is not None and context.bound is not None:
            if self.on is None:
                self.on, self.off = self.process.dispatch.thread()
            self.lit = context
            if self.on(context.bound) is False:
                self.lit = None
                context.session.fault("another profiler came in between")
        elif lit is not None:
            self.off()
            self.lit = None

    def release(self):
        """One less uses it. What was changed in the thread goes back with the last. Where that is said in another
        thread, the hook does it at its next switch."""
        self.users -= 1
        if self.users == 0:
            del self.process.threads[self.ident]
            if self.process.native.get_ident() == self.ident:
                self.light(None)
                self.unhook()
                self.on = self.off = self.hook = None  # they hold the thread, and the last profiler

    def drop(self, session):
        """Take the contexts of a session out, and give each with whether another thread is at work in it."""
        here = self.process.native.get_ident() == self.ident
        for ident, context in list(self.contexts.items()):
            if context.session is session:
                if self.contexts.pop(ident, None) is None:  # its task has just ended
                    continue
                elsewhere = context.left is None and not here
                if context is self.lit and elsewhere and self.process.dispatch.silence(self.off):
                    self.lit = None
                yield context, elsewhere

    def unhook(self):
        if self.greenlet and self.greenlet.gettrace() is self.hook:
            self.greenlet.settrace(self.previous)
        elif self.greenlet:
            for session in self.process.sessions:
                session.fault("greenlet.settrace was taken")


def mark(thread):
    hub = getattr(thread.green, "hub", None)
    return None if hub is None else (hub.next_timers, len(hub.next_timers))


def scheduled(hub, then):
    """The greenlets that have been given a first run since `then`: eventlet's spawn, GreenPool and the rest all end in a
    timer whose callback is the greenlet's `switch`. Nothing of a greenlet tells who made it: contextvars are not
    inherited."""
    timers, seen = then or (hub.next_timers, 0)  # the hub was made since
    if hub.next_timers is timers:
        fresh = timers[seen:]
    else:  # the hub has thrown cancelled ones out, into a new list
        old = set(map(id, timers[:seen]))
        fresh = [entry for entry in hub.next_timers if id(entry) not in old]
    for entry in fresh:
        tpl = getattr(entry[1], "tpl", None)  # not any more where it was cancelled
        yield getattr(tpl[0], "__self__", None) if tpl else None


def make_hook(thread):
    """What greenlet calls after each switch, in the greenlet switched to, where nothing is profiled. What it raises would
    be raised there, and would end all tracing."""
    contexts, process, previous = thread.contexts, thread.process, thread.previous
    get, frame = contexts.get, sys._getframe

    def hook(event, args):
        try:
            origin, target = args
            o, t, now = get(id(origin)), get(id(target)), None
            if o is not None:
                s = o.session
                s.switches += 1
                now = o.left = s.clock()
                s.ran += now - o.entered
                if s.scope == "tree":
                    thread.adopt(o, target, frame().f_back is None)
                    t = get(id(target))
                if origin.dead:
                    del contexts[id(origin)]
                    s.spare(o)
            if t is None and thread.all_for:
                t = thread.take_in(thread.all_for[0], target)
            if t is not None:
                s = t.session
                if o is None or o.session is not s:
                    now = s.clock()
                if t.left is not None:
                    s.waited(t, frame().f_back, now)
                    t.left = None
                t.entered = now
                t.mark = mark(thread)
                thread.light(t)
            elif thread.running is not None:
                thread.light(None)
            elif not thread.users and thread.greenlet.gettrace() is hook:
                thread.greenlet.settrace(previous)
        except Exception as error:
            for session in list(process.sessions):
                session.fault("in the hook: " + type(error).__name__)
        if previous is not None:
            previous(event, args)

    return hook
