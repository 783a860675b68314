"""Commands: each in a session of its own, as the user that is asked for, with a time-out, and to be cancelled."""
OUT_LIMIT = 64 * 1024 * 1024  # bytes of each output that are sent on
running = {}  # request id -> Popen
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
    outputs, which are files then and no pipes."""
    argv, user, env = request["argv"], request.get("user"), dict(os.environ)
    if user and user != user_name(os.geteuid()):
        who = user_entry(user)
        if os.geteuid() != 0:
            raise Refusal("needs-root", "%s cannot act as %s" % (user_name(os.geteuid()), user))
        groups = ",".join(map(str, os.getgrouplist(user, who.pw_gid)))
        argv = [sys.executable, "-I", "-S", "-c", BECOME, str(who.pw_uid), str(who.pw_gid), groups] + argv
        env.update(HOME=who.pw_dir, USER=user, LOGNAME=user)
    env.update(request.get("env", {}))
    out, err = (tempfile.TemporaryFile(), tempfile.TemporaryFile()) if request.get("daemon") else (subprocess.PIPE,) * 2
    try:
        child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=out, stderr=err, env=env,
                                 cwd=request.get("cwd") or "/", start_new_session=True)
    except OSError as e:
        raise Refusal("cannot-run", "%s: %s" % (request["argv"][0], e.strerror))
    running[request["id"]] = child
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
    finally:
        running.pop(request["id"], None)
        if timer:
            timer.cancel()
    return {"code": child.returncode, "timedOut": bool(timed_out), "stdout": encode(texts[0]), "stderr": encode(texts[1])}


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
    child = running.get(request["of"])
    if child:
        kill(child)
    return bool(child)
