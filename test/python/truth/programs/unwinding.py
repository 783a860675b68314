"""Exceptions and timeouts that unwind, across a switch too."""
import eventlet

from clock import t
from programs import program


@program("eventlet")
def raised_in_a_child(probe):
    """A child raises; who waits for it catches.

    call                      1  1  6   1  1
    outer                     1  2  5   2  3
      < greenthread.py:main   1  2  5   2  3
    inner                     1  1  3   1  1
      < outer                 1  1  3   1  1
    greenthread.py:spawn      1  0  0   0  0
      < call                  1  0  0   0  0
    greenthread.py:wait       1  0  5   0  0
      < call                  1  0  5   0  0
    greenthread.py:sleep      1  0  2   0  0
      < inner                 1  0  2   0  0
    event.py:wait             1  0  5   0  0
    hub.py:switch             2  0  7   0  0
    C:switch                  2  7  7   0  0
    wait 5 call
    wait 2 outer;inner
    elapsed 6  active 1
    """
    def call():
        child = eventlet.spawn(outer)
        try:
            child.wait()                    # 0 to 5
        except ValueError:
            t.now += 1

    def outer():
        t.now += 1                          # 0 to 1
        try:
            inner()                         # 1 to 4
        finally:
            t.now += 1                      # 4 to 5

    def inner():
        t.now += 1
        eventlet.sleep(2)
        raise ValueError("x")
    probe(call)


@program("eventlet")
def timeout_unwinds(probe):
    """A Timeout goes off in a deep stack, which waits and works again while it unwinds.

    call                      1  1 10   1  4
    outer                     1  2  9   2  3
      < call                  1  2  9   2  3
    inner                     1  1  7   1  1
      < outer                 1  1  7   1  1
    timeout.py:__init__       1  0  0   0  0
      < call                  1  0  0   0  0
    timeout.py:__enter__      1  0  0   0  0
      < call                  1  0  0   0  0
    timeout.py:__exit__       1  0  0   0  0
      < call                  1  0  0   0  0
    greenthread.py:sleep      2  0  6   0  0
      < inner                 2  0  6   0  0
    hub.py:switch             2  0  6   0  0
    C:switch                  2  6  6   0  0
    wait 6 call;outer;inner
    elapsed 10  active 4
    """
    def call():
        try:
            with eventlet.Timeout(4):
                outer()
        except eventlet.Timeout:
            t.now += 1                      # 9 to 10

    def outer():
        try:
            inner()
        finally:
            t.now += 2                      # 7 to 9

    def inner():
        t.now += 1                          # 0 to 1
        try:
            eventlet.sleep(50)              # 1 to 4
        finally:
            eventlet.sleep(3)               # 4 to 7
    probe(call)


@program("eventlet")
def timeout_ends_the_call(probe):
    """A Timeout set outside of the capture ends it.

    call                      1  0  4   0  1
    inner                     1  1  4   1  1
      < call                  1  1  4   1  1
    greenthread.py:sleep      1  0  3   0  0
      < inner                 1  0  3   0  0
    hub.py:switch             1  0  3   0  0
    C:switch                  1  3  3   0  0
    wait 3 call;inner
    elapsed 4  active 1
    """
    def call():
        inner()

    def inner():
        t.now += 1
        eventlet.sleep(50)
    with eventlet.Timeout(4, False):
        probe(call)


@program("eventlet")
def timeouts_within_timeouts(probe):
    """The inner one goes off, then the outer one, in other greenlets at the same time as well.

    call                      1  0  5   0  2
    attempt                   1  1  5   1  2
      < call                  1  1  5   1  2
    step                      2  1  4   1  1
      < attempt               2  1  4   1  1
    timeout.py:__init__       2  0  0   0  0
      < call                  1  0  0   0  0
      < attempt               1  0  0   0  0
    timeout.py:__enter__      2  0  0   0  0
      < call                  1  0  0   0  0
      < attempt               1  0  0   0  0
    timeout.py:__exit__       2  0  0   0  0
      < call                  1  0  0   0  0
      < attempt               1  0  0   0  0
    greenthread.py:sleep      2  0  3   0  0
      < step                  2  0  3   0  0
    hub.py:switch             2  0  3   0  0
    C:switch                  2  3  3   0  0
    wait 3 call;attempt;step
    elapsed 5  active 2
    """
    def call():
        with eventlet.Timeout(5, False):
            attempt()

    def attempt():
        with eventlet.Timeout(2, False):
            step(0)                         # 0 to 2
        t.now += 1                          # 2 to 3
        step(1)                             # 3 to 5

    def step(work):
        t.now += work
        eventlet.sleep(50)

    def other():
        for _ in range(4):
            with eventlet.Timeout(1, False):
                eventlet.sleep(7)
    another = eventlet.spawn(probe.innocent(other))
    probe(call)
    another.wait()
