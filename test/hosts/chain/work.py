"""What is profiled: work of a request, part of which is another host's."""
import json
import socket


class Context(object):
    def __init__(self, request_id):
        self.request_id = request_id
        self.global_request_id = None


class Manager(object):
    def __init__(self, following):
        self.following = following

    def build(self, context, server):
        total = sum(n * n for n in range(20000))
        if self.following:
            ask(self.following, context.request_id, server)
        return total


def ask(port, request_id, server):
    line = socket.create_connection(("127.0.0.1", port), 60)
    line.sendall(json.dumps({"request_id": request_id, "server": server}).encode("ascii") + b"\n")
    return line.makefile().readline()
