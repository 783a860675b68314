"""GreenPool and GreenPile: workers that the call starts by way of a pool."""
import eventlet

from clock import t
from programs import program


@program("eventlet")
def pool_spawn(probe):
    """A pool smaller than the number of its tasks: spawning waits.

    call                      1  1 10   1  1
    task                      4  4 16   4  4
      < greenthread.py:main   4  4 16   4  4
    greenpool.py:__init__     1  0  0   0  0
      < call                  1  0  0   0  0
    greenpool.py:spawn        4  0  5   0  0
      < call                  4  0  5   0  0
    greenpool.py:waitall      1  0  4   0  0
      < call                  1  0  4   0  0
    greenthread.py:sleep      4  0 12   0  0
      < task                  4  0 12   0  0
    hub.py:switch             7  0 21   0  0
    C:switch                  7 21 21   0  0
    wait 9 call
    wait 12 task
    elapsed 10  active 1  greenlets 5
    """
    def call():
        t.now += 1                          # 0 to 1
        pool = eventlet.GreenPool(2)
        for _ in range(4):
            pool.spawn(task)                # the third waits from 1 to 5, the fourth from 5 to 6
        pool.waitall()                      # 6 to 10

    def task():                             # from 1 to 5, from 2 to 6, from 5 to 9, from 6 to 10
        t.now += 1
        eventlet.sleep(3)
    probe(call)


@program("eventlet")
def pool_imap(probe):
    """imap: the tasks run side by side, the call takes their answers in order.

    call                      1  3  8   3  3
    task                      3  3 10   3  3
      < greenthread.py:main   3  3 10   3  3
    greenpool.py:__init__     *  0  0   0  0
      < call                  1  0  0   0  0
    greenpool.py:imap         1  0  0   0  0
      < call                  1  0  0   0  0
    greenpool.py:__iter__     1  0  0   0  0
      < call                  1  0  0   0  0
    greenpool.py:next         4  0  5   0  0
      < call                  4  0  5   0  0
    greenthread.py:sleep      3  0  7   0  0
      < task                  3  0  7   0  0
    hub.py:switch             *  0 16   0  0
    C:switch                  * 16 16   0  0
    wait 5 call
    wait 7 task
    wait 4 -
    elapsed 8  active 3
    """
    def call():
        for answer in eventlet.GreenPool(3).imap(task, [4, 2, 1]):      # waits from 0 to 5 for the first
            t.now += answer
            t.now += 1 - answer

    def task(seconds):                      # 0 to 5, 1 to 4, 2 to 4: then the pool has room for imap's own last task
        t.now += 1
        eventlet.sleep(seconds)
        return seconds
    probe(call)


@program("eventlet")
def pool_starmap(probe):
    """starmap, its answers taken by a C function, which has the waits in its wall time alone.

    call                      1  0 10   0  0
    C:sum                     1  0 10   0  0
      < call                  1  0 10   0  0
    task                      3  6 15   6  6
      < greenthread.py:main   3  6 15   6  6
    greenpool.py:__init__     *  0  0   0  0
      < call                  1  0  0   0  0
    greenpool.py:starmap      1  0  0   0  0
      < call                  1  0  0   0  0
    greenpool.py:next         4  0 10   0  0
      < C:sum                 4  0 10   0  0
    greenthread.py:sleep      3  0  9   0  0
      < task                  3  0  9   0  0
    hub.py:switch             *  0 25   0  0
    C:switch                  * 25 25   0  0
    wait 10 call
    wait 9 task
    wait 6 -
    elapsed 10  active 0
    """
    def call():
        total = sum(eventlet.GreenPool(2).starmap(task, [(1, 5), (2, 3), (3, 1)]))
        probe.must(total == 6, "answers were lost")

    def task(number, seconds):              # 0 to 6, 1 to 6, 6 to 10: the third had to wait for room
        t.now += number
        eventlet.sleep(seconds)
        return number
    probe(call)


@program("eventlet")
def pool_used_by_others(probe):
    """A GreenPile on a pool that others use at the same time: their tasks are not the call's.

    call                      1  1  8   1  1
    C:sorted                  1  0  7   0  0
      < call                  1  0  7   0  0
    task                      3  6  6   6  6
      < greenthread.py:main   3  6  6   6  6
    greenpool.py:__init__     1  0  0   0  0
      < call                  1  0  0   0  0
    greenpool.py:spawn        *  0  0   0  0
      < call                  3  0  0   0  0
    greenpool.py:next         4  0  7   0  0
      < C:sorted              4  0  7   0  0
    hub.py:switch             *  0  7   0  0
    C:switch                  *  7  7   0  0
    wait 7 call
    elapsed 8  active 1  greenlets 4
    """
    pool = eventlet.GreenPool(10)

    def call():
        pile = eventlet.GreenPile(pool)
        for number in range(3):
            pile.spawn(task, number)
        t.now += 1
        answers = sorted(pile)              # waits from 1 to 8: three tasks, and strange() once
        probe.must(answers == [0, 1, 2], "answers were lost")

    def task(number):
        t.now += 2
        return number

    def other():
        for _ in range(3):
            pool.spawn(strange).wait()

    def strange():
        t.now += 1
    another = eventlet.spawn(probe.innocent(other))
    probe(call)
    another.wait()


@program("eventlet")
def thousands_of_greenlets(probe):
    """Three thousand, five hundred at a time: ids are used again and again.

    call                            1     0     6     0     0
    task                         3000     0  3000     0     0
      < greenpool.py:_spawn_n_impl 3000   0  3000     0     0
    leaf                         3000     0     0     0     0
      < task                     3000     0     0     0     0
    greenpool.py:__init__           1     0     0     0     0
      < call                        1     0     0     0     0
    greenpool.py:spawn_n         3000     0     5     0     0
      < call                     3000     0     5     0     0
    greenpool.py:waitall            1     0     1     0     0
      < call                        1     0     1     0     0
    greenthread.py:sleep         3000     0  3000     0     0
      < task                     3000     0  3000     0     0
    hub.py:switch                3006     0  3006     0     0
    C:switch                     3006  3006  3006     0     0
    wait 6 call
    wait 3000 task
    elapsed 6  active 0  greenlets 3001
    """
    def call():                             # six turns of five hundred, a second each
        pool = eventlet.GreenPool(500)
        for _ in range(3000):
            pool.spawn_n(task)
        pool.waitall()

    def task():
        eventlet.sleep(1)
        leaf()

    def leaf():
        pass
    probe(call)
