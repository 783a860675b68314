"""Several captures: at once, one after the other, within each other, ended by others."""
import eventlet

from clock import t
from programs import program


@program("eventlet")
def at_once(probe):
    """Two captures and an outsider run the same functions by turns; each capture has its own.

    capture first
    shared                   1  2  8   2  3
    step                     1  1  6   1  1
      < shared               1  1  6   1  1
    greenthread.py:sleep     1  0  5   0  0
      < step                 1  0  5   0  0
    hub.py:switch            1  0  5   0  0
    C:switch                 1  5  5   0  0
    wait 5 shared;step
    elapsed 8  active 3  greenlets 1
    capture second
    shared                   1  2  5   2  3
    step                     1  1  3   1  1
      < shared               1  1  3   1  1
    greenthread.py:sleep     1  0  2   0  0
      < step                 1  0  2   0  0
    hub.py:switch            1  0  2   0  0
    C:switch                 1  2  2   0  0
    wait 2 shared;step
    elapsed 5  active 3  greenlets 1
    """
    def shared(seconds):                    # works 0 to 2, 2 to 4, 4 to 6; then 7 to 8, 6 to 7, 9 to 10
        t.now += 1
        step(seconds)
        t.now += 1

    def step(seconds):
        t.now += 1
        eventlet.sleep(seconds)
    one = eventlet.spawn(lambda: probe(shared, 4, name="first"))
    two = eventlet.spawn(lambda: probe(shared, 1, name="second"))
    three = eventlet.spawn(probe.innocent(shared, 3))
    one.wait()
    two.wait()
    three.wait()


@program("eventlet")
def at_once_with_children(probe):
    """Two captures at once that each spawn, the children by turns: each belongs to who spawned it.

    capture first
    request                  1  2 15   2  2
    child                    2  6 17   6  6
      < greenthread.py:main  2  6 17   6  6
    greenthread.py:spawn     2  0  0   0  0
      < request              2  0  0   0  0
    greenthread.py:wait      2  0 13   0  0
      < request              2  0 13   0  0
    greenthread.py:sleep     2  0 11   0  0
      < child                2  0 11   0  0
    hub.py:switch            3  0 24   0  0
    C:switch                 3 24 24   0  0
    wait 13 request
    wait 11 child
    elapsed 15  active 2  greenlets 3
    capture second
    request                  1  2 15   2  2
    child                    2  6 13   6  6
      < greenthread.py:main  2  6 13   6  6
    greenthread.py:spawn     2  0  0   0  0
      < request              2  0  0   0  0
    greenthread.py:wait      2  0 13   0  0
      < request              2  0 13   0  0
    greenthread.py:sleep     2  0  7   0  0
      < child                2  0  7   0  0
    hub.py:switch            3  0 20   0  0
    C:switch                 3 20 20   0  0
    wait 13 request
    wait 7 child
    elapsed 15  active 2  greenlets 3
    """
    def request():                          # 0 to 1 and 14 to 15; 1 to 2 and 15 to 16
        t.now += 1
        one = eventlet.spawn(child)
        two = eventlet.spawn(child)
        one.wait()
        two.wait()
        t.now += 1

    def child():                            # the first's: 2 to 4, 10 to 11; 4 to 6, 11 to 12
        t.now += 2                          # the second's: 6 to 8, 12 to 13; 8 to 10, 13 to 14
        eventlet.sleep(1)
        t.now += 1
    one = eventlet.spawn(lambda: probe(request, name="first"))
    two = eventlet.spawn(lambda: probe(request, name="second"))
    one.wait()
    two.wait()


@program("eventlet")
def one_after_another(probe):
    """A capture in the greenlet of one that has ended, and of the same functions.

    capture first
    call                     1  1  4   1  1
    greenthread.py:sleep     1  0  3   0  0
      < call                 1  0  3   0  0
    hub.py:switch            1  0  3   0  0
    C:switch                 1  3  3   0  0
    wait 3 call
    elapsed 4  active 1
    capture second
    call                     1  1  6   1  1
    greenthread.py:sleep     1  0  5   0  0
      < call                 1  0  5   0  0
    hub.py:switch            1  0  5   0  0
    C:switch                 1  5  5   0  0
    wait 5 call
    elapsed 6  active 1
    """
    def call(seconds):
        t.now += 1
        eventlet.sleep(seconds)
    probe(call, 3, name="first")
    call(2)
    probe(call, 5, name="second")


@program("eventlet")
def one_ends_while_another_goes_on(probe):
    """The first to begin ends while the second waits, which goes on for long.

    capture first
    call                     1  1  4   1  1
    greenthread.py:sleep     1  0  3   0  0
      < call                 1  0  3   0  0
    hub.py:switch            1  0  3   0  0
    C:switch                 1  3  3   0  0
    wait 3 call
    elapsed 4  active 1
    capture second
    call                     1  1 10   1  1
    greenthread.py:sleep     1  0  9   0  0
      < call                 1  0  9   0  0
    hub.py:switch            1  0  9   0  0
    C:switch                 1  9  9   0  0
    wait 9 call
    elapsed 10  active 1
    capture third
    call                     1  1  2   1  1
    greenthread.py:sleep     1  0  1   0  0
      < call                 1  0  1   0  0
    hub.py:switch            1  0  1   0  0
    C:switch                 1  1  1   0  0
    wait 1 call
    elapsed 2  active 1
    """
    def call(seconds):
        t.now += 1
        eventlet.sleep(seconds)

    def twice():
        probe(call, 3, name="first")        # 0 to 4
        call(1)                             # 4 to 6
        probe(call, 1, name="third")        # 6 to 8
    one = eventlet.spawn(twice)
    two = eventlet.spawn(probe, call, 9, name="second")     # 1 to 11
    one.wait()
    two.wait()


@program("eventlet")
def stopped_in_another_greenlet(probe):
    """Ended by an outsider, while the call waits: what is open then lasts until then.

    call                     1  1  6   1  2
    inner                    1  1  5   1  1
      < call                 1  1  5   1  1
    greenthread.py:sleep     1  0  4   0  0
      < inner                1  0  4   0  0
    hub.py:switch            1  0  4   0  0
    C:switch                 1  4  4   0  0
    wait 4 call;inner
    elapsed 6  active 2
    """
    held = {}

    def request():
        held["session"] = probe.start()
        call()

    def call():
        t.now += 1
        inner()
        t.now += 1000

    def inner():
        t.now += 1
        eventlet.sleep(20)                  # from 2, beyond the end at 6
        t.now += 1000
    one = eventlet.spawn(request)
    eventlet.sleep(4)                       # 0 to 4: due at 4, on its own
    t.now += 2                              # 4 to 6
    probe.stop(held["session"])
    one.wait()


@program("eventlet")
def stopped_by_its_child(probe):
    """Ended by a greenlet that the call has started, in the middle of its own work.

    call                     1  1  6   1  1
    child                    1  3  5   3  5
    ender                    1  2  2   2  2
      < child                1  2  2   2  2
    greenthread.py:spawn_n   1  0  0   0  0
      < call                 1  0  0   0  0
    greenthread.py:sleep     1  0  5   0  0
      < call                 1  0  5   0  0
    hub.py:switch            1  0  5   0  0
    C:switch                 1  5  5   0  0
    wait 5 call
    elapsed 6  active 1
    """
    held = {}

    def call():
        t.now += 1
        eventlet.spawn_n(child)
        eventlet.sleep(50)
        t.now += 1000

    def child():
        t.now += 3                          # 1 to 4
        ender()
        t.now += 1000

    def ender():
        t.now += 2                          # 4 to 6
        probe.stop(held["session"])
        t.now += 1000
    held["session"] = probe.start()
    call()


@program("eventlet")
def stopped_within_another_capture(probe):
    """A capture ends one that is not its own, and itself goes on.

    capture ended
    call                     1  1  3   1  1
    greenthread.py:sleep     1  0  2   0  0
      < call                 1  0  2   0  0
    hub.py:switch            1  0  2   0  0
    C:switch                 1  2  2   0  0
    wait 2 call
    elapsed 3  active 1
    capture ender
    ender                    1  3  7   3  4
    step                     1  1  4   1  1
      < ender                1  1  4   1  1
    greenthread.py:sleep     1  0  3   0  0
      < step                 1  0  3   0  0
    hub.py:switch            1  0  3   0  0
    C:switch                 1  3  3   0  0
    wait 3 ender;step
    elapsed 7  active 4
    """
    held = {}

    def first():
        held["session"] = probe.start()
        call()

    def call():
        t.now += 1                          # 0 to 1
        eventlet.sleep(50)

    def ender():
        t.now += 2                          # 1 to 3
        probe.stop(held["session"], "ended")
        step()                              # 3 to 7
        t.now += 1                          # 7 to 8

    def step():
        t.now += 1
        eventlet.sleep(3)
    eventlet.spawn(first)
    eventlet.spawn(probe, ender, name="ender").wait()
    eventlet.sleep(60)


@program("eventlet")
def its_greenlet_has_ended(probe):
    """The greenlet in which it began ends; the capture does not, for its child.

    call                     1  1  1   1  1
    child                    1  1  5   1  1
    greenthread.py:spawn_n   1  0  0   0  0
      < call                 1  0  0   0  0
    greenthread.py:sleep     1  0  4   0  0
      < child                1  0  4   0  0
    hub.py:switch            1  0  4   0  0
    C:switch                 1  4  4   0  0
    wait 4 child
    elapsed 6  active 1
    """
    held = {}

    def request():
        held["session"] = probe.start()
        call()

    def call():
        t.now += 1                          # 0 to 1
        eventlet.spawn_n(child)

    def child():
        t.now += 1                          # 1 to 2
        eventlet.sleep(50)                  # from 2, beyond the end at 6
    eventlet.spawn(request)
    eventlet.sleep(6)
    probe.stop(held["session"])
    eventlet.sleep(60)


@program("eventlet")
def within_each_other(probe):
    """A capture that would begin inside of another, or in a child of it, belongs to that one.

    call                     1  2  8   2  4
    inner                    2  4  6   4  4
    child                    1  0  3   0  2
      < greenthread.py:main  1  0  3   0  2
    greenthread.py:spawn     1  0  0   0  0
      < call                 1  0  0   0  0
    greenthread.py:wait      1  0  3   0  0
      < call                 1  0  3   0  0
    greenthread.py:sleep     2  0  2   0  0
      < inner                2  0  2   0  0
    hub.py:switch            3  0  5   0  0
    C:switch                 3  5  5   0  0
    wait 3 call
    wait 1 call;inner
    wait 1 child;inner
    elapsed 8  active 4  greenlets 2
    """
    def call():
        t.now += 1
        probe.nested(inner)                 # 1 to 4
        eventlet.spawn(child).wait()        # 4 to 7
        t.now += 1

    def child():
        probe.nested(inner)

    def inner():
        t.now += 2
        eventlet.sleep(1)
    probe(call)


@program("eventlet")
def of_scope_call_at_once(probe):
    """A capture with scope `call`, whose child begins a capture: that one is its own.

    capture outer
    call                     1  1  5   1  1
    greenthread.py:spawn     1  0  0   0  0
      < call                 1  0  0   0  0
    greenthread.py:wait      1  0  4   0  0
      < call                 1  0  4   0  0
    event.py:wait            1  0  4   0  0
    hub.py:switch            1  0  4   0  0
    C:switch                 1  4  4   0  0
    wait 4 call
    elapsed 5  active 1  greenlets 1
    capture inner
    child                    1  1  4   1  1
    greenthread.py:sleep     1  0  3   0  0
      < child                1  0  3   0  0
    hub.py:switch            1  0  3   0  0
    C:switch                 1  3  3   0  0
    wait 3 child
    elapsed 4  active 1  greenlets 1
    """
    def call():
        t.now += 1
        eventlet.spawn(captured).wait()

    def captured():
        probe(child, name="inner")

    def child():
        t.now += 1
        eventlet.sleep(3)
    probe(call, name="outer", scope="call")


@program("eventlet")
def many_at_once(probe):
    """Forty captures at once beside a long one: each has its request, and no other's.

    request                  1  1 100  1  1
    greenthread.py:sleep     1  0  99  0  0
      < request              1  0  99  0  0
    hub.py:switch            1  0  99  0  0
    C:switch                 1 99  99  0  0
    wait 99 request
    elapsed 100  active 1  greenlets 1
    """
    sessions, greenlets = {}, []

    def request(seconds):
        t.now += 1
        eventlet.sleep(seconds)

    def captured(number):                   # begins at number + 1, all are due at 102
        session = sessions[number] = probe.start()
        try:
            request(100 - number)
        finally:
            session.stop()
    for number in range(40):
        greenlets.append(eventlet.spawn(captured, number))
    probe(request, 99)
    for one in greenlets:
        one.wait()
    for number, session in sessions.items():
        found = [tuple(round(figure, 6) for figure in row[:4]) for key, row in probe.port.rows(session).items() if key[2] == "request"]
        probe.true(found == [(1, 1, 1.0, 101.0 - number)], "request %d has the rows %s" % (number, found))