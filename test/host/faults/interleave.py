"""Patch, revert, edits of others and kills in any order; in the end no byte of the original and none of an edit is lost.

`interleave.py FOLDER FIRST COUNT`: seeds FIRST to FIRST + COUNT - 1. A seed always does the same.
"""
import os
import random
import sys

import world
from steps import Plan, agent, revert_all, tried

FILES = {"code/m.py": world.SOURCE, "code/crlf.py": world.CRLF, "etc/nova.conf": world.CONFIG}


class World(object):
    """The host, and what of it is somebody else's: the lines that were written by others."""

    def __init__(self, space, folder, seed):
        self.space, self.folder, self.random = space, world.build(folder), random.Random(seed)
        self.inside, self.said, self.did = [], 0, []
        self.spoken = {path: [] for path in FILES}  # and files that a probe makes

    def path(self, name):
        return os.path.join(self.folder, name)

    def edit(self, name=None):
        """Somebody puts a line of theirs into a file, the way an editor does or in place."""
        name = name or self.random.choice(sorted(self.spoken))
        try:
            with world.look(self.path(name), "rb") as f:
                lines = f.read().splitlines(True)
        except FileNotFoundError:
            return
        self.said += 1
        text = b"# of somebody, number %d" % self.said
        at = self.random.randrange(len(lines))  # never behind a last line without an end
        lines.insert(at, text + (b"\r\n" if name.startswith("code/crlf") else b"\n"))
        if self.random.random() < 0.5:
            with world.look(self.path(name), "r+b") as f:
                f.write(b"".join(lines))
                f.truncate()
        else:
            with world.look(self.path(name) + ".theirs", "wb") as f:
                f.write(b"".join(lines))
            os.rename(self.path(name) + ".theirs", self.path(name))
        self.spoken[name].append(text)
        self.did.append("edit %s (%d)" % (name, self.said))

    def patch(self, plan):
        probe = "".join(self.random.choice("abcdefghjkmn") for _ in range(6))
        changes = []
        for name in self.random.sample(sorted(FILES), self.random.randint(1, 3)):
            above = self.random.choice([b"def f", b"def g", b"    def m"] if name.startswith("code") else [b"[api]", b"workers"])
            if name.startswith("code"):
                changes.append(world.probe_line(self.path(name), probe, above, len(changes)))
            else:
                mark = "# profkit:%s transport_url" % probe
                with world.look(self.path(name), "rb") as f:
                    data = f.read()
                line = b"transport_url = rabbit://secret@here"
                if line + b"\n" in data:
                    changes.append(world.change(self.path(name), data.replace(line, mark.encode()), [mark], replaced={mark: line.decode()}, secret=True))
        if self.random.random() < 0.3:
            self.spoken["etc/%s.d/x.conf" % probe] = []
            changes.append(world.change(self.path("etc/%s.d/x.conf" % probe), b"[Service]\n", ["[Service]"]))
        folders = [os.path.dirname(c["path"]) for c in changes if c["before"] is None]
        request = world.request(probe, changes, folders=folders, reload=bool(folders))
        outcome = tried(self.space, lambda: self.space["op_apply"](request), plan)
        self.did.append("patch %s %s: %s" % (probe, [c["path"] for c in changes], outcome))

    def revert(self, plan):
        probes = [p["probe"] for p in self.space["op_probes"]({})]
        if not probes:
            return
        probe = self.random.choice(probes)

        def take():
            self.space["op_revert"]({"probe": probe})
            self.space["op_forget"]({"probe": probe})
        self.did.append("revert %s: %s" % (probe, tried(self.space, take, plan)))

    def fault(self):
        """For most: nothing, a kill, an error, or an edit by somebody in the middle of it."""
        at = self.random.randint(1, 150)
        how = self.random.choice([None, "killed", "killed", "killed", "ENOSPC", "EACCES", "from ENOSPC", self.edit, self.edit])
        return Plan(at if how else None, how)

    def live(self):
        for _ in range(self.random.randint(4, 12)):
            what = self.random.random()
            if what < 0.4:
                self.patch(self.fault())
            elif what < 0.7:
                self.revert(self.fault())
            else:
                self.edit()
        revert_all(self.space)

    def wrong(self):
        """What is not as it should be in the end."""
        found = []
        for name, original in sorted(FILES.items()):
            with world.look(self.path(name), "rb") as f:
                lines = f.read().splitlines(True)
            theirs = [line.rstrip(b"\r\n") for line in lines if line.startswith(b"# of somebody")]
            if sorted(theirs) != sorted(self.spoken[name]):
                found.append("%s: of the edits %s there are %s" % (name, self.spoken[name], theirs))
            rest = b"".join(line for line in lines if not line.startswith(b"# of somebody"))
            if rest != original:
                found.append("%s: without the edits it is %r" % (name, rest))
            s = os.stat(self.path(name))
            if s.st_nlink != 1:
                found.append("%s: %d links" % (name, s.st_nlink))
        known = set(os.path.basename(n) for n in FILES) | {"link.py", "__pycache__"}
        for name in set(self.spoken) - set(FILES):
            if self.spoken[name]:
                known.add(name.split("/")[1])
                with world.look(self.path(name), "rb") as f:
                    lost = set(self.spoken[name]) - set(f.read().splitlines())
                if lost or os.listdir(os.path.dirname(self.path(name))) != ["x.conf"]:
                    found.append("%s: %s are lost" % (name, lost))
        for at in ("code", "etc"):
            left = set(os.listdir(self.path(at))) - known
            if left:
                found.append("left in %s: %s" % (at, sorted(left)))
        return found


def main():
    root, first, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    os.makedirs(root, exist_ok=True)
    space = agent()
    space["STATE"]["folder"] = os.path.join(root, "state")
    failed, done = 0, {"patch": 0, "revert": 0, "edit": 0, "killed": 0, "failed": 0}
    for seed in range(first, first + count):
        here = World(space, os.path.join(root, "host"), seed)
        try:
            here.live()
            wrong = here.wrong()
        except BaseException as e:
            wrong = ["%s: %s" % (type(e).__name__, e)]
            if not isinstance(e, (AssertionError, OSError, space["Refusal"])):
                raise
        if os.path.exists(os.path.join(root, "state")):
            wrong.append("the journal is left")
        for one in here.did:
            for word in done:
                done[word] += one.startswith(word) or "('%s'" % word in one
        if wrong:
            failed += 1
            print("seed %d\n  %s\n  wrong: %s" % (seed, "\n  ".join(here.did), "\n  wrong: ".join(wrong)), flush=True)
        if failed > 5:
            break
    print("seeds %d to %d: %s" % (first, seed, done))
    sys.exit(1 if failed else 0)


main()
