# The port of profkit's own engines. See engines.py for what a port is.

EXCLUSIVE = False  # each call has a session of its own


class Own(object):
    """One call measured by a Session, or by a Sampler, which is one with stacks in place of rows."""

    def __init__(self):
        self.wall = SETTINGS.get("clock", "wall") == "wall"
        # thread_time is 3.7's; before, all threads of the process share one clock
        clock = None if self.wall else getattr(time, "thread_time", time.process_time)
        session = globals()["Sampler"] if SETTINGS.get("engine") == "sample" else Session
        self.session = session(scope=SETTINGS.get("scope") or "tree", clock=clock)
        self.live, self.began = False, None

    def on(self):
        self.session.start(above=4)  # this, switch_on(), attempt() and begin() are between it and the wrapper
        self.live = True
        if self.wall:
            self.began = self.session.began

    def off(self):
        if self.live:
            self.live = False
            self.session.stop()

    def files(self, target):
        session = self.session
        if hasattr(session, "speedscope"):
            stacks = session.speedscope(SETTINGS.get("target"), target.place)
            yield ".speedscope.json", json.dumps(stacks).encode("ascii")
            yield ".folded", text(session.folded(target.place))
            return
        # A processor's time goes on while a greenlet waits, for those that run meanwhile: theirs is no part of it.
        yield ".prof", marshal.dumps(target.tidy(session.rows() if self.wall else session.active_rows()))
        if self.wall and session.knows_waits:
            yield ".active.prof", marshal.dumps(target.tidy(session.active_rows()))
            yield ".waits.folded", text(session.folded_waits(target.place))

    @property
    def active_seconds(self):
        return self.session.active if self.wall else None

    @property
    def measured(self):
        names = "events switches greenlets threads tasks unfinished".split()
        if hasattr(self.session, "speedscope"):
            names += ["samples", "missed"]
        counts = {name: getattr(self.session, name) for name in names}
        counts["greenlets"] = max(counts["greenlets"] - 1, 0)  # the first is the call's own
        return dict(counts, overhead_seconds=self.session.overhead)

    @property
    def faults(self):
        return self.session.faults


def text(lines):
    return "".join(line + "\n" for line in lines).encode("utf-8", "backslashreplace")


def engine():
    return Own()
