"""The source of a random program: functions and generators that call each other. `m` is an Actions.

Functions f and generators g may wait in the hub; functions p and generators q do not, for greenlets that are switched
to directly and for native threads.
"""
import random

HUB, PLAIN = ("f%d", 5, "g%d", 2), ("p%d", 4, "q%d", 2)


class Source(object):
    def __init__(self, seed, kinds):
        """kinds: of what there is here, "eventlet", "greenlet", "tpool"."""
        self.random, self.kinds, self.lines = random.Random(seed), kinds, []
        self.text = "from functools import partial, reduce\nfrom clock import t\n\n\n"
        for names in (HUB, PLAIN) if "eventlet" in kinds else (PLAIN,):
            for number in range(names[1]):
                self.function(names[0] % number, names, False)
            for number in range(names[3]):
                self.function(names[2] % number, names, True)

    def pick(self, *choices):
        return self.random.choice(choices)

    def function(self, name, names, is_generator):
        self.names, self.lines = names, []
        self.line(0, "def %s(m, n, *_):" % name)
        self.line(1, "m.enter(%r)" % name)
        self.line(1, "try:")
        self.work(2)
        for _ in range(self.random.randint(1, 3) if is_generator else 0):
            self.block(2, 1)
            self.line(2, "m.exit()")
            self.line(2, "try:")
            self.line(3, "yield 1")
            self.line(2, "finally:")
            self.line(3, "m.enter(%r)" % name)
        self.block(2, self.random.randint(2, 5), 2)
        if not is_generator:
            self.line(2, "return 0")
        self.line(1, "finally:")
        self.line(2, "m.exit()")
        self.text += "\n".join(self.lines) + "\n\n\n"

    def line(self, depth, text):
        self.lines.append("    " * depth + text)

    def work(self, depth):
        seconds = self.random.randint(0, 4)
        self.line(depth, "t.now += %d; m.work(%d)" % (seconds, seconds))

    def block(self, depth, size, nested=0):
        for _ in range(size):
            self.statement(depth, nested)

    def one(self):
        return self.names[0] % self.random.randrange(self.names[1])

    def generator(self):
        return self.names[2] % self.random.randrange(self.names[3])

    def plain(self):
        return PLAIN[0] % self.random.randrange(PLAIN[1])

    def statement(self, depth, nested):
        some = [self.call, self.call, self.call, self.work, self.c_call, self.c_call, self.generated, self.generated, self.fail]
        some += [self.guarded] * (2 if nested else 0) + [self.task]
        if "greenlet" in self.kinds:
            some += [self.switch, self.switch, self.resume, self.resume]
            some += [self.back, self.back] if self.names is PLAIN else []
        if "eventlet" in self.kinds and self.names is HUB:
            some += [self.sleep, self.sleep, self.sleep, self.spawn, self.spawn, self.kill, self.capture]
            some += [self.timed] * (2 if nested else 0)
        self.random.choice(some)(depth) if nested else self.random.choice(
            [one for one in some if one not in (self.guarded, self.timed)])(depth)

    def if_more(self, depth, percent=100):
        self.line(depth, "if n > 0 and m.more()%s:" % ("" if percent == 100 else " and m.chance(%d)" % percent))
        return depth + 1

    def call(self, depth):
        self.line(self.if_more(depth), "%s(m, n - 1)" % self.one())

    def in_c(self, depth, name, call):
        self.line(depth, "m.enter('C:%s')" % name)
        self.line(depth, "try:")
        self.line(depth + 1, call)
        self.line(depth, "finally:")
        self.line(depth + 1, "m.exit()")

    def c_call(self, depth):
        name, text = self.pick(
            ("sorted", "sorted([1, 2], key=partial(%s, m, n - 1))"), ("sum", "sum(map(partial(%s, m, n - 1), (1, 2)))"),
            ("max", "max((1, 2), key=partial(%s, m, n - 1))"), ("reduce", "reduce(partial(%s, m, n - 1), (1, 2, 3))"),
            ("sorted", "sorted([1], key=partial(%s, m, n - 1))"))
        self.in_c(self.if_more(depth), name, text % self.one())

    def generated(self, depth):
        depth, way = self.if_more(depth), self.random.randrange(4)
        if way == 0:
            self.in_c(depth, "sum", "sum(%s(m, n - 1))" % self.generator())
        elif way == 1:
            self.line(depth, "taken = %s(m, n - 1)" % self.generator())
            self.in_c(depth, "next", "next(taken)")
            self.line(depth, "del taken")
        else:
            self.line(depth, "for _ in %s(m, n - 1):" % self.generator())
            self.work(depth + 1)
            if way == 2:
                self.line(depth + 1, "if m.chance(40):")
                self.line(depth + 2, "break")

    def fail(self, depth):
        self.line(depth, "if m.chance(10):")
        self.line(depth + 1, "raise m.Error()")

    def guarded(self, depth):
        self.line(depth, "try:")
        self.block(depth + 1, 2)
        self.line(depth, "except m.Error:")
        self.work(depth + 1)

    def timed(self, depth):
        self.line(depth, "with eventlet.Timeout(%d, False):" % self.random.randint(1, 9))
        self.block(depth + 1, 2)

    def sleep(self, depth):
        self.line(depth, "m.sleep(%d)" % self.random.randint(0, 6))

    def spawn(self, depth):
        name, depth = self.one(), self.if_more(depth)
        self.line(depth, self.pick("m.spawn(%s, n - 1)", "m.spawn(%s, n - 1, 3)", "m.spawn_and_wait(%s, n - 1)",
                                   "m.spawn_in_pool(%s, n - 1)") % name)

    def kill(self, depth):
        self.line(depth, "if m.chance(30):")
        self.line(depth + 1, self.pick("m.kill()", "m.kill()", "m.end_held()"))

    def capture(self, depth):
        self.line(self.if_more(depth), "m.capture(%r, %s, n - 1)" % (self.pick("tree", "call"), self.one()))

    def switch(self, depth):
        self.line(self.if_more(depth), "m.switch(%s, n - 1)" % self.plain())

    def resume(self, depth):
        self.line(depth, "m.resume()")

    def back(self, depth):
        self.line(depth, "m.back()")

    def task(self, depth):
        hub = "tpool" in self.kinds and self.names is HUB
        self.line(self.if_more(depth, 50), "m.%s(%s, n - 1)" % (self.pick("task", "in_tpool") if hub else "task", self.plain()))


def generate(seed, kinds):
    text = Source(seed, kinds).text
    return ("import eventlet\n" if "eventlet" in kinds else "") + text
