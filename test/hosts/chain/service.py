"""A service of the tests, `service.py start|stop|pids|serve|ask FOLDER`: hands each request on to the next host.
FOLDER/chain.json tells its port, and that of the next where there is one. A process of one thread; no library beside Python's."""
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid

verb, folder = sys.argv[1:3]
pid_file = os.path.join(folder, "pid")
with open(os.path.join(folder, "chain.json")) as f:
    chain = json.load(f)


def pid():
    try:
        with open(pid_file) as f:
            found = int(f.read())
        os.kill(found, 0)
        return found
    except (OSError, ValueError):
        return None


if verb == "serve":
    import work
    manager = work.Manager(chain.get("next"))
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", chain["port"]))
    server.listen(5)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with open(pid_file, "w") as f:
        f.write(str(os.getpid()))
    while True:
        line, _ = server.accept()
        request = json.loads(line.makefile().readline())
        answer = manager.build(work.Context(request["request_id"]), request["server"])
        line.sendall(b"%d\n" % answer)
        line.close()
elif verb == "start":
    with open(os.devnull, "r+") as nothing:
        subprocess.Popen([sys.executable, __file__, "serve", folder], stdin=nothing, stdout=nothing, stderr=nothing,
                         start_new_session=True)
    while not pid():
        time.sleep(0.05)
elif verb == "stop" and pid():
    os.kill(pid(), signal.SIGTERM)
    while pid():
        time.sleep(0.05)
    os.unlink(pid_file)
elif verb == "pids" and pid():
    print(pid())
elif verb == "ask":
    import work
    name = str(uuid.uuid4())
    work.ask(chain["port"], "req-" + str(uuid.uuid4()), name)
    print("| id | %s |" % name)
