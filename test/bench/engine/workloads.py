"""What is run under the profilers. Each gives a function that does the work once and is right or raises."""
import contextlib

import database
import scheduler


@contextlib.contextmanager
def calls():
    """Hardly anything but calls, of Python functions and of C functions, in turn."""
    def fibonacci(n):
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    def run():
        if fibonacci(21) != 10946 or sum(len(each) for each in ["ab"] * 10000) != 20000:
            raise ValueError("wrong result")
    yield run


def serve(socket, both):
    data = database.Database(socket)
    scheduler.log_into_memory()

    def run():
        chosen = scheduler.Scheduler().select_destinations(scheduler.Context(data, both), scheduler.SPEC)
        if chosen != ["host0", "host0"]:
            raise ValueError("wrong hosts: %s" % chosen)
    try:
        yield run
    finally:
        data.close()


@contextlib.contextmanager
def greenlets():
    """A request in a service under eventlet, beside a greenlet that has nothing to do with it."""
    import eventlet
    eventlet.monkey_patch()
    from eventlet.green import socket

    def beat():
        while True:
            eventlet.sleep(0.01)
            sorted(range(50), key=lambda n: -n)
    eventlet.spawn_n(beat)

    def both(function, *arguments):
        return [spawned.wait() for spawned in [eventlet.spawn(function, one) for one in arguments]]
    yield from serve(socket, both)


@contextlib.contextmanager
def threads():
    """A request in a service with native threads: part of the work goes to a pool, and other threads wait for theirs."""
    import concurrent.futures
    import socket
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        def both(function, *arguments):
            return [task.result() for task in [pool.submit(function, one) for one in arguments]]
        yield from serve(socket, both)


WORKLOADS = {each.__name__: each for each in (calls, greenlets, threads)}
