"""The agent with every step it takes on a host counted, and one of them made to fail: by SIGKILL, or by an error.

A step is a call of anything in `os` (or `open`, an exchange of two files, a command) that is not known to only look. So
a new one is counted without being told of.
"""
import builtins
import errno
import os
import signal
import sys
import types

AGENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "templates", "agent")
PARTS = "files processes journal writes lock systemd lines revert apply".split()
ONLY_LOOK = set("""stat lstat fstat statvfs fstatvfs listdir scandir getcwd access read pread readlink close fspath fsencode fsdecode getpid getuid
geteuid getgid getegid getppid cpu_count sysconf uname strerror get_terminal_size urandom getxattr listxattr lseek isatty fdopen dup
_exit kill fork waitpid getenv umask times putenv unsetenv get_inheritable set_inheritable pipe register_at_fork""".split())
ERRORS = {"ENOSPC": errno.ENOSPC, "EACCES": errno.EACCES, "EPERM": errno.EPERM, "EIO": errno.EIO}
NEEDS_NO_SPACE = ("unlink", "remove", "rmdir", "rename", "exchange", "fsync", "utime", "fchmod", "chmod")


def agent():
    """The namespace of the agent's parts, without its dialogue."""
    space = {"__name__": "agent"}
    for part in PARTS:
        path = os.path.join(AGENT, part + ".py")
        with open(path) as f:
            exec(compile(f.read(), path, "exec"), space)
    space["systemd_runs"] = lambda: True
    space["command"] = lambda *argv: ("", True)
    import ctypes, difflib, hashlib, shutil  # noqa: what the agent imports late: once, here
    Steps.install(space)
    return space




class Killed(BaseException):
    """In place of a SIGKILL: from here on no step has an effect, those of `except` and `finally` neither."""


class Plan(object):
    """What happens at step `at`: "SIGKILL" after it, "killed" before it, an error, "from ENOSPC" on, or a function."""

    def __init__(self, at=None, how=None):
        self.at, self.how, self.names, self.dead = at, how, [], False

    def step(self, name, call, args, kwargs):
        if self.dead:
            raise Killed()
        self.names.append(name)
        n, how = len(self.names), self.how
        if n == self.at and callable(how):
            Steps.plan = None
            how()
            Steps.plan = self
        elif n == self.at and how == "killed":
            self.dead = True
            raise Killed()
        elif n == self.at and how in ERRORS:
            return self.fail(name, how)
        elif self.at and n >= self.at and how == "from EACCES" or n >= (self.at or n + 1) and how == "from ENOSPC" and needs_space(name, args):
            return self.fail(name, how[5:])
        result = call(*args, **kwargs)
        if n == self.at and how == "SIGKILL":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    @staticmethod
    def fail(name, error):
        if name == "command":
            return "it failed", False
        raise OSError(ERRORS[error], os.strerror(ERRORS[error]))


def needs_space(name, args):
    return name not in NEEDS_NO_SPACE and not (name == "open" and len(args) > 1 and isinstance(args[1], int) and not args[1] & os.O_CREAT)


class Steps(object):
    """Every step goes by here, once; `plan` is what becomes of it."""

    plan = None

    @classmethod
    def install(cls, space):
        for name, call in list(vars(os).items()):
            if isinstance(call, types.BuiltinFunctionType) and name not in ONLY_LOOK and not name.startswith(("W", "sched_", "get")):
                setattr(os, name, cls.counted(name, call))
        builtins.open = cls.counted("open", builtins.open)
        for name in ("exchange", "command"):
            space[name] = cls.counted(name, space[name])

    @classmethod
    def counted(cls, name, call):
        return lambda *args, **kwargs: cls.plan.step(name, call, args, kwargs) if cls.plan else call(*args, **kwargs)


def tried(space, work, plan):
    """Do work() by the plan: ("ended" | "failed" | "killed", why)."""
    if plan.how == "SIGKILL":
        pid = os.fork()
        if pid == 0:
            try:
                done(space, work, plan)
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        return ("killed", None) if status == signal.SIGKILL else ("ended", status)
    return done(space, work, plan)


def done(space, work, plan):
    Steps.plan = plan
    try:
        work()
        return "ended", None
    except (space["Refusal"], OSError) as e:
        return "failed", "%s: %s" % (getattr(e, "kind", "os"), e)
    except Killed:
        return "killed", None
    finally:
        Steps.plan = None


def revert_all(space):
    """What `profkit revert --all` does on a host."""
    for probe in space["op_probes"]({}):
        space["op_revert"]({"probe": probe["probe"]})
        space["op_forget"]({"probe": probe["probe"]})
    space["op_sweep"]({})
    assert space["op_unreadable"]({}) == [], space["op_unreadable"]({})
