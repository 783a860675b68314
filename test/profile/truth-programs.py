"""Random programs under the real cProfile, on a clock that moves only when they say so, and what really happened in them.

One line of JSON a program: {"profile": base64 of the .prof, "target": name, "planted": name or null,
"paths": {"target>f1>f2": [calls, seconds]}, "calls": {name: calls}, "seconds": {name: seconds, each moment once}, "packages": {name: seconds of its code}}
A path leaves out calls of a function by itself. argv: the seed, the number of programs.
"""
import base64
import cProfile
import json
import marshal
import random
import sys


PLACES = {
    "nova": "/opt/stack/nova/nova/%s.py",
    "sqlalchemy": "/usr/lib/python3/dist-packages/sqlalchemy/orm/%s.py",
    "oslo_messaging": "/usr/lib/python3/dist-packages/oslo_messaging/%s.py",
}


class Program(object):
    def __init__(self, chance):
        self.now, self.stack = 0.0, []
        self.paths, self.calls, self.seconds = {}, {}, {}
        names = ["target"] + ["f%d" % n for n in range(1, chance.randint(3, 9))]
        plant = chance.random() < 0.6
        bodies = {}
        for i, name in enumerate(names):
            later = names[i + 1:]
            body = [(chance.choice(later), chance.choice([1, 1, 1, 2, 3, 12])) for _ in range(chance.randint(0, 3)) if later]
            bodies[name] = (chance.randint(1, 9), body, chance.randint(1, 3) if chance.random() < 0.2 else 0)
        self.planted = None
        if plant:
            self.planted, self.turns = "get_by_host", chance.randint(10, 30)
            bodies["get_by_host"] = (chance.randint(20, 40), [], 0)
            bodies["hosts"] = (1, [("get_by_host", self.turns)], 0)
            bodies["target"][1].append(("hosts", 1))
            names += ["hosts", "get_by_host"]
        self.own, self.package = {}, {}
        self.scope = {"enter": self.enter, "spend": self.spend, "leave": self.leave}
        for name in names:
            own, body, again = bodies[name]
            lines = ["def %s(depth=%d):" % (name, again), " enter(%r)" % name, " spend(%d)" % own]
            lines += [" if depth: %s(depth - 1)" % name] if again else []
            for callee, turns in body:
                lines += [" for _ in range(%d): %s()" % (turns, callee)] if turns > 1 else [" %s()" % callee]
            lines += [" leave()"]
            self.package[name] = "nova" if name in ("target", "get_by_host") else chance.choice(sorted(PLACES))
            exec(compile("\n".join(lines), PLACES[self.package[name]] % name, "exec"), self.scope)

    def enter(self, name):
        self.calls[name] = self.calls.get(name, 0) + 1
        self.stack.append((name, self.now))

    def spend(self, seconds):
        package = self.package[self.stack[-1][0]]
        self.own[package] = self.own.get(package, 0) + seconds
        self.enter("spend")
        self.now += seconds
        self.leave()

    def leave(self):
        name, since = self.stack.pop()
        took, above = self.now - since, [one for one, _ in self.stack]
        if name not in above:
            self.seconds[name] = self.seconds.get(name, 0) + took
        if not above or above[-1] != name:
            path = [one for i, one in enumerate(above) if i == 0 or above[i - 1] != one] + [name]
            entry = self.paths.setdefault(">".join(path), [0, 0])
            entry[0], entry[1] = entry[0] + 1, entry[1] + took

    def run(self):
        profiler = cProfile.Profile(lambda: self.now, builtins=False)
        profiler.runcall(self.scope["target"])
        profiler.create_stats()
        # all time passes in spend(), which is to be a C function: of no package, and so its callers'
        rows = {("~", 0, "spend") if key[2] == "spend" else key: row for key, row in profiler.stats.items()
                if key[2] == "spend" or key[0].endswith("/%s.py" % key[2])}
        return {"profile": base64.b64encode(marshal.dumps(rows)).decode(), "target": "target", "planted": self.planted,
                "paths": self.paths, "calls": self.calls, "seconds": self.seconds, "packages": self.own}


def small(chance):
    """A program of no more than some thousand calls: tried on paper first, for it runs under a profiler."""
    while True:
        state = chance.getstate()
        program = Program(chance)
        limit, enter = 3000, program.enter

        def counting(name):
            if sum(program.calls.values()) > limit:
                raise OverflowError
            enter(name)
        program.scope["enter"] = counting
        try:
            program.scope["target"]()
        except OverflowError:
            continue
        again = random.Random()
        again.setstate(state)
        return Program(again)


def main():
    chance = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        print(json.dumps(small(chance).run()))


main()
