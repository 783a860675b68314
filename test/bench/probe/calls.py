"""What a call costs more through a probe that captures nothing, in nanoseconds: the median of rounds, in each of which the
plain function and the probed one have their turns. argv: the runtime, rounds, calls a round."""
import json
import sys
import time

runtime, rounds, calls = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


class Host(object):
    host = "compute-1"

    def plain(self, context, instance_uuids=None):
        return instance_uuids


namespace = {}
with open(runtime, "rb") as source:
    exec(compile(source.read(), runtime, "exec"), namespace)
Host.probed = namespace["wrap"](Host.plain)
if Host.probed is Host.plain:
    sys.exit("it was not wrapped")


def seconds(call):
    each = range(calls)
    began = time.process_time()
    for _ in each:
        call(None, instance_uuids=None)
    return (time.process_time() - began) / calls


host = Host()
for _ in range(3):
    host.probed(None, instance_uuids=None)  # what the first call does once, and the captures
found = sorted(seconds(host.probed) - seconds(host.plain) for _ in range(rounds))
print(json.dumps(round(found[rounds // 2] * 1e9)))
