"""One face for the engines that run the programs: profkit's, and the two that it is compared with."""
import importlib.util
import os
import sys
import tempfile

from clock import clock


class Profkit(object):
    """The engine in the parts that a service's runtime is joined from, in their order."""
    waits = True

    def __init__(self, text):
        self.file = os.path.join(tempfile.mkdtemp(), "engine_under_test.py")
        with open(self.file, "w") as joined:
            joined.write(text)
        self.renew()

    def renew(self):
        """Loads the engine anew: what it does in the first capture of a process alone, it is to do in every program."""
        spec = importlib.util.spec_from_file_location("engine_under_test", self.file)
        self.module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = self.module
        spec.loader.exec_module(self.module)
        self.Busy = self.module.Busy
        self.Nested = getattr(self.module, "Nested", self.Busy)

    def open(self, scope, clock=clock):
        return self.module.Session(scope, clock=clock)

    def rows(self, session):
        return session.rows() if hasattr(session, "rows") else session.stats

    def active_rows(self, session):
        return session.active_rows() if hasattr(session, "rows") else session.active_stats()


class Other(object):
    waits, file, Busy, Nested = False, os.devnull, (), ()

    def renew(self):
        pass


class Eventlet(Other):
    """eventlet's, told the same clock; it knows no scope."""

    def open(self, scope, clock=clock):
        from eventlet.green import profile
        return profile.Profile(timer=clock, bias=0)

    def rows(self, session):
        session.create_stats()
        return session.stats


class CProfile(Other):
    def open(self, scope, clock=clock):
        import cProfile

        class Profile(cProfile.Profile):
            def start(self):
                self.enable()

            def stop(self):
                self.disable()
        return Profile(timer=clock)

    def rows(self, session):
        session.create_stats()
        return {key: row for key, row in session.stats.items() if "_lsprof.Profiler" not in key[2]}


def port(kind, text):
    return Profkit(text) if kind == "profkit" else {"eventlet": Eventlet, "cprofile": CProfile}[kind]()


def joined(paths):
    """The text of an engine, from its parts."""
    texts = []
    for path in paths:
        with open(path) as part:
            texts.append(part.read())
    return "\n\n".join(texts)
