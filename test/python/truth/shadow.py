"""What a profile of a random program must say. The program itself keeps these books, by telling of every call as it
makes it, on the virtual clock; they know nothing of how the engine works.

A stack belongs to a greenlet, or to a native thread that has none. A frame with no name stands for what is not the
program's own: eventlet, an executor, the harness.
"""
import sys
import threading

from clock import native, t
from table import Figures, Row, Truth

greenlet = sys.modules.get("greenlet")


class Frame(object):
    def __init__(self, name, stack, at_work):
        self.name, self.capture = name, stack.capture
        self.at_work = at_work              # it waits for another thread in a way that no engine can tell from work
        self.wall, self.active = t.now, stack.active
        self.inner = [0, 0]                 # what the frames called from here took, on both clocks


class Stack(object):
    def __init__(self, capture=None):
        self.frames, self.capture = [], capture
        self.active = 0                     # seconds that it has worked
        if capture is not None:
            capture.stacks.append(self)

    def pass_time(self, frame):
        if frame.at_work:
            self.active += t.now - frame.wall - (self.active - frame.active)


class Capture(object):
    def __init__(self, scope, stack):
        self.scope, self.open, self.stacks, self.own = scope, True, [], stack
        self.began, self.active = t.now, stack.active
        self.rows, self.waits, self.tasks, self.ended, self.totals = {}, {}, 0, 0, [0, 0]
        self.stacks.append(stack)

    def close(self):
        """Everything that is open lasts until now."""
        for stack in self.stacks:
            for place in reversed(range(len(stack.frames))):
                if stack.frames[place].capture is self:
                    self.account(stack, place)
            stack.capture = None
        self.open = False
        self.elapsed, self.active = t.now - self.began, self.own.active - self.active

    def account(self, stack, place):
        """The frame at this place of a stack returns."""
        frame = stack.frames[place]
        stack.pass_time(frame)
        below = [one for one in stack.frames[:place] if one.capture is self]
        spent = [t.now - frame.wall, stack.active - frame.active]
        own = [all_of_it - inner for all_of_it, inner in zip(spent, frame.inner)]
        caller = stack.frames[place - 1] if below and below[-1] is stack.frames[place - 1] else None
        if caller is None:
            self.totals = [a + b for a, b in zip(self.totals, spent)]
        else:
            caller.inner = [a + b for a, b in zip(caller.inner, spent)]
        if frame.name is None:
            path = ";".join(one.name for one in below if one.name and ":" not in one.name)
            self.waits[path] = self.waits.get(path, 0) + own[0] - own[1]
            return
        row = self.rows.setdefault(frame.name, [[0, 0, 0, 0, 0, 0], {}])
        add(row[0], own, spent, all(one.name != frame.name for one in below))
        if caller is not None and caller.name is not None:
            edge = row[1].setdefault(caller.name, [0, 0, 0, 0, 0, 0])
            pairs = zip(below, below[1:])
            add(edge, own, spent, not any((a.name, b.name) == (caller.name, frame.name) for a, b in pairs))

    def truth(self):
        truth = Truth()
        for name, (figures, callers) in self.rows.items():
            row = truth.rows[name] = Row(as_figures(figures))
            row.callers = {caller: as_figures(edge) for caller, edge in callers.items()}
        truth.waits = {path: seconds for path, seconds in self.waits.items() if seconds}
        truth.numbers.update(elapsed=self.elapsed, active=self.active, tasks=self.tasks, unfinished=self.tasks - self.ended)
        return truth


def add(figures, own, spent, outermost):
    figures[0] += 1
    figures[1] += outermost
    figures[2] += own[0]
    figures[4] += own[1]
    if outermost:
        figures[3] += spent[0]
        figures[5] += spent[1]


def as_figures(six):
    return Figures((six[0], six[1]), (six[2], six[3]), (six[4], six[5]))


class Shadow(object):
    def __init__(self):
        self.stacks = {}
        self.lock = threading.Lock()

    def stack(self):
        here = greenlet.getcurrent() if greenlet else native.get_ident()
        if here not in self.stacks:
            self.stacks[here] = Stack()
        return self.stacks[here]

    def enter(self, name=None, at_work=False):
        stack = self.stack()
        stack.frames.append(Frame(name, stack, at_work))

    def exit(self):
        stack = self.stack()
        capture = stack.frames[-1].capture
        stack.pass_time(stack.frames[-1])
        if capture is not None and capture.open:
            capture.account(stack, len(stack.frames) - 1)
        stack.frames.pop()

    def work(self, seconds):
        self.stack().active += seconds

    def follow(self):
        """The capture that what this stack starts now belongs to."""
        capture = self.stack().capture
        return capture if capture is not None and capture.scope == "tree" else None

    def started(self, capture):
        """This greenlet or thread begins for a capture, or for none."""
        stack = self.stack()
        if capture is not None and capture.open and stack.capture is None:
            stack.capture = capture
            capture.stacks.append(stack)
        return stack

    def ended(self, stack):
        """A worker of a pool has done a task, and goes on for others."""
        if stack.capture is not None:
            stack.capture.ended += 1
        stack.capture = None
