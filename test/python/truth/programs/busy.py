"""Another profiler is there, or comes and goes meanwhile: nobody is harmed, and nothing of it is ended by us."""
import cProfile
import pstats
import sys

from clock import clock, t
from programs import program


@program()
def under_a_profile_function(probe):
    """No capture begins while somebody else profiles this thread, who goes on to do so."""
    seen = []

    def hook(frame, event, _):
        if event == "call" and frame.f_code.co_name == "work":
            seen.append(t.now)

    def work():
        t.now += 1
    sys.setprofile(hook)
    try:
        probe.must(probe.refused(), "a capture began under another profiler")
        work()
        probe.must(probe.refused("process"), "a capture began under another profiler")
        work()
        left = sys.getprofile()
    finally:
        sys.setprofile(None)
    probe.must(left is hook and len(seen) == 2, "the other profiler was taken away")


@program()
def under_cprofile(probe):
    """cProfile is on: its numbers are as without us."""
    other = cProfile.Profile(clock)

    def work():
        t.now += 1
        deeper()

    def deeper():
        t.now += 1
    other.enable()
    try:
        work()
        refused = probe.refused()
        work()
    finally:
        other.disable()
    rows = {key[2]: row for key, row in pstats.Stats(other).stats.items()}
    probe.must(refused or hasattr(sys, "monitoring"), "a capture began under another profiler")
    # from 3.12 on cProfile itself counts wrongly where another thread makes calls
    counts = [rows[name][1] for name in ("work", "deeper")]
    probe.must(counts == [2, 2] or hasattr(sys, "monitoring"), "calls were taken away from the other profiler")


@program()
def a_profiler_meanwhile(probe):
    """Somebody profiles in the middle of the call. What it means for the capture is its own affair, and told."""
    def call():
        other = cProfile.Profile(clock)
        other.enable()
        try:
            work()
        finally:
            other.disable()
        rows = {key[2]: row for key, row in pstats.Stats(other).stats.items()}
        probe.must("work" in rows, "calls were taken away from the other profiler")
        sys.setprofile(None)
        work()

    def work():
        t.now += 1
    session = probe.start()
    try:
        call()
    finally:
        session.stop()


@program()
def a_profile_function_stays(probe):
    """Somebody sets a profile function in the middle of the call and keeps it: it is still there afterwards."""
    seen = []

    def hook(frame, event, _):
        if event == "call" and frame.f_code.co_name == "work":
            seen.append(t.now)

    def call():
        work()
        sys.setprofile(hook)
        work()

    def work():
        t.now += 1
    session = probe.start()
    try:
        call()
    finally:
        session.stop()
        left = sys.getprofile()
        work()
        sys.setprofile(None)
    probe.must(left is hook and len(seen) == 2, "the other profile function was taken away")


@program()
def no_tool_is_free(probe):
    """All tools of sys.monitoring are taken (from 3.12 on): no capture begins, all tools are as they were."""
    monitoring = getattr(sys, "monitoring", None)
    tools = [tool for tool in range(6) if monitoring and monitoring.get_tool(tool) is None]
    for tool in tools:
        monitoring.use_tool_id(tool, "somebody")
    try:
        probe.must(not tools or probe.refused(), "a capture began with no tool free")
        probe.must(all(monitoring.get_tool(tool) == "somebody" for tool in tools), "a tool was taken away")
    finally:
        for tool in tools:
            monitoring.free_tool_id(tool)


@program()
def traced(probe):
    """A debugger's or a coverage's trace function is called as ever, and in no row.

    call                1    1  3    1  3
    work                2    2  2    2  2
      < call            2    2  2    2  2
    C:len               2    0  0    0  0
      < work            2    0  0    0  0
    elapsed 3
    """
    lines = []

    def tracer(frame, event, _):
        if frame.f_code.co_name == "work":
            lines.append(frame.f_lineno)
        return tracer

    def call():
        t.now += 1
        work()
        work()

    def work():
        t.now += 1
        len("")
    sys.settrace(tracer)
    try:
        probe(call)
        left = sys.gettrace()
    finally:
        sys.settrace(None)
    probe.must(left is tracer and len(lines) == 8, "the trace function missed something: %d" % len(lines))


@program()
def not_begun_at_all(probe):
    """Begun and ended with nothing in between, again and again.

    capture 99
    elapsed 0
    """
    for number in range(100):
        session = probe.start()
        if number == 99:
            probe.stop(session, "99")
        else:
            session.stop()
