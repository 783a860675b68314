"""C functions that call back into Python, which waits: no such C function may keep a wait in its active time."""
import eventlet

from clock import t
from programs import program


@program("eventlet")
def key_that_waits(probe):
    """One caller calls the same function directly and through a C function; it waits in both.

    call                     1  1 17   1  4
    key                      3  3 16   3  3
      < call                 1  1  6   1  1
      < C:sorted             2  2 10   2  2
    C:sorted                 1  0 10   0  2
      < call                 1  0 10   0  2
    greenthread.py:sleep     3  0 13   0  0
      < key                  3  0 13   0  0
    hub.py:switch            3  0 13   0  0
    C:switch                 3 13 13   0  0
    wait 13 call;key
    elapsed 17  active 4
    """
    def call():
        key(5)                              # 0 to 6
        sorted([1, 7], key=key)             # 6 to 16
        t.now += 1

    def key(seconds):
        t.now += 1
        eventlet.sleep(seconds)
        return seconds
    probe(call)


@program("eventlet")
def nested_callbacks_that_wait(probe):
    """C functions within each other, a wait below both and one between them.

    call                     1  0 13   0  3
    C:max                    1  0 13   0  3
      < call                 1  0 13   0  3
    outer                    2  2 13   2  3
      < C:max                2  2 13   2  3
    C:sum                    1  0  5   0  1
      < outer                1  0  5   0  1
    inner                    1  1  5   1  1
      < C:sum                1  1  5   1  1
    greenthread.py:sleep     3  0 10   0  0
      < outer                2  0  6   0  0
      < inner                1  0  4   0  0
    hub.py:switch            3  0 10   0  0
    C:switch                 3 10 10   0  0
    wait 6 call;outer
    wait 4 call;outer;inner
    elapsed 13  active 3
    """
    def call():
        max([2, 4], key=outer)

    def outer(n):
        t.now += 1
        eventlet.sleep(n)
        return sum(map(inner, [4])) if n == 4 else 0

    def inner(n):
        t.now += 1
        eventlet.sleep(n)
        return n
    probe(call)


@program("eventlet")
def c_function_below_itself(probe):
    """The same C function twice in one stack, and it waits below the inner one.

    call                     1    0  9   0  2
    C:sorted                 2/1  0  9   0  2
      < call                 1    0  9   0  2
      < outer                1    0  8   0  1
    outer                    1    1  9   1  2
      < C:sorted             1    1  9   1  2
    inner                    1    1  8   1  1
      < C:sorted             1    1  8   1  1
    greenthread.py:sleep     1    0  7   0  0
      < inner                1    0  7   0  0
    hub.py:switch            1    0  7   0  0
    C:switch                 1    7  7   0  0
    wait 7 call;outer;inner
    elapsed 9  active 2
    """
    def call():
        sorted([1], key=outer)

    def outer(_):
        t.now += 1
        return sorted([1], key=inner)

    def inner(_):
        t.now += 1
        eventlet.sleep(7)
    probe(call)


@program("eventlet")
def generator_that_waits(probe):
    """A generator waits, taken by a loop, by sum and by next; between its turns nothing of it is open.

    call                     1  3 24   3 12
    numbers                  7  9 21   9  9
      < call                 3  4 10   4  4
      < C:sum                3  4 10   4  4
      < C:next               1  1  1   1  1
    C:sum                    1  0 10   0  4
      < call                 1  0 10   0  4
    C:next                   1  0  1   0  1
      < call                 1  0  1   0  1
    greenthread.py:sleep     4  0 12   0  0
      < numbers              4  0 12   0  0
    hub.py:switch            4  0 12   0  0
    C:switch                 4 12 12   0  0
    wait 12 call;numbers
    elapsed 24  active 12
    """
    def call():
        for _ in numbers():
            t.now += 1
        sum(numbers())
        next(left)
        t.now += 1

    def numbers():
        t.now += 1
        yield 1
        t.now += 1
        eventlet.sleep(2)
        yield 2
        eventlet.sleep(4)
        t.now += 2
    left = numbers()
    probe(call)


@program("eventlet")
def recursion_that_waits(probe):
    """A wait at every depth of a recursion counts once in the function's total.

    call                     1    1 13   1  4
    down                     3/1  3 12   3  3
      < call                 1    1 12   1  3
      < down                 2/1  2  7   2  2
    greenthread.py:sleep     3    0  9   0  0
      < down                 3    0  9   0  0
    hub.py:switch            3    0  9   0  0
    C:switch                 3    9  9   0  0
    wait 4 call;down
    wait 3 call;down;down
    wait 2 call;down;down;down
    elapsed 13  active 4
    """
    def call():
        t.now += 1
        down(4)

    def down(n):
        t.now += 1
        eventlet.sleep(n)
        if n > 2:
            down(n - 1)
    probe(call)


@program("eventlet")
def callback_cut_off(probe):
    """A Timeout unwinds through a C function, another goes off in it and is caught below it.

    call                     1  1  9   1  4
    key                      3  3  8   3  3
      < C:sorted             3  3  8   3  3
    C:sorted                 2  0  8   0  3
      < call                 2  0  8   0  3
    timeout.py:__init__      2  0  0   0  0
      < call                 1  0  0   0  0
      < key                  1  0  0   0  0
    timeout.py:__enter__     2  0  0   0  0
      < call                 1  0  0   0  0
      < key                  1  0  0   0  0
    timeout.py:__exit__      2  0  0   0  0
      < call                 1  0  0   0  0
      < key                  1  0  0   0  0
    greenthread.py:sleep     3  0  5   0  0
      < key                  3  0  5   0  0
    hub.py:switch            3  0  5   0  0
    C:switch                 3  5  5   0  0
    wait 5 call;key
    elapsed 9  active 4
    """
    def call():
        with eventlet.Timeout(3, False):
            sorted([30], key=key)           # 0 to 3
        sorted([20, 2], key=key)            # 3 to 8
        t.now += 1

    def key(seconds):
        t.now += 1
        if seconds == 20:
            with eventlet.Timeout(1, False):
                eventlet.sleep(seconds)
        else:
            eventlet.sleep(seconds)
        return seconds
    probe(call)
