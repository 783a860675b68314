"""Greenlets that are killed."""
import eventlet

from clock import t
from programs import program


@program("eventlet")
def kill_one_that_waits(probe):
    """It works once more while it dies.

    call                      1  1  6   1  1
    child                     1  4  5   4  4
      < greenthread.py:main   1  4  5   4  4
    greenthread.py:spawn      1  0  0   0  0
      < call                  1  0  0   0  0
    greenthread.py:sleep      2  0  3   0  0
      < call                  1  0  2   0  0
      < child                 1  0  1   0  0
    greenthread.py:kill       2  0  6   0  0
      < call                  1  0  3   0  0
    hub.py:switch             2  0  3   0  0
    C:switch                  2  3  3   0  0
    C:throw                   1  3  3   0  0
    wait 5 call
    wait 1 child
    elapsed 6  active 1
    """
    def call():
        one = eventlet.spawn(child)
        eventlet.sleep(2)                   # 0 to 2
        one.kill()                          # 2 to 5
        t.now += 1                          # 5 to 6

    def child():
        t.now += 1                          # 0 to 1
        try:
            eventlet.sleep(50)              # 1 to 2
        finally:
            t.now += 3                      # 2 to 5
    probe(call)


@program("eventlet")
def kill_one_not_started(probe):
    """It never runs; its sister does, while the call gives way to the killing.

    call                      1  2  6   2  2
    sister                    1  4  4   4  4
      < greenthread.py:main   1  4  4   4  4
    greenthread.py:spawn      2  0  0   0  0
      < call                  2  0  0   0  0
    greenthread.py:kill       2  0  8   0  0
      < call                  1  0  4   0  0
    C:throw                   1  4  4   0  0
    wait 4 call
    elapsed 6  active 2
    """
    def call():
        eventlet.spawn(sister)
        one = eventlet.spawn(never)
        t.now += 1                          # 0 to 1
        one.kill()                          # 1 to 5
        t.now += 1                          # 5 to 6

    def sister():
        t.now += 4

    def never():
        t.now += 1000
    probe(call)


@program("eventlet")
def killed_from_outside(probe):
    """The call is killed by a greenlet that is not its own.

    call                      1  2  7   2  3
    inner                     1  1  5   1  1
      < call                  1  1  5   1  1
    greenthread.py:sleep      1  0  4   0  0
      < inner                 1  0  4   0  0
    hub.py:switch             1  0  4   0  0
    C:switch                  1  4  4   0  0
    wait 4 call;inner
    elapsed 7  active 3
    """
    def call():
        try:
            inner()
        finally:
            t.now += 2                      # 5 to 7

    def inner():
        t.now += 1                          # 0 to 1
        eventlet.sleep(50)                  # 1 to 5

    victim = eventlet.spawn(probe, call)
    eventlet.sleep(5)
    victim.kill()


@program("eventlet")
def killed_by_its_own_child(probe):
    """The child that kills is in the middle of that when the capture ends.

    call                      1  1  3   1  1
    child                     1  2  2   2  2
    C:getcurrent              *  0  0   0  0
      < call                  1  0  0   0  0
    greenthread.py:spawn_n    1  0  0   0  0
      < call                  1  0  0   0  0
    greenthread.py:sleep      1  0  2   0  0
      < call                  1  0  2   0  0
    greenthread.py:kill       1  0  0   0  0
      < child                 1  0  0   0  0
    C:throw                   1  0  0   0  0
    hub.py:switch             1  0  2   0  0
    C:switch                  1  2  2   0  0
    wait 2 call
    elapsed 3  active 1
    """
    def call():
        t.now += 1                          # 0 to 1
        eventlet.spawn_n(child, eventlet.getcurrent())
        eventlet.sleep(50)                  # 1 to 3

    def child(parent):
        t.now += 2
        eventlet.kill(parent)
        t.now += 1000                       # after the end
    victim = eventlet.spawn(probe, call)
    try:
        victim.wait()
    except eventlet.greenlet.GreenletExit:
        pass
    eventlet.sleep(1)


@program("eventlet")
def waits_while_dying(probe):
    """A killed child waits in its `finally`; the call does not wait for that.

    call                      1  2  8   2  2
    child                     1  0  7   0  1
    dying                     1  1  5   1  1
      < child                 1  1  5   1  1
    greenthread.py:spawn_n    1  0  0   0  0
      < call                  1  0  0   0  0
    greenthread.py:sleep      4  0 12   0  0
      < call                  2  0  6   0  0
      < child                 1  0  2   0  0
      < dying                 1  0  4   0  0
    greenthread.py:kill       1  0  0   0  0
      < call                  1  0  0   0  0
    hub.py:switch             4  0 12   0  0
    C:switch                  4 12 12   0  0
    C:throw                   1  0  0   0  0
    wait 6 call
    wait 2 child
    wait 4 child;dying
    elapsed 8  active 2
    """
    def call():
        one = eventlet.spawn_n(child)
        eventlet.sleep(2)                   # 0 to 2
        eventlet.kill(one)                  # gives way at 2 and goes on at 2
        t.now += 1
        eventlet.sleep(3)                   # 3 to 7: the child's turn comes first at 6
        t.now += 1                          # 7 to 8

    def child():
        try:
            eventlet.sleep(50)              # 0 to 2
        finally:
            dying()

    def dying():
        eventlet.sleep(4)                   # 2 to 6
        t.now += 1                          # 6 to 7
    probe(call)
