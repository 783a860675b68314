# code flags: generator, coroutine, coroutine by decorator, async generator. One call does not run them to their end
REFUSED = 0x20 | 0x80 | 0x100 | 0x200


class State(object):
    """What is known of the function in this process, shared by threads and greenlets without a lock.

    A lock could be met by a signal handler or a garbage collection in the very thread that holds it, and eventlet
    exchanges the locks it finds. So members only change in steps that are atomic anyway: the next of a count, an
    entry of a dict, the pop of a list, an attribute that may be late.
    """

    def __init__(self, function):
        self.function = function
        self.begin = self.finish = None  # see load()
        self.exclusive = False  # one call is captured at a time
        self.pid = os.getpid()
        self.before = 0  # calls made before this process was forked
        self.calls = itertools.count(1)
        self.made = itertools.count(1)  # captures
        self.running = {}  # numbers of the calls that have not ended
        self.shots = {}  # the open captures, by the number of their call
        self.passed = {}  # numbers of the calls that ran unprofiled while a capture was open
        self.free = [None]  # who pops the one member may capture, where one call is captured at a time
        self.slot = 0  # the slots below this one are taken
        self.done = False  # true: no call of this process will be captured any more
        self.told = set()  # why calls could not be profiled: one sidecar each


SAID = set()
LOADED = {}


def say(kind, error=None):
    """Log a fault, once a kind. Never the text of an exception, which may hold the value of an argument."""
    try:
        if kind not in SAID:
            SAID.add(kind)
            import logging

            why = "" if error is None else ": " + (getattr(error, "strerror", None) or type(error).__name__)
            logging.getLogger("profkit").warning("probe %s: %s%s", SETTINGS.get("probe"), kind, why)
    except Exception:
        pass


def wrap(function):
    """Return the function with the probe around it, or the function itself where that cannot be done. Also what makes a
    static method, a class method or a property of one, which a hook finds in a class."""
    try:
        kind = type(function)
        if kind in (staticmethod, classmethod):
            inner = wrap(function.__func__)
            return function if inner is function.__func__ else kind(inner)
        if kind is property:
            inner = wrap(function.fget)
            return function if inner is function.fget else property(inner, function.fset, function.fdel, function.__doc__)
        return probed(function) if DIRECTORY and is_plain(function) else function
    except Exception as error:
        say("the function could not be wrapped", error)
        return function


def is_plain(function):
    """Is it a function whose one call runs all of it, also below its decorators?"""
    for _ in range(100):  # a chain of decorators may lead back to itself
        if type(function) is not type(wrap) or function.__code__.co_flags & REFUSED:
            return False
        below = getattr(function, "__wrapped__", None)
        if below is None:
            return True
        function = below
    return False


def probed(function):
    state = State(function)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        if state.done and not state.shots:
            return function(*args, **kwargs)
        # As little as can be is called here while a capture is open: it is a part of the profile until it is
        # taken out. That is why `for` takes the next number. And nothing of the capture is held: a traceback may
        # keep this frame for long.
        for number in state.calls:
            break
        running = state.running
        running[number] = failure = None
        try:
            if state.exclusive and state.shots:
                state.passed[number] = None
            else:
                (state.begin or load(state))(state, number, args, kwargs)
            return function(*args, **kwargs)
        except BaseException as error:
            failure = type(error)
            raise
        finally:
            if number in state.shots:
                state.finish(state, number, failure)
            del running[number]

    return wrapper


def load(state):
    """Compile the rest of this file, at the first call: of what goes before a call nothing is measured. Where several
    threads do it at once, what is ready first is taken: a lock would have to be safe from all that State tells of."""
    try:
        open_now = sys.modules.get(KEY)
        if open_now is not None and open_now.current() is not None:  # this call is a part of another's capture
            return pass_by
        rest = LOADED.get("rest")
        if rest is None:
            rest = dict(globals())
            exec(compile(REST, HERE, "exec"), rest)
            rest = LOADED.setdefault("rest", rest)
        rest["prepare"](state)
        return state.begin
    except Exception as error:
        say("calls cannot be captured", error)
        state.done = True
        return pass_by


def pass_by(state, number, args, kwargs):
    pass
