"""A clock that moves only when it is told to, and an eventlet hub that lives by it.

`t.now += 3` is three seconds of work. When the hub would sleep it moves the clock to its next timer
instead, after a look at its sockets; while native threads work for it (`t.outside`) it waits for them.
Native threads share the clock, and one at a time moves it: the others wait in `until` or for a lock.
"""
import functools
import itertools
import operator
import sys
import time as patched
import types

t = types.SimpleNamespace(now=1000.0, outside=0, polling=False, stage=0)
clock = functools.partial(operator.attrgetter("now"), t)    # C all the way: no profiler sees it


def original(name):
    """A module as it is for native threads, also when eventlet has patched this process."""
    try:
        from eventlet import patcher
    except ImportError:
        return __import__(name)
    return patcher.original(name)


pause = getattr(original("time"), "sleep", patched.sleep)
native = original("_thread")


def until(ready, limit=5.0):
    """Holds this native thread back, and not the clock, until another one is where it should be."""
    for _ in range(int(limit / 0.0002)):
        if ready():
            return
        pause(0.0002)
    raise AssertionError("waited in vain")


def until_stage(stage, reached=None):
    """Waits for another thread to come to a stage, having said, in here, which one this thread has reached."""
    if reached:
        t.stage = reached
    until(lambda: t.stage >= stage)


def until_waiting(ident, stage=0):
    """Until the native thread `ident` has come to this stage and waits for the result of a future.

    A frame is there before a profiler has been told of it, and another thread may get its turn between the two:
    what counts is a line after the first."""
    def waiting():
        frame = sys._current_frames().get(ident)
        return t.stage >= stage and frame is not None and (
            frame.f_code.co_name == "wait" and frame.f_lineno > frame.f_code.co_firstlineno
            and frame.f_back.f_code.co_name == "result")
    until(waiting)


def until_hub_waits():
    """Until the hub has nothing left but to wait for what a native thread does for it."""
    until(lambda: t.polling)


def use_virtual_hub():
    from eventlet import hubs
    from eventlet.hubs import poll, timer
    number = itertools.count()

    class Hub(poll.Hub):
        @staticmethod
        def is_available():
            return True

        def __init__(self, _=None):
            super(Hub, self).__init__(clock)

        def prepare_timers(self):
            for _, one in self.next_timers:
                one.number = next(number)
            super(Hub, self).prepare_timers()

        def wait(self, seconds=None):
            if self.listeners[self.READ] or self.listeners[self.WRITE]:
                super(Hub, self).wait(seconds)
            else:
                t.now += seconds

        def do_poll(self, seconds):
            ready = self.poll.poll(2 if seconds else 0)     # what was just sent may take a moment
            if not ready and seconds and t.outside:
                t.polling = True
                ready = self.poll.poll(20000)
                t.polling = False
                assert ready, "the thread worked for does not end"
            elif not ready:
                t.now += seconds
            return ready

    # timers of one moment fire in the order in which they were set, not by their address
    timer.Timer.__lt__ = lambda self, other: self.number < other.number
    hubs.use_hub(Hub)
