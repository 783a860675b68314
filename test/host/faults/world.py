"""A small host to break: sources with compiled files, configuration, and what is asked of the agent on it."""
import base64
import hashlib
import os
import py_compile
import shutil
import stat

SOURCE = b"import os\n\n\ndef f(a):\n    return a\n\n\nclass A:\n    def m(self):\n        return 1\n\n\ndef g():\n    pass\n"
CRLF = SOURCE.replace(b"\n", b"\r\n")
CONFIG = b"[DEFAULT]\ntransport_url = rabbit://secret@here\n[api]\nworkers = 2"  # no line end at the end
ROOT = os.geteuid() == 0
COMPILED = {}  # made once
look = open  # no step of the agent's


def build(folder):
    """A fresh tree in folder."""
    shutil.rmtree(folder, ignore_errors=True)
    code, etc = os.path.join(folder, "code"), os.path.join(folder, "etc")
    os.makedirs(os.path.join(code, "__pycache__"))
    os.makedirs(etc)
    for path, data, mode in ((code + "/m.py", SOURCE, 0o640), (code + "/crlf.py", CRLF, 0o604), (etc + "/nova.conf", CONFIG, 0o640)):
        with open(path, "wb") as f:
            f.write(data)
        os.chmod(path, mode)
        if ROOT:
            os.chown(path, 1234, 2345)
        try:
            os.setxattr(path, "user.note", b"kept")
        except OSError:
            pass
        os.utime(path, (1600000000, 1600000000.5))
    if not COMPILED:
        at = py_compile.compile(code + "/m.py")
        with open(at, "rb") as f:
            COMPILED.update(name=os.path.basename(at), data=f.read())
    with open(os.path.join(code, "__pycache__", COMPILED["name"]), "wb") as f:
        f.write(COMPILED["data"])
    os.symlink("m.py", code + "/link.py")
    return folder


def snapshot(folder):
    """{relative path: all that can be seen of it}. Times of what is no directory too."""
    found = {}
    for at, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(at, name)
            s = os.lstat(path)
            seen = [stat.S_IFMT(s.st_mode), stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid]
            if stat.S_ISLNK(s.st_mode):
                seen.append(os.readlink(path))
            elif stat.S_ISREG(s.st_mode):
                with open(path, "rb") as f:
                    seen += [f.read(), s.st_nlink, s.st_mtime_ns]
                try:
                    seen.append(sorted((n, os.getxattr(path, n)) for n in os.listxattr(path)))
                except OSError:
                    pass
            found[os.path.relpath(path, folder)] = seen
    return found


def line(probe, end=""):
    return "@eval(\"lambda f,n={}:exec('try:\\\\n pass')or f\")  # profkit:%s%s" % (probe, end)


def inserted(data, above, text):
    """data with a line put in above the line that begins so."""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    lines = data.splitlines(True)
    at = next(n for n, one in enumerate(lines) if one.startswith(above))
    return b"".join(lines[:at] + [text.encode() + end] + lines[at:])


def change(path, after, lines, **more):
    try:
        with look(path, "rb") as f:
            before = hashlib.sha256(f.read()).hexdigest()
    except FileNotFoundError:
        before = None
    return dict(more, path=path, before=before, after=base64.b64encode(after).decode(), lines=lines)


def probe_line(path, probe, above, n=0):
    """The change that puts a probe's line in."""
    with look(path, "rb") as f:
        data = f.read()
    indent = " " * (len(above) - len(above.lstrip()))
    text = indent + line(probe) + ("" if n == 0 else "-%d" % n)
    return change(path, inserted(data, above, text), [text])


def request(probe, changes, **journal):
    known = {"format": 2, "probe": probe, "kind": "probe", "mode": "source", "by": "me", "engine": "profkit", "scope": "tree", "clock": "wall",
             "targets": [{"target": "m:f", "runtime": "probe.py", "ids": None}], "when": None, "max": 3, "until": 9e9,
             "owner": "root" if ROOT else "nobody", "services": []}
    data = base64.b64encode(b"# runtime\n").decode()
    return {"journal": dict(known, **journal), "changes": changes, "owner": known["owner"], "script": base64.b64encode(b"#!\n").decode(),
            "files": [{"name": "probe.py", "data": data}, {"name": "hook/sitecustomize.py", "data": data}]}
