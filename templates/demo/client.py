"""The demo's client: `client.py FOLDER NAME` has the service choose a host for a new server, and prints a table."""
import json
import os
import socket
import sys
import uuid

folder, name = sys.argv[1:3]
server = str(uuid.uuid4())
s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
s.settimeout(10)
s.connect(os.path.join(folder, "socket"))
s.sendall((json.dumps({"instance_uuids": [server]}) + "\n").encode("utf-8"))
answer = json.loads(s.makefile().readline())
for field, value in (("id", server), ("name", name), ("host", answer["hosts"][0])):
    print("| %-4s | %-36s |" % (field, value))
