"""What random programs do beside calling each other. Each action keeps the books of shadow.py."""
import random
import sys
from concurrent.futures import ThreadPoolExecutor

from clock import native, t, until_hub_waits
from shadow import Capture, Shadow

eventlet, greenlet = sys.modules.get("eventlet"), sys.modules.get("greenlet")


class Error(Exception):
    pass


EXPECTED = (Error,) + ((greenlet.GreenletExit,) if greenlet else ()) + ((eventlet.Timeout,) if eventlet else ())


class Actions(Shadow):
    def __init__(self, port, seed, calls):
        super(Actions, self).__init__()
        self.port, self.random, self.left = port, random.Random(seed), calls
        self.captures, self.held, self.alive, self.plain, self.wrong = [], [], [], {}, []
        self.switched = {}                  # {greenlet of switch(): its thread}
        self.pool = ThreadPoolExecutor(9)     # tasks of tasks wait for each other
        self.green = eventlet.GreenPool(3) if eventlet else None
        self.Error = Error

    def more(self):
        self.left -= 1
        return self.left > 0

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def outside(self, fn, *args):
        """Something that is not the program's own; while it waits others may run."""
        self.enter()
        try:
            return fn(*args)
        finally:
            self.exit()

    def root(self, capture, fn, n):
        """Where a greenlet begins."""
        self.started(capture)
        try:
            fn(self, n)
        except EXPECTED:
            pass
        except BaseException as error:
            self.wrong.append("crash: %r" % error)

    # captures

    def capture(self, scope, fn, n):
        if self.begin(scope):
            session, capture = self.held.pop()
            try:
                fn(self, n)
            finally:
                self.end((session, capture))
        else:
            self.outside(fn, self, n)       # it belongs to the one that there is

    def begin(self, scope):
        stack = self.stack()
        session = self.port.open(scope)
        try:
            session.start()
        except self.port.Nested:
            if stack.capture is None:
                self.wrong.append("a capture that is refused")
            return False
        if stack.capture is not None:
            self.wrong.append("a capture within another one")
            session.stop()
            return False
        stack.capture = Capture(scope, stack)
        self.held.append((session, stack.capture))
        return True

    def end(self, one):
        session, capture = one
        session.stop()
        capture.close()
        self.captures.append(one)

    def end_held(self):
        """Of one that was begun with no end, wherever that is."""
        if self.held:
            self.end(self.held.pop(self.random.randrange(len(self.held))))

    # greenlets of eventlet

    def sleep(self, seconds):
        self.outside(eventlet.sleep, seconds)

    def spawn(self, fn, n, after=None):
        args = (self.root, self.follow(), fn, n)
        made = eventlet.spawn(*args) if after is None else eventlet.spawn_after(after, *args)
        self.alive.append(made)
        return made

    def spawn_and_wait(self, fn, n):
        self.outside(self.spawn(fn, n).wait)

    def spawn_in_pool(self, fn, n):
        self.outside(self.green.spawn_n, self.root, self.follow(), fn, n)

    def kill(self):
        self.alive = [one for one in self.alive if not one.dead]
        if self.alive:
            self.outside(self.random.choice(self.alive).kill)

    # Greenlets with no hub, which are their maker's alone. Each way to switch has a place of its own in the code: which C
    # function waits is known by that alone where one function calls several, and by no more.

    def switch(self, fn, n):
        other, capture = greenlet.greenlet(self.root), self.follow()
        self.switched[other] = native.get_ident()
        self.outside(lambda: other.switch(capture, fn, n))
        self.keep(other)

    def keep(self, other):
        if not other.dead:
            self.plain.setdefault(greenlet.getcurrent(), []).append(other)

    def back(self):
        """To the maker of this greenlet, if it has been made by switch()."""
        here = greenlet.getcurrent()
        if here in self.switched:
            self.outside(lambda: here.parent.switch())

    def resume(self):
        mine = self.plain.get(greenlet.getcurrent())
        if mine:
            other = mine.pop(self.random.randrange(len(mine)))
            error = self.random.choice(EXPECTED[:2])
            if self.chance(30):
                self.outside(lambda: other.throw(error))
            else:
                self.outside(lambda: other.switch())
            self.keep(other)

    # native threads

    def task(self, fn, n):
        capture = self.follow()
        if capture is not None:
            capture.tasks += 1
        self.enter(at_work=True)
        try:
            self.pool.submit(self.in_thread, capture, fn, n).result()
        finally:
            self.exit()

    def in_thread(self, capture, fn, n):
        stack = self.started(capture)
        self.root(None, fn, n)
        for other, thread in list(self.switched.items()):
            if thread == native.get_ident() and other and not other.dead:
                self.outside(lambda: other.throw())     # what a task leaves suspended is not followed into the next task
        self.ended(stack)

    def in_tpool(self, fn, n):
        from eventlet import tpool
        if t.outside:
            return
        capture = self.follow()
        if capture is not None:
            capture.tasks += 1
        t.outside = 1
        self.outside(tpool.execute, self.when_hub_waits, capture, fn, n)

    def when_hub_waits(self, capture, fn, n):
        """It does all of it, also if nobody waits for it any more."""
        self.started(capture)
        self.enter(at_work=True)
        until_hub_waits()
        self.exit()
        self.in_thread(capture, fn, n)
        t.outside = 0
