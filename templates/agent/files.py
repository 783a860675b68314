"""What profkit does on a host, it does through one small Python program: 3.6 to 3.14, standard library only.

Its parts (files, users, commands, processes, journal, dialogue; src/host/agent-program.ts puts them together) are one
namespace and are sent as one text. Here is what the parts share: files, and how one is written whole or not at all.
"""
import base64
import errno
import fcntl
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time


class Refusal(Exception):
    """What the other side turns into a sentence for the user: a kind it knows, and the facts."""

    def __init__(self, kind, message, **facts):
        Exception.__init__(self, message)
        self.kind, self.facts = kind, facts


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def encode(data):
    return base64.b64encode(data).decode("ascii")


def read_bytes(path, limit=-1, flags=0):
    with os.fdopen(os.open(path, os.O_RDONLY | flags), "rb") as f:
        return f.read(limit)


def fsync_dir(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def stage(path, data, temporary, like=None, mode=0o644):
    """Write data to a temporary file, durable, with the mode, owner and labels of `like` (an os.stat_result of what
    stands at path). Nothing that exists has changed when this fails."""
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(fd, "wb") as f:
            f.write(data)
            if like is not None:
                if (like.st_uid, like.st_gid) != (os.fstat(f.fileno()).st_uid, os.fstat(f.fileno()).st_gid):
                    os.fchown(f.fileno(), like.st_uid, like.st_gid)
                for name in os.listxattr(path):  # SELinux label, ACL, capabilities
                    os.setxattr(f.fileno(), name, os.getxattr(path, name))
            os.fchmod(f.fileno(), (like.st_mode & 0o7777) if like is not None else mode)
            f.flush()
            os.fsync(f.fileno())
        return temporary
    except BaseException:
        os.unlink(temporary)
        raise


def write_atomic(path, data, temporary=None, **how):
    os.rename(stage(path, data, temporary or path + ".new", **how), path)
    fsync_dir(os.path.dirname(path))


def stat_of(path):
    try:
        s = os.lstat(path)
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        raise
    kind = {0o040000: "directory", 0o100000: "file", 0o120000: "link"}.get(s.st_mode & 0o170000, "other")
    return {"type": kind, "mode": s.st_mode & 0o7777, "uid": s.st_uid, "gid": s.st_gid, "size": s.st_size, "mtime": s.st_mtime}


def packed_bytes(data):
    """Quickly packed, or None where that cannot be done or saves nothing."""
    try:
        import zlib
    except ImportError:  # Python can be built without
        return None
    packed = zlib.compress(data, 1)
    return packed if len(packed) < len(data) else None


def op_read(request):
    # what the service's user may write is not followed elsewhere
    data = read_bytes(request["path"], request.get("limit", -1), os.O_NOFOLLOW | os.O_NONBLOCK if request.get("own") else 0)
    packed = packed_bytes(data) if request.get("pack") else None
    return {"data": encode(packed or data), "packed": bool(packed), "sha256": sha256(data), "stat": stat_of(request["path"]),
            "real": os.path.realpath(request["path"])}


def op_stat(request):
    return stat_of(request["path"])


def op_remove(request):
    for path in request["paths"]:
        try:
            os.unlink(path)
        except OSError as e:
            if e.errno != errno.ENOENT:
                raise
    return None
