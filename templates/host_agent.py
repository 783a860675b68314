"""What profkit does on a host, it does through this program: Python 3.6 to 3.14, standard library only.

It comes on standard input, before the requests (see boot command in src/host/agent-host.ts). A request is one
line of JSON {"id", "op", ...}; the answer is one line {"id", "ok": result} or {"id", "error": {"kind", "message"}}.
Bytes travel as base64. Each request has a thread of its own, so that a long `run` does not hold up a `cancel`.
At the end of its input (the other side is gone) it lets a probe operation that is under way finish, kills the
commands it runs, and ends: the state on the host is whole at every moment.
"""
import base64
import errno
import fcntl
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

OUT_LIMIT = 64 * 1024 * 1024
answering, changing = threading.Lock(), threading.Lock()
running = {}  # request id -> Popen


class Refusal(Exception):
    """What the other side turns into a sentence for the user: a kind it knows, and the facts."""

    def __init__(self, kind, message, **facts):
        Exception.__init__(self, message)
        self.kind, self.facts = kind, facts


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# ---- files

def read_bytes(path):
    with open(path, "rb") as f:
        return f.read()


def fsync_dir(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def stage(path, data, temporary, like=None, mode=0o644):
    """Write data to a temporary file, durable, with the mode, owner and labels of `like` (an os.stat_result of what
    stands at path). Nothing that exists has changed when this fails."""
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(fd, "wb") as f:
            f.write(data)
            if like is not None:
                if (like.st_uid, like.st_gid) != (os.fstat(f.fileno()).st_uid, os.fstat(f.fileno()).st_gid):
                    os.fchown(f.fileno(), like.st_uid, like.st_gid)
                for name in os.listxattr(path):  # SELinux label, ACL, capabilities
                    os.setxattr(f.fileno(), name, os.getxattr(path, name))
            os.fchmod(f.fileno(), (like.st_mode & 0o7777) if like is not None else mode)
            f.flush()
            os.fsync(f.fileno())
        return temporary
    except BaseException:
        os.unlink(temporary)
        raise


def write_atomic(path, data, temporary=None, **how):
    os.rename(stage(path, data, temporary or path + ".new", **how), path)
    fsync_dir(os.path.dirname(path))


def stat_of(path):
    try:
        s = os.lstat(path)
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        raise
    kind = {0o040000: "directory", 0o100000: "file", 0o120000: "link"}.get(s.st_mode & 0o170000, "other")
    return {"type": kind, "mode": s.st_mode & 0o7777, "uid": s.st_uid, "gid": s.st_gid, "size": s.st_size, "mtime": s.st_mtime}


# ---- commands

def user_name(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # in containers a user may have a number only
        return str(uid)


def user_entry(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise Refusal("no-user", "there is no user %s" % name)


def op_run(request):
    argv, user, env = request["argv"], request.get("user"), dict(os.environ)
    become = None
    if user and user != user_name(os.geteuid()):
        who = user_entry(user)
        groups = os.getgrouplist(user, who.pw_gid)
        env.update(HOME=who.pw_dir, USER=user, LOGNAME=user)

        def become():
            os.setgroups(groups)
            os.setgid(who.pw_gid)
            os.setuid(who.pw_uid)
    for name, value in request.get("env", {}).items():
        env[name] = value
    cwd = request.get("cwd") or "/"
    try:
        child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                                 cwd=cwd, preexec_fn=become, start_new_session=True)
    except OSError as e:
        raise Refusal("cannot-run", "%s: %s" % (argv[0], e.strerror), argv=argv)
    running[request["id"]] = child
    timed_out = []
    timer = None
    if request.get("timeout"):
        timer = threading.Timer(request["timeout"], lambda: (timed_out.append(True), kill(child)))
        timer.daemon = True
        timer.start()
    try:
        out, err = child.communicate(base64.b64decode(request.get("stdin", "")))
    finally:
        running.pop(request["id"], None)
        if timer:
            timer.cancel()
    return {"code": child.returncode, "timedOut": bool(timed_out), "stdout": encode(out[:OUT_LIMIT]), "stderr": encode(err[:OUT_LIMIT])}


def kill(child):
    for sig, wait in ((signal.SIGTERM, 2), (signal.SIGKILL, 0)):
        try:
            os.killpg(child.pid, sig)
        except OSError:
            return
        end = time.time() + wait
        while time.time() < end and child.poll() is None:
            time.sleep(0.05)
        if child.poll() is not None:
            return


def op_cancel(request):
    child = running.get(request["of"])
    if child:
        kill(child)
    return bool(child)


# ---- looking

def op_hello(request):
    state = request.get("state")
    if not state:
        state = "/var/lib/profkit" if os.geteuid() == 0 else os.path.join(
            os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state"), "profkit")
    op_hello.state = state
    return {"hostname": os.uname().nodename, "uid": os.geteuid(), "user": user_name(os.geteuid()),
            "python": "%d.%d.%d" % sys.version_info[:3], "state": state, "now": time.time()}


def encode(data):
    return base64.b64encode(data).decode("ascii")


def op_read(request):
    data = read_bytes(request["path"])
    return {"data": encode(data), "sha256": sha256(data), "stat": stat_of(request["path"]), "real": os.path.realpath(request["path"])}


def op_stat(request):
    return stat_of(request["path"])


def op_list(request):
    return [dict(stat_of(os.path.join(request["path"], n)) or {}, name=n) for n in sorted(os.listdir(request["path"]))]


def op_remove(request):
    for path in request["paths"]:
        try:
            os.unlink(path)
        except OSError as e:
            if e.errno != errno.ENOENT:
                raise
    return None


def process(pid):
    """One process as /proc shows it, or None when it is gone. started: seconds since the epoch."""
    try:
        words = read_bytes("/proc/%d/cmdline" % pid).split(b"\0")[:-1]
        fields = read_bytes("/proc/%d/stat" % pid).rpartition(b")")[2].split()
        owner = os.stat("/proc/%d" % pid).st_uid
        up = float(read_bytes("/proc/uptime").split()[0])
    except OSError:
        return None
    if fields[0] in (b"Z", b"X"):
        return None
    return {"pid": pid, "argv": [w.decode("utf-8", "replace") for w in words], "user": user_name(owner),
            "started": time.time() - up + int(fields[19]) / float(os.sysconf("SC_CLK_TCK"))}


def op_processes(request):
    return [p for p in map(process, request["pids"]) if p]


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
    """Which of these processes hold this text in their memory. A Python process that has imported a module holds
    the module's file name (co_filename); that is how the services that load a module are told from those that
    could. Reads writable anonymous memory only, changes and keeps nothing."""
    needle, found = request["text"].encode(), []
    for pid in request["pids"]:
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
                if needle in tail + chunk:
                    return True
                tail, start = chunk[-len(needle):], start + len(chunk)
    return False


# ---- probes: journal first, then touch

class Locked(object):
    """Two profkits do not meet: one lock for all that changes a host."""

    def __enter__(self):
        state = op_hello.state
        os.makedirs(os.path.join(state, "probes"), 0o755, exist_ok=True)
        self.fd = os.open(os.path.join(state, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        end = time.time() + 10
        while True:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.time() > end:
                    os.close(self.fd)
                    raise Refusal("locked", "another profkit is changing this host")
                time.sleep(0.1)
                continue
            try:  # the one who had it may have taken the file away: then this lock is nobody else's
                if os.fstat(self.fd).st_ino == os.stat(os.path.join(state, "lock")).st_ino:
                    return
            except OSError:
                pass
            os.close(self.fd)
            os.makedirs(os.path.join(state, "probes"), 0o755, exist_ok=True)
            self.fd = os.open(os.path.join(state, "lock"), os.O_RDWR | os.O_CREAT, 0o600)

    def __exit__(self, *_):
        probes = os.path.join(op_hello.state, "probes")
        for name in os.listdir(probes):
            if name.startswith("new-"):  # made by one that was killed: while the lock is held nobody makes another
                shutil.rmtree(os.path.join(probes, name), ignore_errors=True)
        try:  # nothing is left on the host when the last probe is gone
            os.rmdir(probes)
            os.unlink(os.path.join(op_hello.state, "lock"))
            os.rmdir(op_hello.state)
        except OSError:
            pass
        os.close(self.fd)


def home(probe):
    if not re.match(r"^[a-z0-9]{4,16}$", probe):
        raise Refusal("no-probe", "%r is not the id of a probe" % probe)
    return os.path.join(op_hello.state, "probes", probe)


def journal_of(probe):
    try:
        return json.loads(read_bytes(os.path.join(home(probe), "journal.json")).decode("utf-8"))
    except (OSError, IOError):
        raise Refusal("no-probe", "there is no probe %s on this host" % probe)


def write_journal(journal, folder=None):
    write_atomic(os.path.join(folder or home(journal["probe"]), "journal.json"), json.dumps(journal, indent=1, sort_keys=True).encode())


def keep(path, copy):
    """A durable copy, with mode and times."""
    shutil.copy2(path, copy)
    with open(copy, "rb") as f:
        os.fsync(f.fileno())


def compiled(path):
    """The .pyc files that Python would take for this source."""
    stem, cache = os.path.splitext(os.path.basename(path))[0], os.path.join(os.path.dirname(path), "__pycache__")
    try:
        return [os.path.join(cache, n) for n in os.listdir(cache) if n.startswith(stem + ".") and n.endswith(".pyc")]
    except OSError:
        return []


def op_apply(request):
    """Put a probe in: {journal, edit: {path, before, after, line}, runtime, owner: user of the service}.

    Journal and original are on disk, in a folder that appears whole, before anything beside the source is made; then
    come the runtime, a temporary copy of the edited source, and one rename. Whatever fails, what was made is taken
    away again; when this program is killed, `revert` finds all it needs in the journal."""
    journal, edit = request["journal"], request["edit"]
    who = user_entry(request["owner"]) if os.geteuid() == 0 else None
    after = base64.b64decode(edit["after"])
    with changing, Locked():
        folder, path = home(journal["probe"]), edit["path"]
        if os.path.exists(folder):
            raise Refusal("exists", "probe %s exists" % journal["probe"])
        like = os.stat(path)
        unchanged(path, edit["before"])
        if like.st_nlink > 1:
            raise Refusal("not-writable", "%s has %d hard links, and a new file in its place would cut it off from them" % (path, like.st_nlink), path=path)
        temporary = os.path.join(os.path.dirname(path), ".profkit-" + journal["probe"])
        journal["files"] = [{"path": path, "before": edit["before"], "after": sha256(after), "line": edit["line"], "temporary": temporary}]
        journal["created"], journal["state"] = time.time(), "applied"
        try:
            new_folder(folder, path, journal, who)
            write_atomic(os.path.join(folder, "probe.py"), base64.b64decode(request["runtime"]))
            try:
                stage(path, after, temporary, like=like)
            except OSError as e:
                raise Refusal("not-writable", "%s: %s" % (path, e.strerror), path=path)
            unchanged(path, edit["before"])
            os.rename(temporary, path)
            fsync_dir(os.path.dirname(path))
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return journal


def unchanged(path, digest):
    if sha256(read_bytes(path)) != digest:
        raise Refusal("changed", "%s changed while the edit was being planned" % path, path=path)


def new_folder(folder, path, journal, who):
    """The folder of a probe with original, compiled files and journal, which appears at once or not at all."""
    new = os.path.join(os.path.dirname(folder), "new-" + journal["probe"])
    os.mkdir(new, 0o755)
    os.mkdir(os.path.join(new, "captures"), 0o700)
    if who:
        os.chown(os.path.join(new, "captures"), who.pw_uid, who.pw_gid)
    keep(path, os.path.join(new, "original"))
    journal["compiled"] = []
    for n, pyc in enumerate(compiled(path)):
        keep(pyc, os.path.join(new, "compiled-%d" % n))
        s = os.stat(pyc)
        journal["compiled"].append({"path": pyc, "uid": s.st_uid, "gid": s.st_gid})
    write_journal(journal, new)
    os.rename(new, folder)
    fsync_dir(os.path.dirname(folder))


def op_note(request):
    """Add to the journal of a probe, before what is noted is done (e.g. the services that are restarted)."""
    with changing, Locked():
        journal = journal_of(request["probe"])
        journal.update(request["journal"])
        write_journal(journal)
        return journal


def without_line(data, line):
    """data without the one line that is ours, or None when that line is not there exactly once."""
    lines = data.splitlines(True)
    ours = [n for n, text in enumerate(lines) if text.rstrip(b"\r\n") == line]
    return b"".join(lines[:ours[0]] + lines[ours[0] + 1:]) if len(ours) == 1 else None


def op_revert(request):
    """Switch a probe off and restore the files. Returns {path: what was done}. The journal stays until `forget`:
    captures and services may still have to be seen to."""
    with changing, Locked():
        journal, done = journal_of(request["probe"]), {}
        folder = home(journal["probe"])
        op_remove({"paths": [os.path.join(folder, "probe.py")] + [r["temporary"] for r in journal["files"]]})
        for record in journal["files"]:
            done[record["path"]] = restore(folder, record, journal)
        journal["state"] = "reverted"
        write_journal(journal)
        return done


def restore(folder, record, journal):
    path, line = record["path"], record["line"].encode()
    original = os.path.join(folder, "original")
    try:
        now = read_bytes(path)
    except (OSError, IOError) as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return "gone"
        raise
    if sha256(now) == record["before"]:
        what = "was restored already"
    elif sha256(now) == record["after"]:
        # times too: with them the .pyc from before is valid again, and one from meanwhile is not (its size differs)
        temporary, times = record["temporary"], os.stat(original)
        stage(path, read_bytes(original), temporary, like=os.stat(path))
        os.utime(temporary, ns=(times.st_atime_ns, times.st_mtime_ns))
        os.rename(temporary, path)
        fsync_dir(os.path.dirname(path))
        what = "restored"
    elif line not in now:
        what = "changed since, and the line is gone"
    else:
        rest = without_line(now, line)
        if rest is None:
            raise Refusal("conflict", "%s changed since, and the probe's line in it too" % path, path=path, line=record["line"].strip())
        write_atomic(path, rest, record["temporary"], like=os.stat(path))
        what = "changed since; the probe's line was taken out"
    kept = journal.get("compiled", [])
    for pyc in compiled(path):
        os.unlink(pyc)
    if what == "restored":
        for n, pyc in enumerate(kept):
            try:
                shutil.copy2(os.path.join(folder, "compiled-%d" % n), pyc["path"])
                if os.geteuid() == 0:
                    os.chown(pyc["path"], pyc["uid"], pyc["gid"])
            except OSError:
                pass  # Python compiles the source again
    return what


def op_forget(request):
    """Take away what is left of a reverted probe: journal, original, captures."""
    with changing, Locked():
        if journal_of(request["probe"])["state"] != "reverted":
            raise Refusal("not-reverted", "probe %s is still in place" % request["probe"])
        shutil.rmtree(home(request["probe"]))


def op_probes(request):
    """Every journal of this host, with the state of its files now and its captures."""
    found, root = [], os.path.join(op_hello.state, "probes")
    for probe in sorted(os.listdir(root)) if os.path.isdir(root) else []:
        try:
            journal = journal_of(probe)
        except Refusal:
            continue  # cut off before its journal was written: nothing was touched
        for record in journal["files"]:
            try:
                now = sha256(read_bytes(record["path"]))
                record["now"] = "in place" if now == record["after"] else "restored" if now == record["before"] else \
                    "changed since" if record["line"].encode() in read_bytes(record["path"]) else "line gone"
            except (OSError, IOError):
                record["now"] = "gone"
        names = os.listdir(os.path.join(home(probe), "captures"))
        journal["captures"] = sorted(n for n in names if not n.startswith("."))
        journal["made"] = sum(n.startswith(".slot-") for n in names)  # by all processes, those collected since too
        journal["directory"] = home(probe)
        found.append(journal)
    return found


# ---- the dialogue

def answer(request):
    reply = {"id": request.get("id")}
    try:
        reply["ok"] = globals()["op_" + request["op"]](request)
    except Refusal as e:
        reply["error"] = dict(e.facts, kind=e.kind, message=str(e))
    except OSError as e:
        reply["error"] = {"kind": "os", "errno": errno.errorcode.get(e.errno, ""), "message": str(e)}
    except Exception as e:
        import traceback
        reply["error"] = {"kind": "bug", "message": "%s: %s" % (type(e).__name__, e), "trace": traceback.format_exc()}
    line = json.dumps(reply).encode("ascii") + b"\n"
    with answering:
        try:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        except (OSError, ValueError):
            pass  # nobody listens any more: main() ends soon


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other side, which then says what to undo
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for line in iter(sys.stdin.buffer.readline, b""):
        thread = threading.Thread(target=answer, args=(json.loads(line.decode("utf-8")),))
        thread.daemon = True
        thread.start()
    with changing:
        for child in list(running.values()):
            kill(child)
        os._exit(0)


main()
