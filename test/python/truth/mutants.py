"""The engine with one thing wrong: changes of its text, each of which the programs named with it must notice.

A change has to match the joined parts exactly once, else it is not what it says any more.
"""
import sys

OLD, NEW = "before 3.12", "from 3.12"

# name: (what it needs, text, instead, the programs that notice)
MUTANTS = {
    "spawned greenlets are not adopted": (
        "eventlet", "if isinstance(greenlet, self.greenlet.greenlet) and not greenlet and not greenlet.dead:", "if False:",
        ["spawn_tree", "pool_spawn", "at_once_with_children"]),
    "greenlets switched to are not adopted": (
        "greenlet", "if first_run and id(target) not in self.contexts", "if False and id(target) not in self.contexts",
        ["switched_to_directly", "ping_pong", "thousands_switched_to"]),
    "the hub is adopted": (
        "eventlet", 'and target is not getattr(hub, "greenlet", None):', "and True:", ["working_and_sleeping"]),
    "an event `throw` is not handled": (
        "greenlet", "            origin, target = args\n", "            origin, target = args\n            if event == 'throw':\n                return\n",
        ["thrown_into"]),
    "open calls are closed at a switch": (
        "greenlet", "                now = o.left = s.clock()\n",
        "                process.dispatch.entries(o.profiler)\n                now = o.left = s.clock()\n",
        ["switched_to_directly", "suspended_at_the_end"]),
    "the root frame is off by one": (
        "greenlet", "depth(sys._getframe(1 + above))", "depth(sys._getframe(1 + above)) + 1", ["switched_to_directly", "ping_pong"]),
    "a spawned greenlet's root frame is off by one": (
        "eventlet", "self.add(session, greenlet, 0)", "self.add(session, greenlet, 1)", ["spawn_tree"]),
    "a wait is charged twice": (
        "greenlet", "                    t.left = None\n", "", ["ping_pong"]),
    "every context's wait is the call's own": (
        "greenlet", "        if context is self.own:\n            self.idle +=", "        if True:\n            self.idle +=", ["switched_to_directly"]),
    "a recursion's waits count at every depth": (
        "eventlet", "for key in set(path):", "for key in path:", ["recursion_that_waits"]),
    "C functions keep the waits below them": (
        "eventlet", "callees = self.callees.get(id(code), ())", "callees = ()", ["key_that_waits", "line_of_a_socket", "c_function_below_itself"]),
    "scope `call` follows": (
        "eventlet", '                if s.scope == "tree":\n', "                if True:\n", ["scope_call"]),
    "the hook from before is not called": (
        "greenlet", "            previous(event, args)\n", "            pass\n", ["hook_before"]),
    "the hook from before does not come back": (
        "greenlet", "self.greenlet.settrace(self.previous)", "self.greenlet.settrace(None)", ["hook_before"]),
    "an error in the hook comes out": (
        "greenlet", '        except Exception as error:\n            for session in list(process.sessions):\n                session.fault("in the hook',
        '        except ArithmeticError as error:\n            for session in list(process.sessions):\n                session.fault("in the hook',
        ["an_error_in_the_hook"]),
    "a nested capture begins": (
        "", "if belongs() is not None:", "if False:", ["within_itself"]),
    "another profiler is pushed aside": (
        OLD, 'if sys.getprofile() is not None:\n            raise Busy', 'if False:\n            raise Busy', ["under_a_profile_function", "under_cprofile"]),
    "tasks are not followed": (
        "", "        return Followed(session, task)\n", "        return task\n", ["submitted", "mapped", "tasks_of_tasks"]),
    "a worker stays with the call after its task": (
        "", "            self.session.end_task(context)\n", "            pass\n", ["others_tasks_in_the_pool"]),
    "events go by no thread": (
        NEW, 'type("Slot", (local,)', 'type("Slot", (object,)', ["threads_each_captured"]),
    "who is left is still heard": (
        NEW, "                put(here, QUIET)\n", "                pass\n", ["others_tasks_in_the_pool"]),
}


def mutants(have):
    """{name: programs} of those that this Python can run; `have` as the needs of programs."""
    here = set(have) | {"", NEW if sys.version_info >= (3, 12) else OLD}
    return {name: noticed for name, (needs, _, _, noticed) in MUTANTS.items() if needs in here}


def mutated(text, name):
    """The text of an engine with that wrong. Raises LookupError where it does not match exactly once."""
    _, old, new, _ = MUTANTS[name]
    if text.count(old) != 1:
        raise LookupError("the mutant %r matches %d times: %r" % (name, text.count(old), old))
    return text.replace(old, new)
