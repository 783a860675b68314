"""What a program is handed: it captures calls as a probe does, and remembers what came of it."""
class Probe(object):
    def __init__(self, port):
        self.port, self.sessions, self.harmed, self.untrue = port, {}, [], []

    def __call__(self, fn, *args, **options):
        """Runs fn(*args) in a capture of its own, which ends with it however it ends."""
        name = options.get("name", "")          # before the capture: it is in no table
        session = self.start(options.get("scope", "tree"))
        try:
            return fn(*args)
        finally:
            self.stop(session, name)

    def start(self, scope="tree", **options):
        session = self.port.open(scope, **options)
        session.start()
        return session

    def stop(self, session, name=""):
        """The session is known by its name only from here on: what has no end has no truth."""
        session.stop()
        if name in self.sessions:
            raise AssertionError("two captures are called %r" % name)
        self.sessions[name] = session

    def nested(self, fn, *args):
        """Runs fn(*args), which is to be captured, inside of a capture: it belongs to that one."""
        try:
            session = self.start()
        except self.port.Nested:
            return fn(*args)
        session.stop()
        self.untrue.append("a capture began inside of another one")
        return fn(*args)

    def refused(self, scope="tree"):
        """Whether no capture can begin now."""
        try:
            session = self.start(scope)
        except self.port.Busy:
            return True
        session.stop()
        return False

    def innocent(self, fn, *args):
        """fn, for a greenlet or a thread that no profiler may hurt."""
        def guarded():
            try:
                fn(*args)
            except BaseException as error:
                if type(error).__name__ != "GreenletExit":
                    self.harmed.append(repr(error))
        return guarded

    def must(self, condition, what):
        if not condition:
            self.harmed.append(what)

    def true(self, condition, what):
        if not condition:
            self.untrue.append(what)
