"""Greenlets that work and wait."""
import eventlet
from eventlet.event import Event

from clock import t
from programs import program


@program("eventlet")
def working_and_sleeping(probe):
    """A greenlet that works and sleeps.

    call                     1  1 12   1  4
    step                     3  3 11   3  3
      < call                 3  3 11   3  3
    greenthread.py:sleep     3  0  8   0  0
      < step                 3  0  8   0  0
    hub.py:switch            3  0  8   0  0
    C:switch                 3  8  8   0  0
      < hub.py:switch        3  8  8   0  0
    wait 8 call;step
    elapsed 12  active 4  greenlets 1
    """
    def call():
        t.now += 1
        step(5)
        step(2)
        step(1)

    def step(seconds):
        t.now += 1
        eventlet.sleep(seconds)
    probe(call)


@program("eventlet")
def others_work_meanwhile(probe):
    """Another greenlet runs the same function, and is at work when the call wants to go on.

    call                     1  1 13   1  2
    shared                   1  1 12   1  1
      < call                 1  1 12   1  1
    greenthread.py:sleep     1  0 11   0  0
      < shared               1  0 11   0  0
    hub.py:switch            1  0 11   0  0
    C:switch                 1 11 11   0  0
      < hub.py:switch        1 11 11   0  0
    wait 11 call;shared
    elapsed 13  active 2  greenlets 1
    """
    def call():
        t.now += 1
        shared(8)

    def shared(seconds):
        t.now += 1
        eventlet.sleep(seconds)

    def other():            # begins at 2, when the call waits until 10
        shared(3)
        t.now += 6          # 6 to 12
        shared(1)           # 12 to 13: now it gives way
    another = eventlet.spawn(probe.innocent(other))
    probe(call)
    another.wait()


@program("eventlet")
def waits_in_many_stacks(probe):
    """One function that waits below several callers, and one that waits twice.

    call                     1  0 15   0  1
    left                     1  1  3   1  1
      < call                 1  1  3   1  1
    right                    1  0 12   0  0
      < call                 1  0 12   0  0
    nap                      4  0 14   0  0
      < left                 1  0  2   0  0
      < right                3  0 12   0  0
    greenthread.py:sleep     4  0 14   0  0
      < nap                  4  0 14   0  0
    hub.py:switch            4  0 14   0  0
    C:switch                 4 14 14   0  0
      < hub.py:switch        4 14 14   0  0
    wait 2  call;left;nap
    wait 12 call;right;nap
    elapsed 15  active 1  switches 4
    """
    def call():
        left()
        right()

    def left():
        t.now += 1
        nap(2)

    def right():
        nap(3)
        nap(4)
        nap(5)

    def nap(seconds):
        eventlet.sleep(seconds)
    probe(call)


@program("eventlet")
def events_and_queues(probe):
    """Woken by what greenlets outside of the capture do.

    call                     1  3 12   3  3
    event.py:wait            2  0  6   0  0
      < call                 2  0  6   0  0
    queue.py:get             1  0  3   0  0
      < call                 1  0  3   0  0
    queue.py:wait            1  0  3   0  0
    hub.py:switch            2  0  9   0  0
    C:switch                 2  9  9   0  0
      < hub.py:switch        2  9  9   0  0
    wait 9 call
    elapsed 12  active 3  greenlets 1
    """
    event, queue = Event(), eventlet.Queue()

    def call():
        t.now += 1
        event.wait()        # 1 to 7
        t.now += 1
        event.wait()        # is there already
        queue.get()         # 8 to 11
        t.now += 1

    def sender():
        eventlet.sleep(5)   # 1 to 6
        t.now += 1          # 6 to 7
        event.send("sent")
        eventlet.sleep(4)   # 7 to 11
        queue.put("put")
    another = eventlet.spawn(probe.innocent(sender))
    probe(call)
    another.wait()


@program("eventlet")
def giving_way(probe):
    """sleep(0): the others' turns are waits like any other.

    call                     1  3  9   3  3
    greenthread.py:sleep     3  0  6   0  0
      < call                 3  0  6   0  0
    hub.py:switch            3  0  6   0  0
    C:switch                 3  6  6   0  0
      < hub.py:switch        3  6  6   0  0
    wait 6 call
    elapsed 9  active 3  switches 3
    """
    def call():
        for _ in range(3):
            t.now += 1
            eventlet.sleep(0)

    def other():
        for _ in range(3):
            t.now += 2
            eventlet.sleep(0)
    another = eventlet.spawn(probe.innocent(other))
    probe(call)
    another.wait()


@program("eventlet")
def never_waiting(probe):
    """A call that never gives way, beside greenlets that are ready all the time.

    call                     1  1  7   1  7
    work                     3  6  6   6  6
      < call                 3  6  6   6  6
    elapsed 7  active 7  switches 0  greenlets 1
    """
    def call():
        t.now += 1
        for _ in range(3):
            work()

    def work():
        t.now += 2
    another = eventlet.spawn(probe.innocent(work))
    probe(call)
    another.wait()
