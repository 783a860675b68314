"""clients.py PORT WHAT HOW_MANY SECONDS: so many clients, each of which asks for /WHAT/N again as soon as it has its
answer. Prints what came of it."""
import eventlet

eventlet.monkey_patch()

import http.client
import json
import sys
import time

port, what, how_many, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
waiting, result = set(), dict(requests=0, refused=0, failed=[], most_at_once=0, slowest=0.0)


def expected(n):
    return "refused %d" % n if n % 10 == 9 else "done %d" % (2 * n + 1)


def client(number):
    connection, n = None, number
    while time.monotonic() < end:
        n += how_many
        waiting.add(number)
        result["most_at_once"] = max(result["most_at_once"], len(waiting))
        began = time.monotonic()
        try:
            if connection is None or n % 7 == 0:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/%s/%d" % (what, n))
            response = connection.getresponse()
            answer = response.read().decode()
            if response.status != 200 or answer != expected(n):
                result["failed"].append("%d: %d %s" % (n, response.status, answer))
            result["refused"] += answer.startswith("refused")
        except Exception as error:
            result["failed"].append("%d: %r" % (n, error))
            connection = None
        waiting.discard(number)
        result["requests"] += 1
        result["slowest"] = max(result["slowest"], time.monotonic() - began)


end = time.monotonic() + seconds
for each in [eventlet.spawn(client, number) for number in range(how_many)]:
    each.wait()
result["failures"] = len(result["failed"])
result["failed"] = result["failed"][:5]
print(json.dumps(result))
