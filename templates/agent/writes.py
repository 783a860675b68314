"""Writes: whole or not at all, and nothing that somebody else writes at the same moment is lost.

A new content is made beside the file and changes places with it in one step, so that what it replaces can still be
looked at. Its name says what it may be: `.profkit-PROBE-FILE-NEW-OLD`, with the hashes of the file's name, of the content
that profkit makes and of the one that it replaces. Whoever comes after a kill can tell these, which are dropped, from
what somebody else wrote in that moment, which goes back.
"""
EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
KEPT = []  # files of others under a new name, which nobody has been told of so far
NO_XATTR = (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


def exchange(one, other):
    """Two files change places in one step. False where the system or the file system cannot."""
    try:
        import ctypes
        call = ctypes.CDLL(None, use_errno=True).renameat2  # glibc since 2.28
    except (ImportError, OSError, AttributeError):
        return False
    if call(-100, os.fsencode(one), -100, os.fsencode(other), EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), other)


def write_all(fd, data):
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left):]


def beside(path, probe, new, old):
    name = ".profkit-%s-%s-%s-%s" % (probe, short_name(path), new[:16], old[:16])
    return os.path.join(os.path.dirname(path), name)


def short_name(path):
    return sha256(os.fsencode(os.path.basename(path)))[:8]


def digest_of(path):
    """sha256 of a file; None: nothing is there."""
    try:
        return sha256(read_bytes(path))
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        raise


def stage(temporary, data, like=None, mode=0o644, owner=None, times=None):
    """Write a file of its own at `temporary`, durable, with mode, owner and labels of the file `like` (a path)."""
    old = os.stat(like) if like else None
    remove(temporary)  # what a killed one left; never followed, never written into
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        write_all(fd, data)
        who = (old.st_uid, old.st_gid) if old else owner
        made = os.fstat(fd)
        if who and who != (made.st_uid, made.st_gid):
            os.fchown(fd, *who)
        for name in labels(like) if like else []:
            os.setxattr(fd, name, os.getxattr(like, name))
        os.fchmod(fd, old.st_mode & 0o7777 if old else mode)
        if times:
            os.utime(fd, ns=tuple(times))
        os.fsync(fd)
    except BaseException:
        remove(temporary)
        raise
    finally:
        os.close(fd)


def labels(path):
    """Names of its extended attributes: SELinux label, ACL, capabilities."""
    try:
        return os.listxattr(path)
    except OSError as e:
        if e.errno in NO_XATTR:
            return []
        raise


def remove(path):
    try:
        os.unlink(path)
    except OSError as e:
        if e.errno != errno.ENOENT:
            raise


def op_remove(request):
    for path in request["paths"]:
        remove(path)


def write_atomic(path, data, **how):
    """For files that are profkit's own, or that only a cache is."""
    put(path, path + ".new", data, **how)
    fsync_dir(os.path.dirname(path))


def put(path, temporary, data, **how):
    stage(temporary, data, **how)
    try:
        os.rename(temporary, path)
    except BaseException:
        remove(temporary)
        raise


def replace(path, data, expected, probe, times=None):
    """Data in place of the content with sha256 `expected`, and of no other."""
    digest = sha256(data)
    ready = beside(path, probe, digest, expected)
    stage(ready + ".part", data, like=path, times=times)
    try:
        os.rename(ready + ".part", ready)  # under this name it is whole
        exchanged = exchange(ready, path)
        if not exchanged:
            unchanged(path, expected)
            os.rename(ready, path)
    except BaseException:
        remove(ready + ".part")
        remove(ready)
        raise
    if exchanged:
        if digest_of(ready) != expected:
            give_back(ready, path, digest)
            raise changed(path)
        os.unlink(ready)
    fsync_dir(os.path.dirname(path))


def make(path, data, probe, mode, owner):
    """A file where there is none."""
    ready = beside(path, probe, sha256(data), sha256(data))
    stage(ready + ".part", data, mode=mode, owner=owner)
    try:
        os.rename(ready + ".part", ready)
        try:
            os.link(ready, path)  # unlike a rename it replaces nothing
        except FileExistsError:
            raise changed(path)
        except OSError as e:
            if e.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
                raise
            unchanged(path, None)  # a file system without links
            os.rename(ready, path)
    finally:
        remove(ready + ".part")
        remove(ready)
    fsync_dir(os.path.dirname(path))


def take_away(path, expected, probe):
    """Remove a file that was made, if it still is the content with sha256 `expected`."""
    aside = beside(path, probe, expected, expected)
    os.rename(path, aside)
    if digest_of(aside) != expected:
        give_back(aside, path, expected)
        raise changed(path)
    os.unlink(aside)
    fsync_dir(os.path.dirname(path))


def give_back(aside, path, ours):
    """Somebody's content was moved aside, from where `ours` (a sha256, or how it begins) is now: back with it."""
    now = digest_of(path)
    if now is None:
        os.rename(aside, path)
    elif now.startswith(ours) and exchange(aside, path):
        if digest_of(aside).startswith(ours):
            os.unlink(aside)
        else:  # changed within that moment: nothing of it is dropped
            keep_aside(aside, path)
    else:
        keep_aside(aside, path)
    fsync_dir(os.path.dirname(path))


def keep_aside(aside, path):
    """Where nothing was kept before."""
    name, n = path + ".profkit-kept", 1
    while os.path.lexists(name):
        n += 1
        name = "%s.profkit-kept-%d" % (path, n)
    os.rename(aside, name)
    KEPT.append(name)


def kept_now():
    """What was kept under this lock, to be told once: {path: in words}."""
    names, KEPT[:] = KEPT[:], []
    return {name: "is what somebody else wrote meanwhile, and is kept" for name in names}


def clear_up(path):
    """After a kill, of whichever probe's change: what was made beside the file goes, what was moved aside comes back. Before
    anything else is done to the file, for then it still can be told whose is what."""
    folder = os.path.dirname(path)
    try:
        names = os.listdir(folder)
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return
        raise
    for name in names:
        left = re.match(r"\.profkit-[a-z0-9]+-%s-([0-9a-f]{16})-([0-9a-f]{16})(\.part)?\Z" % short_name(path), name)
        if left and (left.group(3) or digest_of(os.path.join(folder, name))[:16] in left.groups()):
            os.unlink(os.path.join(folder, name))
        elif left:
            give_back(os.path.join(folder, name), path, left.group(1))


def unchanged(path, expected):
    if digest_of(path) != expected:
        raise changed(path)


def changed(path):
    return Refusal("changed", "%s changed while it was being worked on" % path, path=path)


def why(error):
    """A reason in words, with what is easily overlooked."""
    if isinstance(error, Refusal):
        return str(error)
    hint = {errno.EPERM: " (is it immutable? lsattr shows that)", errno.EBUSY: " (a mount of its own?)"}.get(error.errno, "")
    return (error.strerror or str(error)) + hint
