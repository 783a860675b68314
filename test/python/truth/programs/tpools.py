"""eventlet.tpool: a native thread works for a greenlet, which waits in the hub meanwhile."""
import eventlet
from eventlet import tpool

from clock import t, until_hub_waits, until_stage
from programs import program


def with_pool(set_up_before):
    """Runs what a program does with tpool as it is at first, or set up; and takes it down."""
    def run(probe, fn, **options):
        if set_up_before:
            tpool.execute(len, "")
        t.outside = 1
        try:
            probe(fn, **options)
        finally:
            t.outside = 0
            tpool.killall()
    return run


@program("eventlet")
def in_a_native_thread(probe):
    """What the thread does belongs to the call, as a root; to the call it is a wait.

    call                      1  2  6   2  2
    work                      1  3  4   3  4
    leaf                      1  1  1   1  1
      < work                  1  1  1   1  1
    tpool.py:execute          1  0  4   0  0
      < call                  1  0  4   0  0
    event.py:wait             1  0  4   0  0
    hub.py:switch             1  0  4   0  0
    C:switch                  1  4  4   0  0
    wait 4 call
    elapsed 6  active 2  tasks 1  unfinished 0
    """
    def call():
        t.now += 1                          # 0 to 1
        tpool.execute(work, 3)              # 1 to 5
        t.now += 1

    def work(seconds):
        until_hub_waits()
        t.now += seconds
        leaf()

    def leaf():
        t.now += 1
    with_pool(True)(probe, call)


@program("eventlet")
def set_up_by_the_call(probe):
    """The first to use tpool starts its threads, and a greenlet that waits for them.

    call                      1  2  5   2  2
    work                      1  3  3   3  3
    tpool.py:execute          1  0  3   0  0
      < call                  1  0  3   0  0
    tpool.py:tpool_trampoline 1  0  4   0  0
    event.py:wait             1  0  3   0  0
    hub.py:switch             *  0  *   0  0
    C:switch                  *  *  *   0  0
    wait 3 call
    wait 4 -
    elapsed 5  active 2  tasks 1  unfinished 0
    """
    def call():
        t.now += 1                          # 0 to 1
        tpool.execute(work, 3)              # 1 to 4
        t.now += 1

    def work(seconds):
        until_hub_waits()
        t.now += seconds
    with_pool(False)(probe, call)


@program("eventlet")
def thread_that_raises(probe):
    """An error in the thread comes out of the call; the next one works.

    call                      1  1  6   1  1
    work                      2  5  5   5  5
    tpool.py:execute          2  0  5   0  0
      < call                  2  0  5   0  0
    event.py:wait             2  0  5   0  0
    hub.py:switch             2  0  5   0  0
    C:switch                  2  5  5   0  0
    wait 5 call
    elapsed 6  active 1  tasks 2  unfinished 0
    """
    def call():
        try:
            tpool.execute(work, 2)
        except ValueError:
            t.now += 1
        tpool.execute(work, 3)

    def work(seconds):
        until_hub_waits()
        t.now += seconds
        if seconds == 2:
            raise ValueError("x")
    quiet, tpool.QUIET = tpool.QUIET, True
    try:
        with_pool(True)(probe, call)
    finally:
        tpool.QUIET = quiet


@program("eventlet")
def others_in_the_pool(probe):
    """Another greenlet uses tpool at the same time, for the same function: that is not the call's.

    call                      1  1 14   1  1
    work                      1  3 13   3 13
    tpool.py:execute          1  0 13   0  0
      < call                  1  0 13   0  0
    event.py:wait             1  0 13   0  0
    hub.py:switch             1  0 13   0  0
    C:switch                  1 13 13   0  0
    C:sleep                   *  *  *   *  *
    wait 13 call
    elapsed 14  active 1  tasks 1  unfinished 0
    """
    def call():
        t.now += 1                          # 0 to 1
        tpool.execute(work, 3, 1, 2, 2)     # 1 to 14, 10 of them until the other one is done

    def work(seconds, begun, awaited, done):
        until_stage(awaited, begun)
        until_hub_waits()
        t.now += seconds
        t.stage = done
    another = eventlet.spawn(probe.innocent(tpool.execute, work, 10, 0, 1, 2))
    with_pool(True)(probe, call)
    another.wait()
