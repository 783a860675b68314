"""A small service under eventlet: /probed/N and /plain/N do the same work, one through the probed function; /state tells
of the process. Prints its port. Warnings and worse go to service.log, requests and their tracebacks to requests.log."""
import eventlet

eventlet.monkey_patch()

import gc
import json
import logging
import sys

import greenlet
from eventlet import wsgi

sys.path.insert(0, ".")
logging.basicConfig(filename="service.log", level=logging.WARNING)
import subject


def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


def state():
    for _ in range(3):
        gc.collect()
    tools = [sys.monitoring.get_tool(number) for number in range(6)] if hasattr(sys, "monitoring") else []
    left = dict(profile=sys.getprofile(), trace=greenlet.gettrace(), module=sys.modules.get("_profkit"), tools=any(tools))
    return dict(resident=resident(), blocks=sys.getallocatedblocks(), left=[name for name, value in sorted(left.items()) if value])


def serve(environ, start_response):
    what, _, number = environ["PATH_INFO"].strip("/").partition("/")
    if what == "state":
        answer = json.dumps(state())
    else:
        try:
            answer = "done %d" % {"probed": subject.f, "plain": subject.plain}[what](int(number))
        except subject.Refused as refused:
            answer = "refused %s" % refused
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer.encode()]


def echo():
    listener = eventlet.listen(("127.0.0.1", 0))

    def converse(connection):
        connection.sendall(connection.recv(100))
        connection.close()

    def accept():
        while True:
            eventlet.spawn_n(converse, listener.accept()[0])
    eventlet.spawn_n(accept)
    return listener.getsockname()


subject.ECHO = echo()
listener = eventlet.listen(("127.0.0.1", 0), backlog=500)
print(listener.getsockname()[1], flush=True)
with open("requests.log", "w", buffering=1) as log:
    wsgi.server(listener, serve, log=log, log_format="%(status_code)s %(request_line)s")
