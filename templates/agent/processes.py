"""Processes as /proc shows them: who they are, which control group they are in, what they have loaded."""
import struct

BOOT_CLOCK = 7  # CLOCK_BOOTTIME, which 3.6 has no name for; /proc/uptime may be a container's


def process(pid):
    """One process as /proc shows it, or None when it is gone. started: seconds since the epoch."""
    try:
        words = read_bytes("/proc/%d/cmdline" % pid).split(b"\0")[:-1]
        fields = read_bytes("/proc/%d/stat" % pid).rpartition(b")")[2].split()
        owner = os.stat("/proc/%d" % pid).st_uid
    except OSError:
        return None
    if fields[0] in (b"Z", b"X"):
        return None
    return {"pid": pid, "argv": [w.decode("utf-8", "replace") for w in words], "user": user_name(owner),
            "started": time.time() - time.clock_gettime(BOOT_CLOCK) + int(fields[19]) / float(os.sysconf("SC_CLK_TCK"))}


def same(a, b):
    """A process id can be another's by now. When it was started is known to a clock tick, give or take."""
    return a["pid"] == b["pid"] and abs(a["started"] - b["started"]) < 1


def op_processes(request):
    ours = ancestors()  # `pgrep -f my-api` finds `profkit restart my-api` too
    return [p for p in map(process, request["pids"]) if p and p["pid"] not in ours]


def ancestors():
    pid, found = os.getpid(), set()
    while pid > 1:
        found.add(pid)
        pid = int(read_bytes("/proc/%d/stat" % pid).rpartition(b")")[2].split()[1])
    return found


def op_environ(request):
    """The named environment variables of a process: nothing else of it leaves the host."""
    try:
        pairs = [v.split(b"=", 1) for v in read_bytes("/proc/%d/environ" % request["pid"]).split(b"\0") if b"=" in v]
    except OSError:
        return {}
    return {k.decode("utf-8", "replace"): v.decode("utf-8", "replace") for k, v in pairs if k.decode("utf-8", "replace") in request["names"]}


def op_cgroup(request):
    """The processes of a control group and of those below it; under any of the three ways it can be mounted."""
    pids = set()
    for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"):
        for folder, _, files in os.walk(root + request["path"]):
            if "cgroup.procs" in files:
                try:
                    pids.update(map(int, read_bytes(os.path.join(folder, "cgroup.procs")).split()))
                except OSError:
                    pass
    return [p for p in map(process, sorted(pids)) if p]


def op_loaded(request):
    """Which of these processes hold this text as a Python string in their memory. A process that has imported a module
    holds the module's file name (co_filename); that is how the services that load a module are told from those that
    could. Reads writable memory without a file, changes and keeps nothing."""
    needle, found, ours = request["text"].encode(), [], ancestors()  # this one has the text from the request
    for pid in request["pids"]:
        if pid in ours:
            continue
        try:
            if holds(pid, needle):
                found.append(pid)
        except (OSError, ValueError):
            pass
    return found


def holds(pid, needle):
    with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw.. \S+ \S+ 0 *(\[heap\]|\[anon.*)?$", line.rstrip())
            if not m:
                continue
            start, end, tail = int(m.group(1), 16), int(m.group(2), 16), b""
            while start < end:
                try:
                    memory.seek(start)
                    chunk = memory.read(min(end - start, 1 << 22))
                except (OSError, OverflowError):
                    break
                if not chunk:
                    break
                if has_string(tail + chunk, needle):
                    return True
                tail, start = chunk[-len(needle) - 64:], start + len(chunk)
    return False


def has_string(memory, needle):
    """Is the text there as a whole string object of CPython, not as a part of one (a traceback, a log line)? Then its
    length stands 24 bytes before it (32 up to 3.11), and a zero byte behind."""
    length, at = struct.pack("n", len(needle)), memory.find(needle)
    while at >= 0:
        size = len(length)
        before = memory[at - 3 * size:at - 2 * size], memory[at - 4 * size:at - 3 * size]
        if length in before and memory[at + len(needle):at + len(needle) + 1] == b"\0":
            return True
        at = memory.find(needle, at + 1)
    return False
