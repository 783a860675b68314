"""Profiles of a size: generate.py FOLDER. Prints nothing."""
import marshal
import os
import random
import sys

FOLDER = sys.argv[1]
BASE = "/usr/lib/python3/dist-packages"


def profile(functions, edges, timed, seed):
    draw = random.Random(seed)
    keys = [
        ("%s/package%d/module%d.py" % (BASE, i % 50, i % 1000), draw.randrange(1, 3000), "function_%d" % i)
        for i in range(functions)
    ]
    callers = [{} for _ in keys]
    for _ in range(edges):
        calls = draw.randrange(1, 1000)
        caller = keys[draw.randrange(functions)]
        callers[draw.randrange(functions)][caller] = (calls, calls, draw.random(), draw.random()) if timed else calls
    rows = {}
    for key, its in zip(keys, callers):
        calls = draw.randrange(1, 10000)
        rows[key] = (calls, calls + (draw.random() < 0.1), draw.random(), draw.random() * 5, its)
    return rows


def write(name, rows):
    with open(os.path.join(FOLDER, name), "wb") as f:
        marshal.dump(rows, f)


for kind in "ints", "tuples":
    write("large-%s.prof" % kind, profile(100000, 500000, kind == "tuples", 1))
os.mkdir(os.path.join(FOLDER, "many"))
for i in range(1000):
    # as captures of one method: the same functions, other figures
    rows = profile(2500, 12000, False, 7)
    scale = random.Random(i).random()
    write("many/%04d.prof" % i, {k: (cc, nc, tt * scale, ct * scale, its) for k, (cc, nc, tt, ct, its) in rows.items()})
