# What a capture is on the disk.

FIELDS = {".prof": "profile", ".active.prof": "active", ".waits.folded": "waits"}  # the others are stacks
UNPROFILED = ": the call was not profiled"


def write(shot, target, failure, made):
    """Write the files of a capture, the sidecar last: with it a capture is whole."""
    engine, errors, files = shot.engine, [], []
    if engine is None:
        errors.append(shot.why)
    else:
        try:
            files = unswept(lambda: list(engine.files(target)))
        except Exception as error:
            errors.append("its figures could not be read (%s)%s" % (type(error).__name__, UNPROFILED))
        errors += ["%s: %d times" % each for each in sorted(engine.faults.items())]
    name = os.path.join(CAPTURES, free_name(shot, made))
    sidecar = describe(shot, target, failure, errors)
    for ending, _ in files:
        path = os.path.basename(name) + ending
        if ending in FIELDS:
            sidecar[FIELDS[ending]] = path
        else:
            sidecar["stacks"] = dict(sidecar["stacks"] or {}, **{ending.split(".")[1]: path})
    files.append((".json", (json.dumps(sidecar, indent=1) + "\n").encode("ascii")))
    written = []
    try:
        for ending, data in files:
            save(name + ending, data)
            written.append(name + ending)
    except BaseException:
        for path in written:
            os.unlink(path)
        raise


def unswept(work):
    """The result of a piece of work that makes many objects and no garbage, with the collector off meanwhile: it would
    take most of the time that the service is held up, and find nothing."""
    import gc

    on = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if on:
            gc.enable()


def free_name(shot, made):
    stem = "".join(c if c.isalnum() and ord(c) < 128 or c in "._-" else "_" for c in (shot.ids or ["call"])[0])
    stem = "%s-%d" % (stem[:64].lstrip(".") or "call", shot.pid)
    of = "".join(c for c in RUNTIME if c.isdigit())
    stem += of and "-" + of  # another target of the same probe counts for itself
    there = os.listdir(CAPTURES)
    for n in made:  # a process of the same number may have been here before
        name = "%s-%d" % (stem, n)
        if not any(one.startswith(name + ".") for one in there):
            return name


def describe(shot, target, failure, errors):
    """The sidecar, of which docs/sidecar.md tells each field."""
    engine = shot.engine
    active = engine and engine.active_seconds
    exception = failure and failure.__qualname__
    if exception and failure.__module__ != "builtins":
        exception = "%s.%s" % (failure.__module__, exception)
    return {
        "format": 1,
        "probe": SETTINGS.get("probe"),
        "target": SETTINGS.get("target"),
        "function": {"file": target.key[0], "line": target.key[1], "name": target.key[2]},
        "profile": None,
        "active": None,
        "waits": None,
        "stacks": None,
        "ids": shot.ids,
        "ids_error": shot.ids_error,
        "when": (SETTINGS.get("when") or {}).get("text"),
        "request_id": shot.request[0],
        "global_request_id": shot.request[1],
        "sizes": shot.sizes,
        "started": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(shot.started)) + ".%06dZ" % (shot.started % 1 * 1e6),
        "wall_seconds": shot.wall,
        "cpu_seconds": shot.cpu,
        "active_seconds": active if active is None else min(active, shot.wall),  # the engine stops a little later
        "outcome": "returned" if failure is None else "raised",
        "exception": exception,
        "host": os.uname().nodename,
        "pid": shot.pid,
        "python": "%d.%d.%d" % sys.version_info[:3],
        "eventlet": getattr(sys.modules.get("eventlet"), "__version__", None),
        "greenlet": getattr(sys.modules.get("greenlet"), "__version__", None),
        "engine": SETTINGS.get("engine"),
        "scope": SETTINGS.get("scope"),
        "clock": SETTINGS.get("clock"),
        "measured": engine and engine.measured,
        "cold": shot.number == 1,
        "calls": {
            "number": shot.number,
            "let_pass": shot.passed,
            "in_flight": shot.in_flight,
            "when_missed": shot.missed,
            "when_undecided": shot.undecided,
        },
        "errors": errors,
    }


def save(path, data):
    """Write a file of mode 0600 so that it is there whole or not at all. It is not forced onto the disk: all other
    greenlets of the service would have to wait for that, and a capture that is lost with the power is no harm."""
    draft = os.path.join(os.path.dirname(path), "." + os.path.basename(path))
    if os.path.exists(draft):  # of a process of the same number that was killed
        os.unlink(draft)
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        try:
            while data:
                data = data[os.write(handle, data) :]
        finally:
            os.close(handle)
        os.rename(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
