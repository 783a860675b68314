"""tally.py FILE.prof...: how often the functions of the service's module were called in each, as {counts: files}."""
import collections
import json
import pstats
import sys

names = "f work part leaf talk".split()
tally = collections.Counter()
for path in sys.argv[1:]:
    calls = {key[2]: row[1] for key, row in pstats.Stats(path).stats.items() if key[0].endswith("subject.py")}
    tally[" ".join("%s %d" % (name, calls.get(name, 0)) for name in names)] += 1
print(json.dumps(tally))
