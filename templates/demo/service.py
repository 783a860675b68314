"""The demo's service: `service.py start|stop|pids FOLDER`. Greenlets where eventlet is importable, threads elsewhere.

It listens on a socket in FOLDER and ends by itself when nobody has asked anything for two minutes.
"""
import sys

if sys.argv[1:2] == ["serve"]:
    try:
        import eventlet
        eventlet.monkey_patch()
    except Exception:  # not there, or not for this Python
        pass

import json
import os
import signal
import socketserver
import threading
import time


def serve(folder):
    import host_mapping
    import manager
    scheduler = manager.SchedulerManager(os.path.join(folder, "demo.sqlite"))
    summaries = {"host%d" % n: 1024 * (n + 1) for n in range(host_mapping.COUNT)}
    asked = [time.time()]

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            asked[0] = time.time()
            request = json.loads(self.rfile.readline().decode("utf-8"))
            hosts = scheduler.select_destinations(request["instance_uuids"], summaries)
            self.wfile.write((json.dumps({"hosts": hosts}) + "\n").encode("utf-8"))

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    def watch():
        while time.time() - asked[0] < 120 and os.path.exists(pid_file(folder)):
            time.sleep(1)
        os._exit(0)

    watcher = threading.Thread(target=watch)
    watcher.daemon = True
    watcher.start()
    Server(os.path.join(folder, "socket"), Handler).serve_forever()


def pid_file(folder):
    return os.path.join(folder, "pid")


def pid_of(folder):
    try:
        with open(pid_file(folder)) as f:
            pid = int(f.read())
        with open("/proc/%d/stat" % pid) as f:  # a dead one that nobody has waited for does not count
            return None if f.read().rpartition(")")[2].split()[0] == "Z" else pid
    except (OSError, ValueError):
        return None


def start(folder):
    import host_mapping
    if not os.path.exists(os.path.join(folder, "demo.sqlite")):
        host_mapping.make(os.path.join(folder, "demo.sqlite"))
    if os.path.exists(os.path.join(folder, "socket")):
        os.unlink(os.path.join(folder, "socket"))
    if os.fork():
        os.wait()
        for _ in range(400):  # eventlet takes its time to load on a busy machine
            if os.path.exists(os.path.join(folder, "socket")):
                return 0
            time.sleep(0.05)
        return 1
    os.setsid()
    if os.fork():
        os._exit(0)
    null, log = os.open(os.devnull, os.O_RDONLY), os.open(os.path.join(folder, "log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for fd, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, fd)
    with open(pid_file(folder), "w") as f:
        f.write("%d\n" % os.getpid())
    # a new program, so that the process is the service and nothing else
    os.execv(sys.executable, [sys.executable, os.path.abspath(__file__), "serve", folder])


def stop(folder):
    pid = pid_of(folder)
    if pid:
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if not pid_of(folder):
                break
            time.sleep(0.05)
    if os.path.exists(pid_file(folder)):
        os.unlink(pid_file(folder))
    return 0


def main():
    what, folder = sys.argv[1], sys.argv[2]
    if what == "pids":
        print(pid_of(folder) or "")
        return 0
    return {"start": start, "stop": stop, "serve": serve}[what](folder)


if __name__ == "__main__":
    sys.exit(main())
