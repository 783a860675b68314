# Captures: one call from begin() to finish(), among all others.

class Shot(object):
    """One open capture."""

    engine = why = None


def prepare(state):
    """Make ready for the calls of a function. begin() is there last: with it all else is."""
    state.target = Target(state.function)
    when = SETTINGS.get("when")
    state.when = when and reader(when["tree"], unwrapped(state.function))
    state.looked = 0.0  # when a call that was left out last saw to whether the probe is over
    count_misses(state)
    state.exclusive, state.finish = EXCLUSIVE, finish
    state.begin = begin


def count_misses(state):
    """The calls that --when left out, and those of which it could not be told."""
    state.misses, state.doubts = itertools.count(1), itertools.count(1)
    state.missed = state.undecided = 0
    state.missed_in = os.getpid()


def begin(state, number, args, kwargs):
    """Open a capture of this call, unless something speaks against it. Leaves the profiler on."""
    try:
        if belongs() is None:  # else it is a part of a capture, this probe's or another's
            if state.when is None or is_wanted(state, args, kwargs):
                attempt(state, number, args, kwargs)
            if state.shots and number not in state.shots:
                state.passed[number] = None
    except Nested:
        pass
    except Exception as error:
        say("a call could not be captured", error)


def attempt(state, number, args, kwargs):
    if EXCLUSIVE and state.told and sys.getprofile() is not None:  # it has been said, and may be another probe's capture
        return
    if is_over(state):
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
            arguments = state.target.bind(args, kwargs)
        except TypeError:  # the call is wrong and will say so: nothing of the function will run
            return
        shot.sizes, shot.request = sizes_of(arguments), request_of(arguments)
        shot.ids, shot.ids_error = state.target.ids_of(args, kwargs)
        shot.number, shot.pid = number - state.before, state.pid
        shot.missed, shot.undecided = state.missed, state.undecided
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


def is_over(state):
    """Past its time, with all captures made, or taken out: a plain call for good."""
    if SETTINGS.get("until") and time.time() > SETTINGS["until"]:
        state.done = True
    elif not os.path.exists(os.path.join(DIRECTORY, RUNTIME)):
        state.done = True
    return state.done


def is_wanted(state, args, kwargs):
    """Does --when hold for this call? One of which that cannot be told is not captured. Of thousands that it does not hold
    for, few ask the system anything."""
    try:
        if state.when(args, kwargs):
            return True
        for state.missed in state.misses:
            break
    except Exception as error:  # what a path leads to may be of any kind
        for state.undecided in state.doubts:
            break
        why = str(error) if type(error) is Unread else type(error).__name__
        say("--when cannot be told of a call (%s): it is not captured" % why)
    now = time.time()
    if now - state.looked > 1:
        state.looked = now
        is_over(state)
        if os.getpid() != state.missed_in:  # forked: these were another's
            count_misses(state)
    return False


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
    if state.missed_in != state.pid:
        count_misses(state)


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


def finish(state, number, failure):
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
                write(shot, state.target, failure, state.made)
        finally:
            state.free = [None]
    except Exception as error:
        say("a capture could not be written", error)
