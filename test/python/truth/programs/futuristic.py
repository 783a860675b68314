"""futurist's executors, as OpenStack's services use them."""
import eventlet
from programs import has, program

from clock import native, t, until_waiting

if has("futurist"):
    import futurist


@program("eventlet", "futurist")
def synchronous(probe):
    """The caller itself runs the task: it is a call like any other.

    call                      1  1  9   1  4
    task                      2  3  8   3  3
      < _utils.py:run         2  3  8   3  3
    _futures.py:submit        *  0  *   0  *
      < call                  2  0  8   0  3
    _base.py:result           2  0  0   0  0
      < call                  2  0  0   0  0
    greenthread.py:sleep      2  0  5   0  0
      < task                  2  0  5   0  0
    hub.py:switch             2  0  5   0  0
    C:switch                  2  5  5   0  0
    wait 5 call;task
    elapsed 9  active 4
    """
    executor = futurist.SynchronousExecutor(green=True)

    def call():
        t.now += 1
        executor.submit(task, 1, 2).result()
        executor.submit(task, 2, 3).result()

    def task(seconds, waits):
        t.now += seconds
        eventlet.sleep(waits)
    probe(call)


@program("eventlet", "futurist")
def green_pool(probe):
    """Greenlets run the tasks, as many as there may be; another's tasks in the same pool are its own.

    call                      1  1  5   1  1
    task                      2  2  6   2  2
      ? _utils.py:run
    _futures.py:submit        *  0  0   0  0
      < call                  2  0  0   0  0
    greenthread.py:sleep      2  0  4   0  0
      < task                  2  0  4   0  0
    _base.py:result           2  0  4   0  0
      < call                  2  0  4   0  0
    hub.py:switch             *  0  *   0  0
    C:switch                  *  *  *   0  0
    wait 4 call
    wait 4 task
    elapsed 5  active 1  unfinished 0
    """
    executor = futurist.GreenThreadPoolExecutor(10)

    def call():
        one = executor.submit(task, 2)      # works 0 to 1, ends at 3
        two = executor.submit(task, 2)      # works 1 to 2, ends at 4
        one.result()
        two.result()
        t.now += 1

    def task(seconds):
        t.now += 1
        eventlet.sleep(seconds)

    def other():
        executor.submit(task, 1).result()
    another = eventlet.spawn(probe.innocent(other))
    probe(call)
    another.wait()
    executor.shutdown()


@program("eventlet", "futurist", "unpatched")
def thread_pool(probe):
    """Native threads run the tasks.

    call                      1  2  7   2  7
    task                      2  5  5   5  5
    _futures.py:submit        *  0  0   0  0
      < call                  2  0  0   0  0
    _base.py:result           2  *  5   *  5
      < call                  2  *  5   *  5
    threading.py:wait         *  *  *   *  *
    C:acquire                 *  *  *   *  *
    elapsed 7  tasks 2  unfinished 0
    """
    main, executor = native.get_ident(), futurist.ThreadPoolExecutor(1)

    def call():
        t.now += 1                          # 0 to 1
        one = executor.submit(task, 1, 2)
        two = executor.submit(task, 2, 3)
        t.stage = 1
        one.result()                        # 1 to 3
        t.stage = 2
        two.result()                        # 3 to 6
        t.now += 1

    def task(stage, seconds):
        until_waiting(main, stage)
        t.now += seconds
    probe(call)
    executor.shutdown()
