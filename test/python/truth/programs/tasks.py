"""Work handed to the threads of an executor. One thread moves the clock at a time: the tasks wait until who
waits for them does."""
import sys
from concurrent.futures import ThreadPoolExecutor

from clock import native, t, until_stage, until_waiting
from programs import program


@program("unpatched")
def submitted(probe):
    """Two tasks in one worker, a caller that waits for each: they belong to the call, as roots.

    call                     1  2  8   2  8
    task                     2  4  6   4  6
    leaf                     2  2  2   2  2
      < task                 2  2  2   2  2
    thread.py:submit         2  0  0   0  0
      < call                 2  0  0   0  0
    _base.py:result          2  *  6   *  6
      < call                 2  *  6   *  6
    threading.py:wait        *  *  *   *  *
    C:acquire                *  *  *   *  *
    elapsed 8  tasks 2  unfinished 0
    """
    main, pool = native.get_ident(), ThreadPoolExecutor(1)

    def call():
        t.now += 1                          # 0 to 1
        one = pool.submit(task, 1, 1)
        two = pool.submit(task, 2, 3)
        t.stage = 1
        one.result()                        # 1 to 3
        t.stage = 2
        two.result()                        # 3 to 7
        t.now += 1

    def task(stage, seconds):
        until_waiting(main, stage)
        t.now += seconds
        leaf()

    def leaf():
        t.now += 1
    with pool:
        probe(call)


@program("unpatched")
def mapped(probe):
    """Executor.map over a pool that the call makes and shuts down.

    call                     1  2  7   2  7
    task                     2  5  5   5  5
    _base.py:map             1  0  0   0  0
      < call                 1  0  0   0  0
    thread.py:submit         2  0  0   0  0
    _base.py:result_iterator 3  *  5   *  5
      < call                 3  *  5   *  5
    threading.py:wait        *  *  *   *  *
    C:acquire                *  *  *   *  *
    thread.py:__init__       *  0  0   0  0
      < call                 1  0  0   0  0
    _base.py:__enter__       1  0  0   0  0
      < call                 1  0  0   0  0
    _base.py:__exit__        1  0  0   0  0
      < call                 1  0  0   0  0
    elapsed 7  tasks 2  unfinished 0
    """
    main = native.get_ident()

    def call():
        with ThreadPoolExecutor(1) as pool:
            t.stage = 1
            t.now += 1
            for stage in pool.map(task, [1, 2], [2, 3]):
                t.stage = stage + 1
            t.now += 1

    def task(stage, seconds):
        until_waiting(main, stage)
        t.now += seconds
        return stage
    probe(call)


@program("unpatched")
def tasks_of_tasks(probe):
    """A task hands work to another pool: that belongs to the call as well.

    call                     1  1  8   1  8
    outer                    1  3  7   3  7
    inner                    1  4  4   4  4
    _base.py:result          2  * 11   * 11
      < call                 1  *  7   *  7
      < outer                1  *  4   *  4
    threading.py:wait        *  *  *   *  *
    C:acquire                *  *  *   *  *
    thread.py:submit         2  0  0   0  0
      < call                 1  0  0   0  0
      < outer                1  0  0   0  0
    C:get_ident              *  0  0   0  0
      < outer                1  0  0   0  0
    elapsed 8  tasks 2  unfinished 0
    """
    main, pool, other = native.get_ident(), ThreadPoolExecutor(1), ThreadPoolExecutor(1)

    def call():
        t.now += 1
        one = pool.submit(outer)
        t.stage = 1
        one.result()                        # 1 to 8

    def outer():
        until_waiting(main, 1)
        t.now += 2                          # 1 to 3
        two = other.submit(inner, native.get_ident())
        t.stage = 2
        two.result()                        # 3 to 7
        t.now += 1                          # 7 to 8

    def inner(waiting):
        until_waiting(waiting, 2)
        t.now += 4
    with pool, other:
        probe(call)


@program("unpatched")
def others_tasks_in_the_pool(probe):
    """Another thread hands the same function to the same worker, between two tasks of the call.

    call                     1  1 16   1 16
    task                     2  5  5   5  5
    _base.py:result          2  * 15   * 15
      < call                 2  * 15   * 15
    threading.py:wait        *  *  *   *  *
    C:acquire                *  *  *   *  *
    thread.py:submit         2  0  0   0  0
      < call                 2  0  0   0  0
    elapsed 16  tasks 2  unfinished 0
    """
    main, pool = native.get_ident(), ThreadPoolExecutor(1)

    def call():
        t.now += 1
        one = pool.submit(task, 3, 2)
        t.stage = 1
        until_stage(2)                      # the other one has handed in its task
        two = pool.submit(task, 4, 3)
        t.stage = 3
        one.result()                        # 1 to 3
        t.stage = 4
        two.result()                        # 3 to 16, 10 of them for the strange one

    def task(stage, seconds):
        until_waiting(main, stage)
        t.now += seconds

    def other():
        until_stage(1)
        pool.submit(probe.innocent(task, 4, 10))
        t.stage = 2
    native.start_new_thread(probe.innocent(other), ())
    with pool:
        probe(call)


@program("unpatched")
def unfinished(probe):
    """A task that still runs when the call ends, and one that waits for its turn: measured until then.

    call                     1  1  3   1  3
    task                     1  2  2   2  2
    thread.py:submit         2  0  0   0  0
      < call                 2  0  0   0  0
    C:sleep                  *  *  *   *  *
    elapsed 3  tasks 2  unfinished 2
    """
    pool, ended = ThreadPoolExecutor(1), []

    def call():
        t.now += 1
        pool.submit(task, 1)
        pool.submit(task, 2)
        until_stage(2, 1)

    def task(number):
        until_stage(1)
        t.now += 2
        t.stage += 1
        until_stage(3)                      # after the capture
        t.now += 1000
        ended.append(number)

    with pool:
        probe(call)
        t.stage = 3
        probe.must(pool.submit(sys.getprofile).result() is None, "the worker is still profiled")
    probe.must(ended == [1, 2], "the tasks did not go on")


@program("unpatched")
def tasks_that_fail(probe):
    """One raises, which the call catches; one is cancelled before its turn.

    call                     1  2  5   2  5
    task                     1  3  3   3  3
    _base.py:result          1  *  3   *  3
      < call                 1  *  3   *  3
    _base.py:cancel          1  0  0   0  0
      < call                 1  0  0   0  0
    threading.py:wait        *  *  *   *  *
    C:acquire                *  *  *   *  *
    thread.py:submit         2  0  0   0  0
      < call                 2  0  0   0  0
    elapsed 5
    """
    main, pool = native.get_ident(), ThreadPoolExecutor(1)

    def call():
        t.now += 1                          # 0 to 1
        one = pool.submit(task)
        pool.submit(never).cancel()
        t.stage = 1
        try:
            one.result()                    # 1 to 4
        except ValueError:
            t.now += 1

    def task():
        until_waiting(main, 1)
        t.now += 3
        raise ValueError("x")

    def never():
        t.now += 1000
    with pool:
        probe(call)


@program("unpatched")
def threads_each_captured(probe):
    """Captures in two native threads at once, of the same function: each has its thread's calls.

    capture first
    shared                   1  2  3   2  3
    leaf                     3  0  0   0  0
      < shared               3  0  0   0  0
    C:sleep                  *  *  *   *  *
    elapsed 3
    capture second
    shared                   1  2  3   2  3
    leaf                     5  0  0   0  0
      < shared               5  0  0   0  0
    C:sleep                  *  *  *   *  *
    elapsed 3
    """
    def shared(calls, stage, following):
        t.now += 1                          # 0 to 1 in the first, 1 to 2 in the second
        for _ in range(calls):
            leaf()
        until_stage(following, stage)
        t.now += 1                          # 2 to 3 in the first, 3 to 4 in the second

    def leaf():
        pass

    def other():
        until_stage(1)
        probe(shared, 5, 2, 3, name="second")
        t.stage = 4
    native.start_new_thread(probe.innocent(other), ())
    probe(shared, 3, 1, 2, name="first")
    t.stage = 3
    until_stage(4)


@program("unpatched")
def scope_call_with_tasks(probe):
    """With scope `call` no task is followed.

    call                     1  1  3   1  3
    _base.py:result          1  *  2   *  2
      < call                 1  *  2   *  2
    threading.py:wait        *  *  *   *  *
    C:acquire                *  *  *   *  *
    thread.py:submit         1  0  0   0  0
      < call                 1  0  0   0  0
    elapsed 3  tasks 0  unfinished 0
    """
    main, pool = native.get_ident(), ThreadPoolExecutor(1)

    def call():
        t.now += 1
        one = pool.submit(task)
        t.stage = 1
        one.result()

    def task():
        until_waiting(main, 1)
        t.now += 2
    with pool:
        probe(call, scope="call")


@program("patched")
def in_green_threads(probe):
    """In a process that eventlet has patched the workers are greenlets, one of which is there before the capture.

    call                     1  2  8   2  2
    task                     2  2  6   2  2
      ? thread.py:run
    greenthread.py:sleep     2  0  4   0  0
      < task                 2  0  4   0  0
    _base.py:result          2  0  6   0  0
      < call                 2  0  6   0  0
    thread.py:submit         2  0  0   0  0
      < call                 2  0  0   0  0
    C:switch                 *  *  *   0  0
    wait 6 call
    wait 4 task
    elapsed 8  active 2  unfinished 0
    """
    import eventlet
    pool = ThreadPoolExecutor(1)

    def call():
        t.now += 1                          # 0 to 1
        one = pool.submit(task, 1)
        two = pool.submit(task, 3)
        one.result()                        # 1 to 3
        two.result()                        # 3 to 7
        t.now += 1

    def task(seconds):
        t.now += 1
        eventlet.sleep(seconds)
    with pool:
        pool.submit(task, 2).result()
        probe(call)
