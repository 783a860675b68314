"""Commands: each in a session of its own, as the user that is asked for, with a time-out, and to be cancelled."""
import signal
import subprocess
import tempfile

OUT_LIMIT = 64 * 1024 * 1024  # bytes of each output that are sent on
running = {}  # request id -> (Popen, whether it is waited for when the other side is gone)
DRAIN = 20  # seconds that a process is given to end whose stop has succeeded
wills = {}  # id -> what is started again when the other side is gone before it has done so
starting = threading.Lock()  # held while a command is started, and for good once no more may be
# A program of its own and no preexec_fn: that runs Python between fork and exec, which may hang where there are threads.
BECOME = """import os, sys, warnings  # os.exec needs it, which the other user may not be able to read
uid, gid, groups, argv = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
os.setgroups([int(g) for g in groups.split(",")])
os.setgid(gid)
os.setuid(uid)
try:
    os.execvp(argv[0], argv)
except OSError as e:
    sys.exit("%s: %s" % (argv[0], e.strerror))
"""


def op_run(request):
    """Run a command to its end. With `daemon` its end is that of its first process: what that left running keeps the
    outputs, which are files then and no pipes. With `will` it stops a service: see carry_out; `fulfils` says of which
    will it does what that would: not where the agent of a connection before has done it."""
    fulfils = request.get("fulfils") or {}
    if fulfils.get("id") not in wills and lives(fulfils):
        return {"code": 0, "timedOut": False, "stdout": "", "stderr": ""}
    argv, env = prepared(request)
    out, err = (tempfile.TemporaryFile(), tempfile.TemporaryFile()) if request.get("daemon") else (subprocess.PIPE,) * 2
    with starting:
        try:
            child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=out, stderr=err, env=env,
                                     cwd=request.get("cwd") or "/", start_new_session=True)
        except OSError as e:
            raise Refusal("cannot-run", "%s: %s" % (request["argv"][0], e.strerror))
        running[request["id"]] = child, request.get("daemon")
        if request.get("will"):
            wills[request["will"]["id"]] = request["will"]
    timed_out = []
    timer = None
    if request.get("timeout"):
        timer = threading.Timer(request["timeout"], lambda: end_late(child, timed_out, request.get("daemon")))
        timer.daemon = True
        timer.start()
    try:
        if request.get("daemon"):
            child.stdin.close()
            child.wait()
            texts = [f.seek(0) or f.read(OUT_LIMIT) for f in (out, err)]
        else:
            texts = [t[:OUT_LIMIT] for t in child.communicate(base64.b64decode(request.get("stdin", "")))]
        if child.returncode == 0 and request.get("will"):
            request["will"]["stopped"] = True
    finally:
        wills.pop(fulfils.get("id"), None)
        running.pop(request["id"], None)
        if timer:
            timer.cancel()
    return {"code": child.returncode, "timedOut": bool(timed_out), "stdout": encode(texts[0]), "stderr": encode(texts[1])}


def prepared(request):
    """(words, environment) of a command that another user may be asked to run."""
    argv, user, env = request["argv"], request.get("user"), dict(os.environ)
    if user and user != user_name(os.geteuid()):
        who = user_entry(user)
        if os.geteuid() != 0:
            raise Refusal("needs-root", "%s cannot act as %s" % (user_name(os.geteuid()), user))
        groups = ",".join(map(str, os.getgrouplist(user, who.pw_gid)))
        argv = [sys.executable, "-I", "-S", "-c", BECOME, str(who.pw_uid), str(who.pw_gid), groups] + argv
        env.update(HOME=who.pw_dir, USER=user, LOGNAME=user)
    env.update(request.get("env", {}))
    return argv, env


def end_late(child, timed_out, daemon):
    if not (daemon and child.poll() is not None):  # what a daemon has left running is meant to
        timed_out.append(True)
        kill(child)


def kill(child):
    """End a command and what it started."""
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
    child, _ = running.get(request["of"], (None, None))
    if child:
        kill(child)
    return bool(child)


def end_commands():
    """The other side is gone: nothing more is started, what starts or stops a service comes to its end, the rest is ended,
    and what was stopped is started."""
    starting.acquire()
    for child, awaited in list(running.values()):
        if not awaited:
            kill(child)
    while any(awaited for _, awaited in list(running.values())):
        time.sleep(0.05)
    for will in list(wills.values()):
        try:
            carry_out(will)
        except Exception:
            pass  # nobody is there to be told; the others' turn comes all the same


def carry_out(will):
    """Start a service that was stopped, unless it lives. A stop may have ended before the process has."""
    end = time.monotonic() + DRAIN
    while will.get("stopped") and will.get("pids") and main_of_before(will) and time.monotonic() < end:
        time.sleep(0.1)
    if lives(will):
        return
    argv, env = prepared(will)
    subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, cwd="/",
                     start_new_session=True).wait(60)


def main_of_before(will):
    """Whether the main process that the service had before its stop lives."""
    first = will["before"][0] if will["before"] else None
    seen = first and process(first["pid"])
    return bool(seen) and same(seen, first)


def lives(will):
    """Whether a service that commands start lives: its main process of `before` outlived the stop, or somebody has started
    it since. systemd knows that by itself."""
    if not will.get("pids"):
        return False
    argv, env = prepared(dict(will, argv=will["pids"]))
    said = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, cwd="/", timeout=60)
    for seen in filter(None, (process(int(pid)) for pid in re.findall(br"\d+", said.stdout))):
        old = [same(seen, p) for p in will["before"]]
        if not any(old) or old[0]:
            return True
    return False
