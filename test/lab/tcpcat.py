#!/usr/bin/env python3
"""tcpcat.py HOST PORT: standard input and output joined to a port, for ssh's ProxyCommand; netcat is not everywhere."""
import os
import selectors
import socket
import sys

line = socket.create_connection((sys.argv[1], int(sys.argv[2])))
ready = selectors.DefaultSelector()
ready.register(0, selectors.EVENT_READ)
ready.register(line, selectors.EVENT_READ)
while True:
    for key, _ in ready.select():
        if key.fileobj is line:
            data = line.recv(65536)
            if not data:
                sys.exit(0)
            while data:
                data = data[os.write(1, data):]
        else:
            data = os.read(0, 65536)
            if data:
                line.sendall(data)
            else:
                ready.unregister(0)
                line.shutdown(socket.SHUT_WR)
