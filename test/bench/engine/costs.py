"""costs.py ENGINE: where an open session costs, in nanoseconds of CPU time more than with none, as {what: ns}. Of ROUNDS
with and without in turn the best count: whatever else this machine does makes a call dearer, never cheaper."""
import contextlib
import functools
import itertools
import json
import sys
import threading
import time

import profilers

ROUNDS = 15


def nothing():
    pass


calls = {"Python": nothing, "C": "".isalpha}


def seconds(function, times):
    """CPU time of this thread for one call."""
    began = time.thread_time()
    for _ in itertools.repeat(None, times):
        function()
    return (time.thread_time() - began) / times


def more(make, measure):
    """Nanoseconds that `measure` gives more with a profiler on."""
    without, with_it = [], []
    for _ in range(ROUNDS):
        without.append(measure())
        profiler = make()
        profiler.start()
        try:
            with_it.append(measure())
        finally:
            profiler.stop()
    return round((min(with_it) - min(without)) * 1e9)


class Other(object):
    """Another thread, which measures when it is told to."""

    def __init__(self):
        self.told, self.done = threading.Semaphore(0), threading.Semaphore(0)
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            self.told.acquire()
            self.found = seconds(*self.task)
            self.done.release()

    def seconds(self, function, times):
        self.task = function, times
        self.told.release()
        self.done.acquire()
        return self.found


def in_scope(make, title):
    for kind, call in calls.items():
        yield "%s: a call of a %s function" % (title, kind), more(make, lambda: seconds(call, 50000))


def one_capture(make):
    def capture():
        profiler = make()
        profiler.start()
        profiler.stop()
    return min(seconds(capture, 50) for _ in range(ROUNDS)) * 1e9


def greenlets(make):
    """None where there is no greenlet."""
    with contextlib.suppress(ImportError):
        import greenlet
        main = greenlet.getcurrent()

        def back_and_forth():
            while True:
                main.switch()

        def outside():
            while True:
                main.switch(seconds(nothing, 50000))
        foreign, meter = greenlet.greenlet(back_and_forth), greenlet.greenlet(outside)
        foreign.switch()
        meter.switch()

        def within():
            own = greenlet.greenlet(back_and_forth)
            own.switch()
            return seconds(own.switch, 5000) / 2
        yield "a switch between greenlets in scope, with its call", more(make, within)
        yield "a switch to a greenlet out of scope or back, with its call", more(make, lambda: seconds(foreign.switch, 5000) / 2)
        yield "a call in a greenlet out of scope", more(make, meter.switch)


def spawns(make):
    with contextlib.suppress(ImportError):
        import eventlet
        eventlet.sleep(0)
        yield "eventlet: a spawn and its wait", more(make, lambda: seconds(lambda: eventlet.spawn(nothing).wait(), 1000))


def costs(makers):
    make = makers["profkit"]
    with contextlib.suppress(ImportError):  # without it the engine does not count on being in the only thread
        __import__("greenlet")
    yield "a capture of nothing, start and stop", round(one_capture(make))
    yield from in_scope(makers["cprofile"], "cProfile")
    yield from in_scope(make, "one thread")
    yield from in_scope(functools.partial(make, clock=time.thread_time), "one thread, clock cpu")
    yield from greenlets(make)
    other = Other()
    yield from in_scope(make, "beside another thread")
    for kind, call in calls.items():
        yield "a call of a %s function in a thread out of scope" % kind, more(make, lambda: other.seconds(call, 50000))
    yield from spawns(make)


if __name__ == "__main__":
    print(json.dumps(dict(costs(profilers.profilers(sys.argv[1])))))
