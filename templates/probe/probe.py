# code flags: generator, coroutine, coroutine by decorator, async generator. One call does not run them to their end
REFUSED = 0x20 | 0x80 | 0x100 | 0x200


class State(object):
    """What is known in this process, shared by threads and greenlets without a lock.

    A lock could be met by a signal handler or a garbage collection in the very thread that holds it, and eventlet
    exchanges the locks it finds. So members only change in steps that are atomic anyway: the next of a count, an
    entry of a dict, the pop of a list, an attribute that may be late.
    """

    def __init__(self):
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


class Shot(object):
    """One open capture."""

    engine = why = None


STATE = State()
SAID = set()


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
    """Return the function with the probe around it, or the function itself where that cannot be done."""
    try:
        if not DIRECTORY or function.__code__.co_flags & REFUSED:
            return function
        target = Target(function)
        state = STATE
        exclusive = EXCLUSIVE

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            # As little as can be is called here while a capture is open: it is a part of the profile until it is
            # taken out. That is why `for` takes the next number. And nothing of the capture is held: a traceback may
            # keep this frame for long.
            for number in state.calls:
                break
            running = state.running
            running[number] = failure = None
            try:
                if state.shots and exclusive:
                    state.passed[number] = None
                elif state.shots or not state.done:
                    begin(state, target, number, args, kwargs)
                return function(*args, **kwargs)
            except BaseException as error:
                failure = type(error)
                raise
            finally:
                if number in state.shots:
                    finish(state, target, number, failure)
                del running[number]

        return wrapper
    except Exception as error:
        say("the function could not be wrapped", error)
        return function


def begin(state, target, number, args, kwargs):
    """Open a capture of this call, unless something speaks against it. Leaves the profiler on."""
    try:
        if belongs() is None:  # else it is a part of a capture, this probe's or another's
            attempt(state, target, number, args, kwargs)
            if state.shots and number not in state.shots:
                state.passed[number] = None
    except Nested:
        pass
    except Exception as error:
        say("a call could not be captured", error)


def attempt(state, target, number, args, kwargs):
    if EXCLUSIVE and state.told and sys.getprofile() is not None:  # it has been said, and may be another probe's capture
        return
    if SETTINGS.get("until") and time.time() > SETTINGS["until"]:
        state.done = True
    if state.done or not os.path.exists(os.path.join(DIRECTORY, "probe.py")):  # the latter: reverted
        return
    if os.getpid() != state.pid:
        renew(state, number)
    if EXCLUSIVE:
        try:
            state.free.pop()
        except IndexError:  # another call is just about to be captured, or to be written
            return
    slot, shot = None, Shot()
    try:
        slot = take_slot(state)
        if slot is None:
            return
        try:
            arguments = target.bind(args, kwargs)
        except TypeError:  # the call is wrong and will say so: nothing of the function will run
            return
        shot.ids, shot.ids_error, shot.sizes = target.describe(arguments)
        shot.number, shot.pid = number - state.before, state.pid
        shot.in_flight = sum(one < number for one in list(state.running))
        try:
            switch_on(state, shot, number)
        except Nested:
            raise
        except Busy as reason:
            unprofiled(state, shot, number, str(reason))
    finally:  # also where the request is killed in here, as greenlets are
        if number not in state.shots:
            abandon(state, shot, slot)


def switch_on(state, shot, number):
    """From on() on all is part of the capture: nothing is called any more."""
    shot.engine = engine()
    shot.started, shot.cpu, shot.wall = time.time(), time.process_time(), time.perf_counter()
    shot.engine.on()
    state.shots[number] = shot
    if shot.engine.began is not None:
        shot.wall = shot.engine.began


def unprofiled(state, shot, number, why):
    """The capture of this call tells why it has no profile. One a reason and process: more would tell no more."""
    say(why + ": calls are not captured")
    if why not in state.told:
        state.told.add(why)
        shot.engine, shot.why = None, why + UNPROFILED
        shot.started, shot.cpu, shot.wall = time.time(), time.process_time(), time.perf_counter()
        state.shots[number] = shot


def renew(state, number):
    """This process was forked from the one that all is known of. What that one has open will be closed there."""
    state.pid, state.before = os.getpid(), number - 1
    state.running, state.passed, state.made, state.free = {}, {}, itertools.count(1), [None]
    for shot in list(state.shots.values()):
        if shot.engine is not None:
            shot.engine.off()
    state.shots = {}
    state.told = set()


def abandon(state, shot, slot):
    """Undo what begin() did. Raises nothing: it would take the place of what is on its way."""
    try:
        if shot.engine is not None:
            shot.engine.off()
        if slot is not None:
            os.unlink(slot)
            state.slot, state.done = 0, False
    except Exception as error:
        say("a capture could not be abandoned", error)
    finally:
        state.free = [None]


def take_slot(state):
    """Make the file that stands for one of the captures all processes may make together; None: all are made."""
    for slot in range(state.slot, SETTINGS.get("max", 20)):
        path = os.path.join(CAPTURES, ".slot-%d" % slot)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return path
        except FileExistsError:
            state.slot = slot + 1
    state.done = True
    return None


def finish(state, target, number, failure):
    """Switch the profiler off, then write the capture of the call that has just ended."""
    try:
        shot = state.shots[number]
        try:
            shot.wall = time.perf_counter() - shot.wall
            shot.cpu = time.process_time() - shot.cpu
            if shot.engine is not None:
                shot.engine.off()
        except Exception as error:
            shot.engine, shot.why = None, "the engine failed (%s)%s" % (type(error).__name__, UNPROFILED)
            say("the engine failed", error)
        finally:
            del state.shots[number]
        shot.passed = sum(one > number for one in list(state.passed))
        if not state.shots:
            state.passed = {}
        try:
            if os.getpid() == shot.pid:  # else this is a child that was forked during the call
                write(shot, target, failure, state.made)
        finally:
            state.free = [None]
    except Exception as error:
        say("a capture could not be written", error)
