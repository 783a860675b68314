/** A service in small: it waits by the hub, by a socket and for a greenlet of its own. */
export const subject = `import eventlet
from eventlet.green import socket

def before(): pass

@PROBE
def f(n, listener=None, error=None):
    eventlet.sleep(0.02)
    answer = child(n)
    if listener:
        answer += talk(listener)
    answer += eventlet.spawn(child, 0).wait()
    queue = eventlet.Queue()
    try:
        queue.get(timeout=0.005)
    except eventlet.queue.Empty:
        pass
    if error:
        raise error
    return answer

def child(n):
    eventlet.sleep(0.005)
    return [deep(5) for _ in range(20)] and n

def deep(n):
    return sum(deep(n - 1) for _ in range(1)) if n else 0

def talk(listener):
    one = socket.create_connection(listener.getsockname())
    one.sendall(b'x' * 10)
    got = len(one.recv(10))
    one.close()
    return got - 10
`;

/** What else goes on in a service: greenlets with deep stacks that time out, are killed, and loop. */
export const service = `
import eventlet; eventlet.monkey_patch()
import gc, json, sys, weakref, subject

def serve(listener):
    def answer(one):
        one.sendall(one.recv(10)); one.close()
    while True: eventlet.spawn_n(answer, listener.accept()[0])
listener = eventlet.listen(('127.0.0.1', 0))
eventlet.spawn_n(serve, listener)

innocent = []
class Cell(object): pass
def loop(depth):
    if depth: return loop(depth - 1)
    while True:
        try:
            with eventlet.Timeout(0.003): eventlet.sleep(1)
        except eventlet.Timeout: pass
        cell = Cell(); cell.own = cell
        weakref.finalize(cell, subject.deep, 2); del cell
        gc.collect(0)
        subject.deep(3)
        victim = eventlet.spawn(eventlet.sleep, 1); eventlet.sleep(0); victim.kill()
def guarded():
    try: loop(20)
    except Exception as error: innocent.append(repr(error))
for _ in range(4): eventlet.spawn_n(guarded)
eventlet.sleep(0.01)
`;
