"""What a profiler may not leave behind in a process."""
import gc
import sys


def greenlet():
    return sys.modules.get("greenlet")


class Machine(object):
    """How things are now; `changes` says what is not so any more."""

    def __init__(self):
        self.modules = set(sys.modules)
        self.before = self.state()

    def changes(self):
        after = self.state()
        for what in sorted(set(self.before) | set(after), key=str):
            old, new = self.before.get(what), after.get(what)
            if old is not new and old != new:
                yield "%s is %r, was %r" % (what, new, old)
        for what, left in callbacks_left():
            yield "%s still has the callback %r" % (what, left)

    def state(self):
        out = {"sys.getprofile()": sys.getprofile(), "sys.gettrace()": sys.gettrace()}
        if greenlet():
            out["greenlet.gettrace()"] = greenlet().gettrace()
        monitoring = getattr(sys, "monitoring", None)
        for tool in range(6) if monitoring else ():
            name = monitoring.get_tool(tool)
            out["monitoring tool %d" % tool] = name and (name, monitoring.get_events(tool))
        for holder, label in patchable(self.modules):
            for name, value in list(vars(holder).items()):
                if callable(value) and not name.startswith("__patched_"):     # eventlet's, made where first used
                    out[label + "." + name] = value
        return out


def patchable(modules):
    """Those modules, and their classes, that an engine could have a reason to patch."""
    for name in modules:
        module = sys.modules.get(name)
        if module is not None and name.split(".")[0] in ("eventlet", "greenlet", "_thread", "threading", "concurrent", "sys", "queue", "futurist"):
            yield module, name
            for key, cls in list(vars(module).items()):
                if isinstance(cls, type):
                    yield cls, name + "." + key
                    for sub in cls.__subclasses__() if cls.__name__ == "Executor" else ():
                        yield sub, sub.__module__ + "." + sub.__qualname__


def callbacks_left():
    """Callbacks that stay registered under a free tool id keep the data of a capture alive."""
    monitoring = getattr(sys, "monitoring", None)
    for tool in range(6) if monitoring else ():
        if monitoring.get_tool(tool) is None:
            monitoring.use_tool_id(tool, "truth")
            for event in range(17):
                try:
                    left = monitoring.register_callback(tool, 1 << event, None)
                except ValueError:
                    continue
                if left is not None:
                    yield "monitoring tool %d, event %d" % (tool, event), left
            monitoring.free_tool_id(tool)
