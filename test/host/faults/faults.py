"""Every step of what changes a host fails once, in every way; then all is restored. `faults.py FOLDER [SHARE/OF]`."""
import os
import sys

import world
from steps import ERRORS, Plan, agent, revert_all, tried

SOME = ["killed", "ENOSPC", "from EACCES"]
MOST = SOME + ["SIGKILL", "EACCES", "from ENOSPC"]
ALL = MOST + sorted(set(ERRORS) - set(MOST))
THEIRS = b"# theirs\n"


def take(space, probe):
    space["op_revert"]({"probe": probe})
    space["op_forget"]({"probe": probe})


def one_probe(space, folder):
    space["op_apply"](world.request("abcdef", [world.probe_line(folder + "/code/m.py", "abcdef", b"def f")]))
    take(space, "abcdef")


def several(space, folder):
    """Two probes in one file, out in the order in which they came in; one is in another file too."""
    space["op_apply"](world.request("aaaaaa", [world.probe_line(folder + "/code/m.py", "aaaaaa", b"    def m")]))
    space["op_apply"](world.request("bbbbbb", [
        world.probe_line(folder + "/code/m.py", "bbbbbb", b"def f"), world.probe_line(folder + "/code/crlf.py", "bbbbbb", b"def g", 1)]))
    take(space, "aaaaaa")
    take(space, "bbbbbb")


def compute_db(space, folder):
    """Lines of theirs taken out of service, a secret in a configuration file, a drop-in in a folder that is made."""
    m, conf, made = folder + "/code/m.py", folder + "/etc/nova.conf", folder + "/etc/unit.d"
    mark = "# profkit:cdbcdb import os"
    space["op_apply"](world.request("cdbcdb", [
        world.change(m, world.SOURCE.replace(b"import os", mark.encode()), [mark], replaced={mark: "import os"}),
        world.change(conf, world.CONFIG + b"\n[database]\nconnection = sql://secret\n", ["[database]", "connection = sql://secret"], secret=True),
        world.change(made + "/10-profkit.conf", b"[Service]\nEnvironment=A=1\n", ["[Service]", "Environment=A=1"], owner="root", mode=0o600),
    ], folders=[made], reload=True, kind="compute-db"))
    take(space, "cdbcdb")


def changed_since(space, folder):
    """Somebody edits the file in between: what of the probe is in it comes out, line by line."""
    path = folder + "/code/crlf.py"
    space["op_apply"](world.request("efefef", [world.probe_line(path, "efefef", b"    def m")]))
    with world.look(path, "rb") as f:
        data = f.read()
    with world.look(path, "r+b") as f:
        f.write(data + b"# theirs\r\n")
    take(space, "efefef")


def without_exchange(space, folder):
    """On a file system that cannot exchange two files."""
    real, space["exchange"] = space["exchange"], lambda one, other: False
    try:
        one_probe(space, folder)
    finally:
        space["exchange"] = real


class Somebody(object):
    """Writes a line of their own into a file at that step: in place, or by a new file in its place, as editors do."""

    def __init__(self, path, anew):
        self.path, self.anew, self.root = path, anew, ""

    def __call__(self):
        path = os.path.join(self.root, "host", self.path)
        if os.path.exists(path):
            with world.look(path, "rb") as f:
                data = f.read()
            with world.look(path + "~" if self.anew else path, "wb") as f:
                f.write(THEIRS + data)
            if self.anew:
                os.rename(path + "~", path)
            self.wrote = True

    def lost(self, now):
        return [] if not hasattr(self, "wrote") or now.get(self.path, [b""] * 5)[4].count(THEIRS) == 1 else ["lost: " + self.path]

    def __str__(self):
        return "somebody writes to %s" % self.path


BOTH = (False, True)
EDITS = [Somebody("code/m.py", anew) for anew in BOTH] + [Somebody("etc/unit.d/10-profkit.conf", anew) for anew in BOTH]
SCENARIOS = [(one_probe, ALL), (several, SOME), (compute_db, MOST + EDITS), (changed_since, SOME), (without_exchange, ["killed"])]


def differs(before, now):
    """What is not as it was. Times of a file whose line was taken out are new, and then its .pyc is made again."""
    found = []
    for path in sorted(set(before) | set(now)):
        a, b = list(before.get(path, [])), list(now.get(path, []))
        if "__pycache__" in path and path.endswith(".pyc") and not b:
            continue
        if len(a) > 6 and len(b) > 6:
            a[6] = b[6] = None
            b[4] = b[4].replace(b"# theirs\r\n", b"").replace(THEIRS, b"")
            if THEIRS in now[path][4]:
                a[7:] = b[7:] = a[1:4] = b[1:4] = []  # what they put in its place is a file of theirs
        if a != b and not (path.startswith("etc/unit.d") and THEIRS in now.get("etc/unit.d/10-profkit.conf", [b""] * 5)[4]):
            found.append((path, short(a), short(b)))
    return found


def short(seen):
    return [value[:60] if isinstance(value, bytes) else value for value in seen]


def attempt(space, scenario, root, plan):
    """One fault, and all restored: (outcome of the scenario, what differs then)."""
    folder = world.build(os.path.join(root, "host"))
    if isinstance(plan.how, Somebody):
        plan.how.root = root
        vars(plan.how).pop("wrote", None)
    before = world.snapshot(folder)
    outcome = tried(space, lambda: scenario(space, folder), plan)
    restored = tried(space, lambda: revert_all(space), Plan())
    now = world.snapshot(folder)
    problems = (plan.how.lost(now) if isinstance(plan.how, Somebody) else []) + differs(before, now) + ([restored] if restored[0] != "ended" else [])
    return outcome, problems + ([os.listdir(root)] if os.listdir(root) != ["host"] else [])


def main():
    root = os.path.abspath(sys.argv[1])
    share, of = map(int, (sys.argv[2] if len(sys.argv) > 2 else "0/1").split("/"))
    os.makedirs(root, exist_ok=True)
    space = agent()
    space["STATE"]["folder"] = os.path.join(root, "state")
    failed = 0
    for scenario, ways in SCENARIOS:
        plan = Plan()
        outcome, problems = attempt(space, scenario, root, plan)
        assert outcome[0] == "ended" and not problems, (scenario.__name__, outcome, problems)
        steps, seen = plan.names, {"ended": 0, "failed": 0, "killed": 0}
        for n in range(1 + share, len(steps) + 1, of):
            for way in ways:
                outcome, problems = attempt(space, scenario, root, Plan(n, way))
                seen[outcome[0]] += 1
                if problems:
                    failed += 1
                    print("%s: step %d (%s), %s: %s\n    %s" % (scenario.__name__, n, steps[n - 1], way, outcome, problems), flush=True)
                if failed > 20:
                    sys.exit(1)
        print("%s: %d steps, each failing in %d ways: %s" % (scenario.__name__, len(steps), len(ways), seen), flush=True)
    sys.exit(1 if failed else 0)


main()
