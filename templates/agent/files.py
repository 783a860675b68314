"""What profkit does on a host, it does through one small Python program: 3.6 to 3.14, standard library only.

Its parts (src/host/agent-program.ts puts them together) are one namespace; most of them are the
`revert` script too, which lies beside each journal. What changes a host or runs commands on it is sent when it is needed: to
be compiled takes most of a look's time. Here is what the parts share.
"""
import base64
import errno
import json
import os
import pwd
import re
import sys
import threading
import time


class Refusal(Exception):
    """What the other side turns into a sentence for the user: a kind it knows, and the facts."""

    def __init__(self, kind, message, **facts):
        Exception.__init__(self, message)
        self.kind, self.facts = kind, facts


def sha256(data):
    import hashlib  # takes long, and most looks need none
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


def user_name(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # in containers a user may have a number only
        return str(uid)


def user_entry(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise Refusal("no-user", "there is no user %s" % name)


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
    digest = sha256(data)
    if digest == request.get("known"):
        data = b""  # the other side has it
    packed = packed_bytes(data) if request.get("pack") else None
    return {"packed": bool(packed), "sha256": digest, "stat": stat_of(request["path"]),
            "real": os.path.realpath(request["path"])}, packed or data


def op_stat(request):
    return stat_of(request["path"])
