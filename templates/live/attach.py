"""Has running Pythons execute a script, each of them in whichever of its threads comes first.

The way is the interpreter's own (PEP 768, Python 3.14): a thread's state in its memory is told a path and that
something is pending; the thread executes that file before its next instruction. `sys.remote_exec` tells the main
thread alone, and that of a service may be waiting for as long as it lives. So all threads are told here, and what has
not been executed once one has answered is withdrawn. A process stands still while its memory is written: for as long
as that takes, a few milliseconds, no thread comes or goes.

Runs as root on the host; Linux, Python 3.6 and later. One JSON document on standard output: what became of each process.
"""

import ctypes
import errno
import json
import os
import re
import signal
import struct
import sys
import time

# Filled in by profkit: pids; script: its path, or null where nothing is to be executed; text: what to write there, or
# null; withdraw: a path that is not to be executed any more, or null; keep: what is not executed in time stays pending;
# captures: the folder of the answers; wait: seconds
REQUEST = json.loads("{}")

COOKIE = b"xdebugpy"  # begins the table of offsets that each interpreter has in its memory, for those who look from outside
# The parts of that table and how many words each has. A part begins with the size of what it describes.
PARTS = {
    (3, 14): (
        ("head", 3), ("runtime", 3), ("interpreter", 16), ("thread", 9), ("frame", 8), ("code", 11), ("object", 2),
        ("type", 4), ("tuple", 3), ("list", 3), ("set", 4), ("dict", 3), ("float", 2), ("int", 3), ("bytes", 3),
        ("str", 4), ("gc", 2), ("generator", 4), ("node", 2), ("debugger", 6),
    ),
    (3, 15): (
        ("head", 3), ("runtime", 3), ("interpreter", 16), ("thread", 16), ("exception", 1), ("frame", 8), ("code", 11),
        ("object", 2), ("type", 6), ("heap type", 2), ("tuple", 3), ("list", 3), ("set", 4), ("dict", 3), ("float", 2),
        ("int", 3), ("bytes", 3), ("str", 5), ("gc", 5), ("generator", 4), ("node", 2), ("debugger", 6),
    ),
}  # fmt: skip
STOP = 1 << 5  # the bit of a thread's eval breaker that has it look what is pending
SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17  # requests of ptrace(2)
ALL = 0x40000000  # __WALL: waits for threads too
STOPPED = 128  # PTRACE_EVENT_STOP


class Refused(Exception):
    """Kind and reason why a process cannot be reached."""


class Offsets(object):
    """What of an interpreter stands where, from its own table."""

    def __init__(self, words, parts):
        self.parts, at = {}, 0
        for name, length in parts:
            self.parts[name] = words[at:at + length]
            at += length
        self.heads = self.parts["runtime"][2]
        self.id, self.next, self.threads = self.parts["interpreter"][1:4]
        self.thread_next, self.thread_interpreter = self.parts["thread"][2:4]
        self.breaker, support, self.enabled, pending, path, self.room = self.parts["debugger"]
        self.pending, self.path = support + pending, support + path

    def plausible(self):
        """Is each of these within what it is a part of, as it is in a table that is laid out as known?"""
        sizes = [(name, self.parts[name][0]) for name in ("runtime", "interpreter", "thread")]
        within = all(word < size for name, size in sizes for word in self.parts[name][1:] if 256 < size < 1 << 20)
        known = all(256 < size < 1 << 20 for _, size in sizes) and self.parts["object"] == (16, 8)
        thread, interpreter = sizes[2][1], sizes[1][1]
        return within and known and 64 <= self.room <= 4096 and self.path + self.room <= thread and (
            self.breaker < thread and self.pending < thread and self.enabled < interpreter)


class Memory(object):
    """That of another process."""

    def __init__(self, pid):
        self.pid = pid
        self.fd = os.open("/proc/%d/mem" % pid, os.O_RDWR | os.O_CLOEXEC)

    def close(self):
        os.close(self.fd)

    def read(self, at, size):
        return os.pread(self.fd, size, at)

    def write(self, at, data):
        os.pwrite(self.fd, data, at)

    def word(self, at):
        return struct.unpack("=Q", self.read(at, 8))[0]

    def number(self, at):
        return struct.unpack("=i", self.read(at, 4))[0]


def runtime(memory):
    """Address of the interpreter's runtime, and its offsets. It lies in the written part of an executable or library."""
    older = None
    with open("/proc/%d/maps" % memory.pid) as maps:
        lines = [line.split(None, 5) for line in maps]
    for area in lines:
        if len(area) < 6 or not area[5].startswith("/") or not area[1].startswith("rw"):
            continue
        start, end = (int(n, 16) for n in area[0].split("-"))
        try:
            data = memory.read(start, end - start)
        except OSError:
            continue
        for hit in re.finditer(COOKIE, data):
            if hit.start() % 8 or len(data) < hit.start() + 4096:
                continue
            version = struct.unpack_from("=Q", data, hit.start() + 8)[0]
            parts = PARTS.get((version >> 24, version >> 16 & 0xFF))
            if parts is None:
                older = "%d.%d" % (version >> 24 & 0xFF, version >> 16 & 0xFF)
                continue
            words = struct.unpack_from("=%dQ" % sum(n for _, n in parts), data, hit.start())
            offsets = Offsets(words, parts)
            if not offsets.plausible():
                raise Refused("version", "its Python has an unknown layout")
            return start + hit.start(), offsets
    if older:
        raise Refused("version", "it runs Python %s" % older)
    raise Refused("version", "it runs no Python 3.14")


def enabled(memory, base, offsets):
    """Address of the main interpreter, which is there for as long as the process is."""
    interpreter = memory.word(base + offsets.heads)
    while interpreter and struct.unpack("=q", memory.read(interpreter + offsets.id, 8))[0] != 0:
        interpreter = memory.word(interpreter + offsets.next)
    if not interpreter:
        raise Refused("busy", "its interpreter is starting or ending")
    if memory.number(interpreter + offsets.enabled) != 1:
        raise Refused("off", "remote debugging is switched off in it")
    return interpreter


def threads(memory, interpreter, offsets):
    """Addresses of the states of its threads. The process stands still."""
    found, thread = [], memory.word(interpreter + offsets.threads)
    while thread and thread not in found and len(found) < 100000:
        if memory.word(thread + offsets.thread_interpreter) != interpreter:
            raise Refused("version", "its Python has an unknown layout")
        found.append(thread)
        thread = memory.word(thread + offsets.thread_next)
    return found


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def ptrace(request, tid, data=0):
    if libc.ptrace(request, tid, None, data) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


class Still(object):
    """A process whose threads stand still. They go on in any case: also when this program is killed."""

    def __init__(self, pid):
        self.pid = pid
        self.held = {}  # thread -> the signal that was on its way to it
        self.gone = set()

    def __enter__(self):
        try:
            while True:
                new = [t for t in map(int, os.listdir("/proc/%d/task" % self.pid)) if t not in self.held and t not in self.gone]
                if not new:
                    return self
                for tid in new:
                    self.hold(tid)
        except BaseException:
            self.__exit__()
            raise

    def hold(self, tid):
        try:
            ptrace(SEIZE, tid)
            self.held[tid] = 0
            ptrace(INTERRUPT, tid)
        except OSError as e:
            if e.errno != errno.ESRCH:
                raise
            self.gone.add(tid)
            self.held.pop(tid, None)
            return
        end = time.time() + 2
        while True:
            done, status = os.waitpid(tid, ALL | os.WNOHANG)
            if done:
                break
            let_go()
            if time.time() > end:
                raise Refused("busy", "a thread of it cannot be held (it waits for a disk?)")
            time.sleep(0.0005)
        if os.WIFSTOPPED(status):
            self.held[tid] = 0 if status >> 16 == STOPPED else os.WSTOPSIG(status)
        else:
            del self.held[tid]
            self.gone.add(tid)

    def __exit__(self, *_):
        for tid, number in self.held.items():
            try:
                ptrace(DETACH, tid, number)
            except OSError:
                late.append(tid)
        self.held = {}


late = []  # threads that were asked to stand still and have not so far: they would once what they wait for has come


def let_go():
    for tid in list(late):
        try:
            done, status = os.waitpid(tid, ALL | os.WNOHANG)
            if done:
                late.remove(tid)
                ptrace(DETACH, tid, 0 if status >> 16 == STOPPED else os.WSTOPSIG(status))
        except OSError:  # it has ended
            if tid in late:
                late.remove(tid)


def reach(pid):
    """Refused where the process is no use to write to."""
    if os.readlink("/proc/%d/ns/pid" % pid) != os.readlink("/proc/self/ns/pid"):
        raise Refused("hidden", "it runs in a container of its own")
    try:
        seen, script = os.stat("/proc/%d/root%s" % (pid, REQUEST["script"])), os.stat(REQUEST["script"])
    except OSError:
        seen, script = None, 1
    if not (seen and os.path.samestat(seen, script)):
        raise Refused("hidden", "it does not see %s" % REQUEST["script"])


def told(pid, action):
    """Do that with the threads' states while the process stands still; what it said."""
    memory = Memory(pid)
    try:
        base, offsets = runtime(memory)
        interpreter = enabled(memory, base, offsets)
        if action is None:
            return {"state": "reachable"}
        with Still(pid):
            return action(memory, threads(memory, interpreter, offsets), offsets)
    finally:
        memory.close()


def pending(memory, thread, offsets):
    """The path that this thread is still to execute."""
    if memory.number(thread + offsets.pending) != 1:
        return None
    return memory.read(thread + offsets.path, offsets.room).split(b"\0")[0]


def ours():
    return [os.fsencode(path) for path in (REQUEST["script"], REQUEST["withdraw"]) if path]


def ask(memory, states, offsets):
    if len(os.fsencode(REQUEST["script"])) >= offsets.room:
        raise Refused("hidden", "the path %s is too long for it" % REQUEST["script"])
    for thread in states:
        if pending(memory, thread, offsets) in [None] + ours():  # else a debugger's, who came first
            tell(memory, thread, offsets)
    return None


def tell(memory, thread, offsets):
    memory.write(thread + offsets.path, os.fsencode(REQUEST["script"]) + b"\0")
    memory.write(thread + offsets.pending, struct.pack("=i", 1))
    low = thread + offsets.breaker + (0 if sys.byteorder == "little" else 7)
    memory.write(low, bytes([memory.read(low, 1)[0] | STOP]))


def forget(memory, states, offsets):
    for thread in states:
        if pending(memory, thread, offsets) in ours():
            memory.write(thread + offsets.pending, struct.pack("=i", 0))
    return {"state": "reachable"}


def carry_out(pid, action):
    """What became of it: its state and why, or None where it is to answer."""
    try:
        if REQUEST["script"] is not None:
            reach(pid)
        return told(pid, action)
    except Refused as e:
        return {"state": "refused", "kind": e.args[0], "why": e.args[1]}
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ESRCH, errno.EIO, errno.ECHILD) and not os.path.exists("/proc/%d/task" % pid):
            return {"state": "gone"}
        return {"state": "refused", "kind": "denied", "why": denied(pid, e)}


def denied(pid, error):
    try:
        with open("/proc/%d/status" % pid) as status:
            tracer = re.search(r"^TracerPid:\s*(\d+)", status.read(), re.M).group(1)
        if tracer not in ("0", str(os.getpid())):
            return "the process %s traces it" % tracer
        with open("/proc/sys/kernel/yama/ptrace_scope") as scope:
            return "%s (kernel.yama.ptrace_scope is %s)" % (error.strerror, scope.read().strip())
    except (OSError, AttributeError):
        return error.strerror


def answer_of(pid):
    """What the script has written in that process. The folder is the service's: links are not followed."""
    try:
        with os.fdopen(os.open(answer_path(pid), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            answer = json.loads(file.read(1 << 16).decode("utf-8"))
    except (OSError, ValueError, RuntimeError):  # or nested without end
        return None
    well = isinstance(answer, list) and all(isinstance(one, dict) and "state" in one and "runtime" in one for one in answer)
    return answer if well else None


def answer_path(pid):
    return os.path.join(REQUEST["captures"], ".live-%d" % pid)


def unanswered(pid):
    try:
        os.unlink(answer_path(pid))
    except OSError:
        pass


def write_script():
    path = REQUEST["script"]
    with open(path + ".new", "w") as script:
        os.fchmod(script.fileno(), 0o644)  # whatever the umask: the service reads it
        script.write(REQUEST["text"])
    os.rename(path + ".new", path)


def main():
    if REQUEST["text"] is not None:
        write_script()
    found, waiting = {}, []
    for pid in REQUEST["pids"]:
        if REQUEST["script"] is not None:
            unanswered(pid)
        found[pid] = carry_out(pid, ask if REQUEST["script"] else forget if REQUEST["withdraw"] else None)
        if found[pid] is None:
            waiting.append(pid)
    end = time.time() + REQUEST["wait"]
    while waiting:
        let_go()
        for pid in list(waiting):
            answer = answer_of(pid)
            if answer is not None:
                found[pid] = {"state": "answered", "targets": answer}
            elif not os.path.exists("/proc/%d/task" % pid):
                found[pid] = {"state": "gone"}
            elif time.time() > end:
                found[pid] = {"state": "waiting"}
            if found[pid] is not None:
                waiting.remove(pid)
                if found[pid]["state"] == "answered" or not REQUEST["keep"]:
                    carry_out(pid, forget)
        time.sleep(0.01)
    print(json.dumps([dict(found[pid], pid=pid) for pid in REQUEST["pids"]]))


for number in (signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)  # a moment only, and then all is told
main()
