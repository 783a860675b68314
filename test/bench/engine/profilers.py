"""What is compared. Each is made for one run, begins with start() and ends with stop()."""
import cProfile
import importlib.util


class Plain(object):
    def start(self):
        pass

    stop = start


class CProfile(object):
    def __init__(self):
        profile = cProfile.Profile()
        self.start, self.stop = profile.enable, profile.disable


def eventlet():
    """The guide's, as the guide uses it."""
    from eventlet.green import profile
    return profile.Profile()


def profilers(engine):
    """{name: what makes one}. engine: the file of profkit's own."""
    spec = importlib.util.spec_from_file_location("engine", engine)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {"plain": Plain, "cprofile": CProfile, "eventlet": eventlet, "profkit": module.Session}
