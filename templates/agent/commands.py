"""Commands: each in a session of its own, as the user that is asked for, with a time-out, and to be cancelled."""
OUT_LIMIT = 64 * 1024 * 1024  # bytes of each output that are sent on
running = {}  # request id -> Popen


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
