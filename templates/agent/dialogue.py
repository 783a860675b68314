"""The dialogue: a request is one line of JSON {"id", "op", ...}, the answer one line {"id", "ok": result} or {"id",
"error": {"kind", "message"}}; bytes travel as base64. Each request has a thread of its own, so that a long `run` does
not hold up a `cancel`. At the end of the input (the other side is gone) a change that is under way is finished, the
commands that run are ended, and so is this: the state of the host is whole at every moment.
"""
answering = threading.Lock()


def op_hello(request):
    state = request.get("state")
    if not state:
        state = "/var/lib/profkit" if os.geteuid() == 0 else os.path.join(
            os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state"), "profkit")
    STATE["folder"] = state
    roots = "/var/lib/profkit/probes"
    hidden = os.geteuid() != 0 and state != os.path.dirname(roots) and os.path.isdir(roots) and bool(os.listdir(roots))
    return {"hostname": os.uname().nodename, "uid": os.geteuid(), "user": user_name(os.geteuid()),
            "python": "%d.%d.%d" % sys.version_info[:3], "state": state, "hidden": hidden, "now": time.time(),
            "machine": machine()}


def machine():
    """Two that have the same are one host, whatever they are called: its processes are the same. An id in /etc is copied with
    an image, and the kernel is that of all containers of a machine."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as boot:
            return "%s %s" % (boot.read().strip(), os.readlink("/proc/self/ns/pid"))
    except OSError:
        return None


def answer(request):
    reply = {"id": request.get("id")}
    try:
        reply["ok"] = globals()["op_" + request["op"]](request)
    except Refusal as e:
        reply["error"] = dict(e.facts, kind=e.kind, message=str(e))
    except OSError as e:
        reply["error"] = {"kind": "os", "message": str(e)}
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
    for number in (signal.SIGINT, signal.SIGHUP):  # Ctrl-C is for the other side, which then says what to undo
        signal.signal(number, lambda *_: None)  # not SIG_IGN: the commands that are run would inherit that
    for line in iter(sys.stdin.buffer.readline, b""):
        thread = threading.Thread(target=answer, args=(json.loads(line.decode("utf-8")),))
        thread.daemon = True
        thread.start()
    with changing:
        for child in list(running.values()):
            kill(child)
        os._exit(0)


main()
