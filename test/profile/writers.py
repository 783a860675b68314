# Writes FILE with the profiler WRITER, of work that depends on N; prints what it wrote, in the order of the file.
# Runs under 2.7 too.
import sys


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def generate(n):
    for i in range(n):
        yield str(i)


class Thing(object):
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n


def first():
    return sorted(Thing(i % 7) for i in range(9))


def second():
    return [first(), max(map(abs, range(-9, 9)))]


def work(n):
    fib(6 + n)
    even(7 + n)
    list(generate(5))
    try:
        {}["missing"]
    except KeyError:
        pass
    # what is called, and in which order it is met, is not the same in each run
    for one in [first, second][:: 1 if n == 1 else -1]:
        one()
    return ["".join(generate(n)) for _ in range(n)]


def with_profile(n):
    import profile

    pr = profile.Profile()
    pr.runcall(work, n)
    return pr


def with_cprofile(n):
    import cProfile

    pr = cProfile.Profile()
    pr.runcall(work, n)
    return pr


def with_eventlet(n):
    import eventlet
    from eventlet.green import profile

    def elsewhere():
        for _ in range(n):
            eventlet.sleep(0)
            fib(3)

    pr = profile.Profile()
    pr.start()
    threads = [eventlet.spawn(elsewhere) for _ in range(3)]
    work(n)
    for thread in threads:
        thread.wait()
    pr.stop()
    return pr


class Yappi(object):
    def __init__(self, stats):
        self.stats = stats

    def dump_stats(self, path):
        self.stats.save(path, type="pstat")


def with_yappi(n):
    import yappi

    yappi.start()
    work(n)
    yappi.stop()
    return Yappi(yappi.get_func_stats())


writer, n, path = sys.argv[1:]
written = globals()["with_" + writer](int(n))
written.dump_stats(path)
# not what is read from the file again: in 2.7 that may stand in another order
print(repr(list(getattr(written, "stats").items()) if writer in ("profile", "cprofile") else None))
