"""Waiting for sockets, by way of the hub."""
import eventlet
from eventlet.green import socket

from clock import t
from programs import program


@program("eventlet")
def asking_a_server(probe):
    """An answer from a greenlet that the call has not started.

    call                      1  2  7   2  2
    ask                       1  0  5   0  0
      < call                  1  0  5   0  0
    base.py:sendall           1  0  0   0  0
      < ask                   1  0  0   0  0
    base.py:recv              *  0  5   0  0
      < ask                   1  0  5   0  0
    hub.py:switch             1  0  5   0  0
    C:switch                  1  5  5   0  0
    wait 5 call;ask
    elapsed 7  active 2  greenlets 1
    """
    mine, its = socket.socketpair()

    def call():
        t.now += 1                          # 0 to 1
        ask()
        t.now += 1                          # 6 to 7

    def ask():
        mine.sendall(b"question")
        mine.recv(10)

    def server():
        its.recv(10)                        # at 1
        t.now += 3                          # 1 to 4
        eventlet.sleep(2)                   # 4 to 6
        its.sendall(b"answer")
    another = eventlet.spawn(probe.innocent(server))
    probe(call)
    another.wait()
    mine.close()
    its.close()


@program("eventlet")
def connecting(probe):
    """A connection over TCP, served by a greenlet that the call starts.

    call                      1  1 10   1  1
    serve                     1  3  9   3  3
    base.py:connect           1  0  *   0  0
      < call                  1  0  *   0  0
    base.py:accept            1  0  *   0  0
      < serve                 1  0  *   0  0
    base.py:recv              *  0  *   0  0
      < call                  1  0  *   0  0
    base.py:sendall           1  0  0   0  0
      < serve                 1  0  0   0  0
    C:getsockname             *  0  0   0  0
      < call                  1  0  0   0  0
    socket.py:close           *  0  0   0  0
      < call                  1  0  0   0  0
      < serve                 1  0  0   0  0
    socket.py:__init__        *  0  0   0  0
    greenthread.py:spawn_n    1  0  0   0  0
      < call                  1  0  0   0  0
    greenthread.py:sleep      1  0  6   0  0
      < serve                 1  0  6   0  0
    hub.py:switch             *  0 15   0  0
    C:switch                  * 15 15   0  0
    wait 9 call
    wait 6 serve
    elapsed 10  active 1  greenlets 2
    """
    listener = eventlet.listen(("127.0.0.1", 0))

    def call():
        eventlet.spawn_n(serve)
        t.now += 1                          # 0 to 1
        one.connect(listener.getsockname())
        one.recv(10)                        # at last at 10
        one.close()

    def serve():                            # begins at 1
        its = listener.accept()[0]
        t.now += 3                          # 1 to 4
        eventlet.sleep(6)                   # 4 to 10
        its.sendall(b"answer")
        its.close()
    one = socket.socket()
    probe(call)
    listener.close()


@program("eventlet")
def socket_times_out(probe):
    """A socket with a timeout of its own.

    call                      1  2  5   2  2
    base.py:recv              *  0  3   0  0
      < call                  1  0  3   0  0
    hub.py:switch             1  0  3   0  0
    C:switch                  1  3  3   0  0
    wait 3 call
    elapsed 5  active 2
    """
    mine, its = socket.socketpair()
    mine.settimeout(3)

    def call():
        t.now += 1
        try:
            mine.recv(10)
        except socket.timeout:
            t.now += 1
    probe(call)
    mine.close()
    its.close()


@program("eventlet")
def line_of_a_socket(probe):
    """A file over a socket: the C function readline calls back into Python, which waits.

    call                      1  1  6   1  1
    C:readline                1  0  5   0  0
      < call                  1  0  5   0  0
    socket.py:readinto        1  0  5   0  0
      < C:readline            1  0  5   0  0
    base.py:recv_into         *  0  5   0  0
    hub.py:switch             1  0  5   0  0
    C:switch                  1  5  5   0  0
    wait 5 call
    elapsed 6  active 1
    """
    mine, its = socket.socketpair()
    file = mine.makefile("rb")

    def call():
        t.now += 1
        file.readline()                     # 1 to 6

    def sender():
        eventlet.sleep(5)
        its.sendall(b"a line\n")
    another = eventlet.spawn(probe.innocent(sender))
    probe(call)
    another.wait()
    file.close()
    mine.close()
    its.close()
