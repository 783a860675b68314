"""The work of a request: greenlets of its own, sockets, a timeout, an exception now and then."""
import eventlet
from eventlet.green import socket

ECHO = None  # the address of a server that answers what it is told


class Refused(Exception):
    pass


@PROBE
def f(n):
    return work(n)


def plain(n):
    return work(n)


def work(n):
    total = sum(eventlet.GreenPool(2).imap(part, (n, n + 1)))
    try:
        with eventlet.Timeout(0.05):
            eventlet.sleep(10)
    except eventlet.Timeout:
        pass
    if talk(n) % 10 == 9:
        raise Refused(n)
    return total


def part(n):
    for _ in range(2):
        eventlet.sleep(1)
        leaf(5)
    return n


def leaf(n):
    return leaf(n - 1) + 1 if n else 0


def talk(n):
    one = socket.create_connection(ECHO)
    try:
        one.sendall(b"%d" % n)
        eventlet.sleep(0.2)
        return int(one.recv(100))
    finally:
        one.close()
