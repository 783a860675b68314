"""A database in a process of its own, and connections to it: what a request waits for.

database.py PATH listens at that socket; a question is a line, an answer is the length of a JSON text and the text.
"""
import json
import os
import socket
import socketserver
import subprocess
import sys
import tempfile
import time

HOSTS = 100
LATENCY = 0.001


def node(n):
    cpu = {"vendor": "Intel", "model": "Cascadelake-Server", "arch": "x86_64", "topology": {"cells": 2, "sockets": 1},
           "features": ["feature-%d" % i for i in range(90)]}
    cells = [{"id": c, "cpuset": list(range(c * 24, c * 24 + 24)), "memory": 196608, "cpu_usage": 3, "memory_usage": 4096,
              "pagesizes": [{"size_kb": size, "total": 4096, "used": size % 7} for size in (4, 2048, 1048576)],
              "siblings": [[i, i + 24] for i in range(24)]} for c in range(2)]
    return {"id": str(n), "uuid": "%08d-0000-4000-8000-000000000000" % n, "host": "host%d" % n, "vcpus": "48",
            "vcpus_used": str(n % 40), "memory_mb": "393216", "memory_mb_used": str(4096 * (n % 30)), "local_gb": "1024",
            "local_gb_used": str(n), "cpu_info": json.dumps(cpu), "stats": json.dumps({"io_workload": n % 3, "num_instances": n}),
            "numa_topology": json.dumps({"cells": cells}), "created_at": "2026-01-02T03:04:05"}


NODES = [node(n) for n in range(HOSTS)]


def answer(question):
    what, which = question.split()
    if what == "cell":
        return NODES[int(which) :: 2]
    if what == "mapping":
        return [{"id": str(n), "host": which, "cell_id": str(n % 2)} for n in [int(which[4:])]]
    return [{"claimed": which}]


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            time.sleep(LATENCY)
            text = json.dumps(answer(line.decode())).encode()
            self.wfile.write(b"%d\n%s" % (len(text), text))


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class Database(object):
    """Started when it is made; `socket_module` is what connections are made with, eventlet's or Python's own."""

    def __init__(self, socket_module=socket):
        self.socket, self.pool = socket_module, []
        self.path = os.path.join(tempfile.mkdtemp(), "database")
        self.process = subprocess.Popen([sys.executable, __file__, self.path], stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def connect(self):
        connection = self.socket.socket(self.socket.AF_UNIX)
        connection.connect(self.path)
        return connection, connection.makefile("rb")

    def ask(self, question):
        pair = self.pool.pop() if self.pool else self.connect()
        connection, reader = pair
        connection.sendall(question.encode() + b"\n")
        rows = json.loads(reader.read(int(reader.readline())))
        self.pool.append(pair)
        return rows

    def close(self):
        self.process.kill()
        self.process.wait()
        os.unlink(self.path)
        os.rmdir(os.path.dirname(self.path))


if __name__ == "__main__":
    with Server(sys.argv[1], Conversation) as server:
        print("listening", flush=True)
        server.serve_forever()
