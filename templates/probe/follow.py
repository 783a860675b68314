# Work that a call hands to pools of native threads. As long as a session is open the ways in are ours:
# `concurrent.futures` and what is built on it, futurist's executors too, and eventlet's tpool. Not followed, on purpose:
# threads and queues of one's own.


class Followed(object):
    """A task that was handed in from inside a session. It runs for that session."""

    __slots__ = ("session", "task", "__weakref__")

    def __init__(self, session, task):
        self.session, self.task = session, task

    def __call__(self, *args, **kwargs):
        context = self.session.begin_task()
        try:
            return self.task(*args, **kwargs)
        finally:
            self.session.end_task(context)

    def __getattr__(self, name):  # for who asks a task what it is called
        return getattr(self.task, name)


def followed(task):
    """The task, to be run for the session of the caller if it has one that follows."""
    try:
        session = belongs()
        if session is None or session.scope == "call" or type(task) is Followed:
            return task
        with session.process.lock:
            session.tasks += 1
            session.process.dispatch.divide()
        return Followed(session, task)
    except Exception:
        return task


def submitting(original):
    def submit(*args, **kwargs):
        if len(args) > 1 and not out_of_reach(type(args[0])):
            args = (args[0], followed(args[1])) + args[2:]
        return original(*args, **kwargs)

    return submit


def putting(original):
    """For the queue of tpool: its entries are (event, function, args, kwargs), or None for an end."""

    def put(entry, *args, **kwargs):
        if type(entry) is tuple and len(entry) == 4:
            entry = (entry[0], followed(entry[1])) + entry[2:]
        return original(entry, *args, **kwargs)

    return put


def setting_up(process, tpool, original):
    def setup():
        process.dispatch.divide()
        original()
        follow_queue(process, tpool)

    return setup


def starting(process, original):
    def start(*args, **kwargs):
        process.dispatch.divide()
        return original(*args, **kwargs)

    return start


def follow(process):
    """Put ours in place, also in executors that were not loaded when the session before this one began."""
    futures = sys.modules.get("concurrent.futures._base")
    for executor in subclasses(futures.Executor) if futures else ():
        if "submit" in vars(executor) and not out_of_reach(executor):
            patch(process, executor, "submit", submitting)
    tpool = sys.modules.get("eventlet.tpool")
    if tpool:
        patch(process, tpool, "setup", functools.partial(setting_up, process, tpool))
        follow_queue(process, tpool)
    if hasattr(sys, "monitoring"):
        for holder, name in ways_to_start(process):
            patch(process, holder, name, functools.partial(starting, process))


def ways_to_start(process):
    """The functions with which native threads are started."""
    patcher = sys.modules.get("eventlet.patcher")
    modules = [process.native, sys.modules.get("__original_module_threading")]
    if not (patcher and patcher.is_monkey_patched("thread")):  # else these start greenlets
        modules += [sys.modules.get("_thread"), sys.modules.get("threading")]
    for module in filter(None, modules):
        if hasattr(module, "Thread"):
            yield module.Thread, "start"
        else:
            for name in ("start_new_thread", "start_new", "start_joinable_thread"):
                if hasattr(module, name):
                    yield module, name


def out_of_reach(executor):
    """Is it not known to run a task in a thread of this process as it is? Others pickle it, or look into it."""
    names = set(kind.__name__ for kind in executor.__mro__)
    if names & {"ProcessPoolExecutor", "InterpreterPoolExecutor"}:
        return True
    return "ThreadPoolExecutor" not in names and not executor.__module__.startswith("futurist")


def subclasses(kind):
    for one in kind.__subclasses__():
        yield one
        for each in subclasses(one):
            yield each


def follow_queue(process, tpool):
    if tpool._reqq is not None:
        patch(process, tpool._reqq, "put", putting)


def patch(process, holder, name, make):
    if not any(one is holder and what == name for one, what, _, _ in process.patches):
        own, original = vars(holder).get(name), getattr(holder, name)
        ours = make(original)
        process.patches.append((holder, name, ours, own))
        setattr(holder, name, ours)


def unfollow(process):
    for holder, name, ours, own in reversed(process.patches):
        if vars(holder).get(name) is ours:  # else somebody has wrapped it since, and has it
            if own is None:
                delattr(holder, name)
            else:
                setattr(holder, name, own)
    del process.patches[:]
