"""greenlet.settrace: a hook that was there before, one that comes meanwhile, and errors inside of ours."""
import functools
import operator
import types

import greenlet

from clock import t
from programs import program


def switching(switches):
    """Switches to as many greenlets, one of which raises, and one is thrown into."""
    def child(number):
        t.now += 1
        if number == 1:
            raise ValueError("x")
        greenlet.getcurrent().parent.switch()
    others = [greenlet.greenlet(child) for _ in range(switches)]
    for number, other in enumerate(others):
        try:
            other.switch(number)
        except ValueError:
            pass
    others[0].throw()


@program("greenlet")
def hook_before(probe):
    """It is called for every switch as if there were no capture, and is back afterwards."""
    events = []

    def hook(event, args):
        events.append((event, len(args)))
    greenlet.settrace(hook)
    try:
        switching(4)
        plain, events[:] = list(events), []
        session = probe.start()
        try:
            switching(4)
        finally:
            session.stop()
        captured, events[:] = list(events), []
        left = greenlet.gettrace()
        switching(4)
    finally:
        greenlet.settrace(None)
    probe.must(left is hook, "the hook is not back")
    probe.must(captured == plain and events == plain, "it saw %s, not %s" % (captured, plain))


@program("greenlet")
def hook_before_with_truth(probe):
    """What it does is in no row.

    call                1    1  2    1  1
    child               1    1  1    1  1
    C:switch            1    1  1    0  0
      < call            1    1  1    0  0
    wait 1 call
    elapsed 2  active 1
    """
    seen = []

    def hook(event, args):
        seen.append(event)

    def call():
        t.now += 1
        greenlet.greenlet(child).switch()

    def child():
        t.now += 1
    greenlet.settrace(hook)
    try:
        probe(call)
    finally:
        greenlet.settrace(None)
    probe.must(len(seen) == 2, "the hook was called %d times, not 2" % len(seen))


@program("greenlet")
def hook_meanwhile(probe):
    """Somebody sets a hook of his own in the middle of the call: it stays, and nothing is harmed."""
    seen = []

    def hook(event, args):
        seen.append(event)

    def call():
        switching(2)
        greenlet.settrace(hook)
        switching(2)
    session = probe.start()
    try:
        call()
    finally:
        session.stop()
        left, count = greenlet.gettrace(), len(seen)
        greenlet.settrace(None)
    probe.must(left is hook and count == 6, "the hook was taken away, or missed switches: %d" % count)


@program("greenlet")
def an_error_in_the_hook(probe):
    """The clock fails while our hook reads it: the service goes on, the error is counted, the next capture is right.

    capture after
    call                1    1  2    1  1
    child               1    1  1    1  1
    C:switch            1    1  1    0  0
      < call            1    1  1    0  0
    wait 1 call
    elapsed 2  active 1
    """
    broken = types.SimpleNamespace(now=0.0)

    def call():
        t.now += 1
        greenlet.greenlet(child).switch()

    def child():
        t.now += 1
    session = probe.start(clock=functools.partial(operator.attrgetter("now"), broken))
    try:
        call()
        del broken.now
        call()
        greenlet.greenlet(child).switch()
    finally:
        broken.now = 5.0
        session.stop()
    probe.true(getattr(session, "errors", 0) > 0, "an error that nobody is told of")
    probe(call, name="after")
