# Engine `sample`: true stacks, for calls that are too many to profile. Waiting is known to the moment from the switches, as
# in any session. Of running a native thread looks at the stacks, and what it finds shares the time that was run.

INTERVAL = 0.001  # seconds between two looks
WAITING, UNSEEN = "[waiting]", "[not sampled]"


class Sampler(Session):
    profiles = False

    def __init__(self, scope="tree", clock=None):
        super(Sampler, self).__init__(scope, clock)
        self.stacks = {}  # ids of codes -> [seconds, codes]
        self.samples = self.missed = 0
        self.looking = 0.0  # seconds of processor time

    def profiler(self, process):
        return None, None

    def spare(self, context):
        if context is self.own:
            self.ended_at = context.left

    def start(self, above=1):
        super(Sampler, self).start(above + 1)
        try:
            look(self.process, self)
        except Exception:  # no thread can be started
            super(Sampler, self).stop()
            raise Busy("the stacks cannot be looked at")

    def stop(self):
        look_away(self.process, self)
        super(Sampler, self).stop()

    def take(self, context, frame, seconds):
        """A look at a context that runs, for the time since the last one."""
        codes = []
        while frame is not None:
            codes.append(frame.f_code)
            frame = frame.f_back
        if context.base:
            del codes[-context.base :]
        if not codes or is_ours(codes[0]):  # between two contexts, or at one of their ends
            self.missed += 1
            return
        self.samples += 1
        key = tuple(map(id, codes))
        stack = self.stacks.get(key)
        if stack is None:
            stack = self.stacks[key] = [0.0, codes]
        stack[0] += seconds

    @property
    def overhead(self):
        return self.looking + self.switches * self.switch_cost

    def weighed(self, tidy=None):
        """(names of frames, root first, with their files and lines), seconds: what ran and what waited. The looks share
        out the time that is known to have been run."""
        seen = sum(seconds for seconds, _ in self.stacks.values())
        for seconds, codes in self.stacks.values():
            yield named(codes, tidy), seconds * self.ran / seen
        if not seen and self.ran:
            yield [(UNSEEN, None, None)], self.ran
        for seconds, codes, _ in self.waits.values():
            yield named(codes, tidy) + [(WAITING, None, None)], seconds

    def folded(self, tidy=None):
        return folded(self.weighed(tidy))

    def speedscope(self, name, tidy=None):
        """The file format of https://www.speedscope.app, as a dict."""
        frames, samples, weights = {}, [], []
        for stack, seconds in self.weighed(tidy):
            samples.append([frames.setdefault(frame, len(frames)) for frame in stack])
            weights.append(seconds)
        return {
            "$schema": "https://www.speedscope.app/file-format-schema.json",
            "exporter": "profkit",
            "name": name,
            "activeProfileIndex": 0,
            "shared": {
                "frames": [
                    {"name": frame[0], "file": frame[1], "line": frame[2]} if frame[1] else {"name": frame[0]}
                    for frame in sorted(frames, key=frames.get)
                ]
            },
            "profiles": [
                {
                    "type": "sampled", "name": name, "unit": "seconds", "startValue": 0, "endValue": sum(weights),
                    "samples": samples, "weights": weights,
                }  # fmt: skip
            ],
        }


def look(process, session):
    """Look at this session too. One thread does for all of a process, as long as there are any."""
    with process.lock:
        if process.looked_at:
            process.looked_at.append(session)
            return
        process.looked_at = sessions = [session]
        # A thread that computes gives way every 5 ms if nothing else is said, which is too seldom.
        process.interval = sys.getswitchinterval()
        sys.setswitchinterval(min(process.interval, INTERVAL))
        try:
            process.native.start_new_thread(looking, (process, sessions, native("time").sleep))
        except BaseException:
            del sessions[:]
            sys.setswitchinterval(process.interval)
            raise


def look_away(process, session):
    with process.lock:
        process.looked_at.remove(session)
        if not process.looked_at and sys.getswitchinterval() == min(process.interval, INTERVAL):
            sys.setswitchinterval(process.interval)


def looking(process, sessions, sleep):
    try:
        last, used = time.perf_counter(), thread_time()
        while sessions:
            sleep(INTERVAL)
            frames, now, before = sys._current_frames(), time.perf_counter(), used
            used = thread_time()
            for session in list(sessions):
                found = False
                for thread in list(process.threads.values()):
                    context, frame = thread.running, frames.get(thread.ident)
                    if context is not None and context.session is session and frame is not None:
                        found = True
                        session.take(context, frame, now - last)
                session.missed += not found
                session.looking += (used - before) / len(sessions or [0])
            last = now
            # A frame that is held here while this sleeps would have its objects ended in this thread.
            frames = frame = context = thread = session = None
    except Exception as error:
        for session in list(sessions):
            session.fault("in the sampler: " + type(error).__name__)
