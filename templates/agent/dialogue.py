"""The dialogue: a request is one line of JSON {"id", "op", ...}, the answer one line {"id", "ok": result} or {"id",
"error": {"kind", "message"}}; {"op": "load"} brings the rest of this program, and has no answer. What is read from a file
travels behind its line, which says how many "bytes" that is; other bytes are base64. Each request has a thread of its own,
so that a long `run` does not hold up a `cancel`. At the end of the input (the other side is gone) a change that is under way
is finished, the commands that run are ended, a service that was stopped is started, and so ends this: the state of the host
is whole at every moment. A line can be dead without an end: while a service is down, the other side has to give signs of
life.
"""
import select
import signal

loading = threading.Lock()  # held while the other parts are made known, and for good once this ends
answering = threading.Lock()
heard = [time.monotonic()]


def op_hello(request):
    state = request.get("state")
    if not state:
        state = "/var/lib/profkit" if os.geteuid() == 0 else os.path.join(
            os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state"), "profkit")
    STATE["folder"] = state
    if request.get("silence"):
        watcher = threading.Thread(target=watch, args=(request["silence"],))
        watcher.daemon = True
        watcher.start()
    roots = "/var/lib/profkit/probes"
    hidden = os.geteuid() != 0 and state != os.path.dirname(roots) and os.path.isdir(roots) and bool(os.listdir(roots))
    return {"hostname": os.uname().nodename, "uid": os.geteuid(), "user": user_name(os.geteuid()),
            "python": "%d.%d.%d" % sys.version_info[:3], "state": state, "hidden": hidden, "now": time.time(),
            "boot": boot(), "machine": machine(), "agent": process(os.getpid())}


def op_time(request):
    return time.time()


def boot():
    """Another after each start of the host; in a container too, whose kernel runs on."""
    try:
        first = read_bytes("/proc/1/stat").rpartition(b")")[2].split()[19].decode()
        return read_bytes("/proc/sys/kernel/random/boot_id").decode().strip() + "-" + first
    except (OSError, IndexError):  # /proc may be hidden from who is not root
        return ""


def alone():
    """The other side is gone, though what it has sent may not all be read."""
    poll = select.poll()
    poll.register(0, 0)  # the end is told without being asked for
    return bool(poll.poll(0))


def op_succeed(request):
    """Wait for the end of the agent of a connection that was cut, or is dead: it may be about to start what it has stopped,
    and two must not do that at once. Says whether it has ended."""
    old, end, told = request["agent"], time.monotonic() + 30, False
    while time.monotonic() < end:
        now = process(old["pid"])
        if now is None or not same(now, old):
            return True
        try:
            told = told or os.kill(old["pid"], signal.SIGTERM) is None
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # it was root, and we are not: it ends by itself
        time.sleep(0.05)
    return False


def machine():
    """Two that have the same are one host, whatever they are called: its processes are the same. An id in /etc is copied with
    an image, and the kernel is that of all containers of a machine."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as boot:
            return "%s %s" % (boot.read().strip(), os.readlink("/proc/self/ns/pid"))
    except OSError:
        return None


def answer(request):
    reply, data = {"id": request.get("id")}, b""
    if request["op"] == "apply" and alone():
        return  # somebody may have looked already whether there is anything to be undone
    try:
        reply["ok"] = globals()["op_" + request["op"]](request)
        if isinstance(reply["ok"], tuple):
            reply["ok"], data = reply["ok"]
            reply["bytes"] = len(data)
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
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except (OSError, ValueError):
            pass  # nobody listens any more: main() ends soon


def load(source):
    """The parts that change a host or run commands on it, which come before the first request that needs them."""
    with loading:
        exec(compile(source, "profkit-host-agent-rest", "exec"), globals())


def watch(seconds):
    while True:
        time.sleep(1)
        if globals().get("wills") and time.monotonic() - heard[0] > seconds:
            end()


def end():
    loading.acquire()
    if "end_commands" in globals():
        with changing:
            end_commands()
            os._exit(0)
    os._exit(0)  # it has only looked


def leave(*_):
    """Told to end, by whoever has a new connection. No exception: that could come at any moment."""
    import _thread
    _thread.start_new_thread(end, ())


def main():
    for number in (signal.SIGINT, signal.SIGHUP):  # Ctrl-C is for the other side, which then says what to undo
        signal.signal(number, lambda *_: None)  # not SIG_IGN: the commands that are run would inherit that
    signal.signal(signal.SIGTERM, leave)
    for line in iter(sys.stdin.buffer.readline, b""):
        heard[0] = time.monotonic()
        if not line.endswith(b"\n"):
            break  # cut in the middle of a request
        if line == b"\n":
            continue  # a sign of life
        request = json.loads(line.decode("utf-8"))
        if request["op"] == "load":
            load(request["source"])
            continue
        thread = threading.Thread(target=answer, args=(request,))
        thread.daemon = True
        thread.start()
    end()


main()
