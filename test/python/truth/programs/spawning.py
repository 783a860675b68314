"""What a call starts belongs to it: spawn, spawn_n, spawn_after, transitively."""
import eventlet
from eventlet import greenthread

from clock import t
from programs import program


@program("eventlet")
def spawn_tree(probe):
    """Children and grandchildren, by every way to spawn.

    call                     1  2 14   2  2
    branch                   1  2 12   2  2
      < greenthread.py:main  1  2 12   2  2
    leaf                     3 10 10  10 10
      < greenthread.py:main  2  6  6   6  6
    greenthread.py:main      3  0 18   0  8
    greenthread.py:spawn     2  0  0   0  0
      < call                 1  0  0   0  0
      < branch               1  0  0   0  0
    greenthread.py:spawn_n   1  0  0   0  0
      < call                 1  0  0   0  0
    greenthread.py:spawn_after 1 0 0   0  0
      < call                 1  0  0   0  0
    greenthread.py:wait      2  0 22   0  0
      < call                 1  0 12   0  0
      < branch               1  0 10   0  0
    event.py:wait            2  0 22   0  0
    hub.py:switch            2  0 22   0  0
    C:switch                 2 22 22   0  0
      < hub.py:switch        2 22 22   0  0
    wait 12 call
    wait 10 branch
    elapsed 14  active 2  greenlets 5
    """
    def call():                             # works 0 to 1
        t.now += 1
        child = eventlet.spawn(branch)
        eventlet.spawn_n(leaf, 4)
        eventlet.spawn_after(3, leaf, 5)
        child.wait()                        # 1 to 13
        t.now += 1                          # 13 to 14

    def branch():
        t.now += 2                          # 1 to 3
        eventlet.spawn(leaf, 1).wait()      # 3 to 13: leaf(4) from 3, leaf(1) from 7, leaf(5) from 8

    def leaf(seconds):
        t.now += seconds
    probe(call)


@program("eventlet")
def child_outlives_call(probe):
    """A child still waits when the call ends, one has not begun: what has been counts.

    call                     1  1  6   1  1
    child                    1  1  6   1  1
    inner                    1  0  5   0  0
      < child                1  0  5   0  0
    greenthread.py:spawn_n   1  0  0   0  0
      < call                 1  0  0   0  0
    greenthread.py:spawn_after 1 0 0   0  0
      < call                 1  0  0   0  0
    greenthread.py:sleep     2  0 10   0  0
      < call                 1  0  5   0  0
      < inner                1  0  5   0  0
    hub.py:switch            2  0 10   0  0
    C:switch                 2 10 10   0  0
      < hub.py:switch        2 10 10   0  0
    wait 5 call
    wait 5 child;inner
    elapsed 6  active 1
    """
    ended = []

    def call():
        eventlet.spawn_n(child)
        eventlet.spawn_after(50, late)
        eventlet.sleep(5)                   # 0 to 5
        t.now += 1

    def child():
        t.now += 1                          # 0 to 1
        inner()                             # from 1, beyond the end at 6

    def inner():
        eventlet.sleep(20)

    def late():
        ended.append(1)
    probe(call)
    eventlet.sleep(100)
    probe.must(ended == [1], "a greenlet did not go on")


@program("eventlet")
def cancelled_before_it_began(probe):
    """A child cancelled, and one that is local to a greenlet that has ended: neither has rows.

    call                     1  1  9   1  1
    parent                   1  1  1   1  1
    greenthread.py:spawn_after 1 0 0   0  0
      < call                 1  0  0   0  0
    greenthread.py:spawn_after_local 1 0 0   0  0
      < parent               1  0  0   0  0
    greenthread.py:spawn_n   1  0  0   0  0
      < call                 1  0  0   0  0
    greenthread.py:cancel    2  0  2   0  0
      < call                 1  0  1   0  0
    C:throw                  1  1  1   0  0
      < greenthread.py:kill  1  1  1   0  0
    greenthread.py:sleep     1  0  7   0  0
      < call                 1  0  7   0  0
    hub.py:switch            1  0  7   0  0
    C:switch                 1  7  7   0  0
      < hub.py:switch        1  7  7   0  0
    wait 8 call
    elapsed 9  active 1
    """
    def call():
        one = eventlet.spawn_after(2, never)
        eventlet.spawn_n(parent)
        one.cancel()                        # gives way from 0 to 1
        t.now += 1
        eventlet.sleep(7)

    def parent():
        greenthread.spawn_after_local(3, never)
        t.now += 1

    def never():
        t.now += 1000
    probe(call)


@program("eventlet")
def others_spawn_meanwhile(probe):
    """What greenlets outside of the capture spawn while it is open is none of its affair.

    call                     1  1 10   1  1
    greenthread.py:sleep     1  0  9   0  0
      < call                 1  0  9   0  0
    hub.py:switch            1  0  9   0  0
    C:switch                 1  9  9   0  0
      < hub.py:switch        1  9  9   0  0
    wait 9 call
    elapsed 10  active 1  greenlets 1
    """
    def call():
        t.now += 1
        eventlet.sleep(9)

    def other():
        eventlet.spawn_n(leaf)
        eventlet.spawn(leaf).wait()
        eventlet.spawn_after(1, leaf)

    def leaf():
        t.now += 1
        eventlet.sleep(1)
    another = eventlet.spawn(probe.innocent(other))
    probe(call)
    another.wait()


@program("eventlet")
def scope_call(probe):
    """With scope `call` what it spawns is left out.

    call                     1  1  6   1  1
    greenthread.py:spawn     1  0  0   0  0
      < call                 1  0  0   0  0
    greenthread.py:wait      1  0  5   0  0
      < call                 1  0  5   0  0
    event.py:wait            1  0  5   0  0
    hub.py:switch            1  0  5   0  0
    C:switch                 1  5  5   0  0
      < hub.py:switch        1  5  5   0  0
    wait 5 call
    elapsed 6  active 1  greenlets 1
    """
    def call():
        t.now += 1
        eventlet.spawn(child).wait()

    def child():
        t.now += 2
        eventlet.sleep(3)
    probe(call, scope="call")


@program("eventlet")
def scope_process(probe):
    """With scope `process` every greenlet of the thread counts from its next turn on, the hub too.

    call                     1  1  9   1  1
    loop                     1  0  8   0  3
    turn                     1  3  3   3  3
      < loop                 1  3  3   3  3
    greenthread.py:sleep     3  0 13   0  0
      < call                 1  0  8   0  0
      < loop                 2  0  5   0  0
    hub.py:switch            3  0 13   0  0
    C:switch                 6 16 16   0  0
      < hub.py:switch        3 13 13   0  0
      < timer.py:__call__    3  3  3   0  0
    wait 8 call
    wait 5 loop
    wait 3 -
    elapsed 9  active 1
    """
    def call():
        t.now += 1                          # 0 to 1
        eventlet.sleep(8)                   # 1 to 9

    def loop():                             # begins at 1
        turn()                              # 1 to 4
        eventlet.sleep(2)                   # 4 to 6
        eventlet.sleep(50)                  # from 6, beyond the end

    def turn():
        t.now += 3
    another = eventlet.spawn(probe.innocent(loop))
    probe(call, scope="process")
    another.kill()
