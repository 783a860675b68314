"""Probes: journal first, then touch. Every change of the host is made here, under one lock."""
STATE = {"folder": None}  # where the journal is: the greeting says
changing = threading.Lock()


class Locked(object):
    """Two profkits do not meet: one lock for all that changes a host."""

    def __enter__(self):
        state = STATE["folder"]
        self.folders()
        self.fd = os.open(os.path.join(state, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        end = time.time() + 10
        while True:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.time() > end:
                    os.close(self.fd)
                    raise Refusal("locked", "another profkit is changing this host")
                time.sleep(0.1)
                continue
            try:  # the one who had it may have taken the file away: then this lock is nobody else's
                if os.fstat(self.fd).st_ino == os.stat(os.path.join(state, "lock")).st_ino:
                    return self.sweep()
            except OSError:
                pass
            os.close(self.fd)
            self.folders()
            self.fd = os.open(os.path.join(state, "lock"), os.O_RDWR | os.O_CREAT, 0o600)

    def folders(self):
        for folder in (STATE["folder"], os.path.join(STATE["folder"], "probes")):
            if not os.path.isdir(folder):
                os.makedirs(folder, exist_ok=True)
                os.chmod(folder, 0o755)  # whatever the umask: the service must come in

    def sweep(self):
        probes = os.path.join(STATE["folder"], "probes")
        for name in os.listdir(probes):
            if name.startswith("new-"):  # of one that was killed: while the lock is held nobody makes another
                shutil.rmtree(os.path.join(probes, name), ignore_errors=True)

    def __exit__(self, *_):
        self.sweep()
        try:  # nothing is left on the host when the last probe is gone
            os.rmdir(os.path.join(STATE["folder"], "probes"))
            os.unlink(os.path.join(STATE["folder"], "lock"))
            os.rmdir(STATE["folder"])
        except OSError:
            pass
        os.close(self.fd)


def home(probe):
    if not re.match(r"^[a-z0-9]{4,16}$", probe):
        raise Refusal("no-probe", "%r is not the id of a probe" % probe)
    return os.path.join(STATE["folder"], "probes", probe)


def journal_of(probe):
    try:
        return json.loads(read_bytes(os.path.join(home(probe), "journal.json")).decode("utf-8"))
    except (OSError, IOError):
        raise Refusal("no-probe", "there is no probe %s on this host" % probe)


def write_journal(journal, folder=None):
    write_atomic(os.path.join(folder or home(journal["probe"]), "journal.json"), json.dumps(journal, indent=1, sort_keys=True).encode())


def keep(path, copy):
    """A durable copy, with mode and times."""
    shutil.copy2(path, copy)
    with open(copy, "rb") as f:
        os.fsync(f.fileno())


def compiled(path):
    """The .pyc files that Python would take for this source."""
    stem, cache = os.path.splitext(os.path.basename(path))[0], os.path.join(os.path.dirname(path), "__pycache__")
    try:
        return [os.path.join(cache, n) for n in os.listdir(cache) if n.startswith(stem + ".") and n.endswith(".pyc")]
    except OSError:
        return []


def op_apply(request):
    """Put a probe in: {journal, edit: {path, before, after, line}, runtime, owner: user of the service}.

    Journal and original are on disk, in a folder that appears whole, before anything beside the source is made; then
    come the runtime, a temporary copy of the edited source, and one rename. Whatever fails, what was made is taken
    away again; when this program is killed, `revert` finds all it needs in the journal."""
    journal, edit = request["journal"], request["edit"]
    who = user_entry(request["owner"]) if os.geteuid() == 0 else None
    after = base64.b64decode(edit["after"])
    with changing, Locked():
        folder, path = home(journal["probe"]), edit["path"]
        if os.path.exists(folder):
            raise Refusal("exists", "probe %s exists" % journal["probe"])
        like = os.stat(path)
        unchanged(path, edit["before"])
        if like.st_nlink > 1:
            raise Refusal("not-writable", "%s has %d hard links, and a new file in its place would cut it off from them" % (path, like.st_nlink), path=path)
        temporary = os.path.join(os.path.dirname(path), ".profkit-" + journal["probe"])
        journal["files"] = [{"path": path, "before": edit["before"], "after": sha256(after), "line": edit["line"], "temporary": temporary}]
        journal["created"], journal["state"] = time.time(), "applied"
        try:
            new_folder(folder, path, journal, who)
            write_atomic(os.path.join(folder, "probe.py"), base64.b64decode(request["runtime"]))
            try:
                stage(path, after, temporary, like=like)
            except OSError as e:
                raise Refusal("not-writable", "%s: %s" % (path, e.strerror), path=path)
            unchanged(path, edit["before"])
            os.rename(temporary, path)
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        fsync_dir(os.path.dirname(path))  # from here on there is something to revert: the journal stays
        return journal


def unchanged(path, digest):
    if sha256(read_bytes(path)) != digest:
        raise Refusal("changed", "%s changed while the edit was being planned" % path, path=path)


def new_folder(folder, path, journal, who):
    """The folder of a probe with original, compiled files and journal, which appears at once or not at all."""
    new = os.path.join(os.path.dirname(folder), "new-" + journal["probe"])
    os.mkdir(new)
    os.chmod(new, 0o755)
    os.mkdir(os.path.join(new, "captures"), 0o700)
    if who:
        os.chown(os.path.join(new, "captures"), who.pw_uid, who.pw_gid)
    keep(path, os.path.join(new, "original"))
    journal["compiled"] = []
    for n, pyc in enumerate(compiled(path)):
        keep(pyc, os.path.join(new, "compiled-%d" % n))
        s = os.stat(pyc)
        journal["compiled"].append({"path": pyc, "uid": s.st_uid, "gid": s.st_gid})
    write_journal(journal, new)
    os.rename(new, folder)
    fsync_dir(os.path.dirname(folder))


def without_line(data, line):
    """data without the one line that is ours, or None when that line is not there exactly once."""
    lines = data.splitlines(True)
    ours = [n for n, text in enumerate(lines) if text.rstrip(b"\r\n") == line]
    return b"".join(lines[:ours[0]] + lines[ours[0] + 1:]) if len(ours) == 1 else None


def op_revert(request):
    """Switch a probe off and restore the files. Returns {path: what was done}. The journal stays until `forget`:
    captures and services may still have to be seen to."""
    with changing, Locked():
        journal, done = journal_of(request["probe"]), {}
        folder = home(journal["probe"])
        op_remove({"paths": [os.path.join(folder, "probe.py")] + [r["temporary"] for r in journal["files"]]})
        for record in journal["files"]:
            done[record["path"]] = restore(folder, record, journal)
        journal["state"] = "reverted"
        write_journal(journal)
        return done


def restore(folder, record, journal):
    path, line = record["path"], record["line"].encode()
    original = os.path.join(folder, "original")
    try:
        now = read_bytes(path)
    except (OSError, IOError) as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return "gone"
        raise
    if sha256(now) == record["before"]:
        what = "was restored already"
    elif sha256(now) == record["after"]:
        # times too: with them the .pyc from before is valid again, and one from meanwhile is not (its size differs)
        temporary, times = record["temporary"], os.stat(original)
        stage(path, read_bytes(original), temporary, like=os.stat(path))
        os.utime(temporary, ns=(times.st_atime_ns, times.st_mtime_ns))
        os.rename(temporary, path)
        fsync_dir(os.path.dirname(path))
        what = "restored"
    elif line not in now:
        what = "changed since, and the line is gone"
    else:
        rest = without_line(now, line)
        if rest is None:
            raise Refusal("conflict", "%s changed since, and the probe's line in it too" % path, path=path, line=record["line"].strip())
        write_atomic(path, rest, record["temporary"], like=os.stat(path))
        what = "changed since; the probe's line was taken out"
    kept = journal.get("compiled", [])
    for pyc in compiled(path):
        os.unlink(pyc)
    if what == "restored":
        for n, pyc in enumerate(kept):
            try:
                shutil.copy2(os.path.join(folder, "compiled-%d" % n), pyc["path"])
                if os.geteuid() == 0:
                    os.chown(pyc["path"], pyc["uid"], pyc["gid"])
            except OSError:
                pass  # Python compiles the source again
    return what


def op_forget(request):
    """Take away what is left of a reverted probe: journal, original, captures."""
    with changing, Locked():
        if journal_of(request["probe"])["state"] != "reverted":
            raise Refusal("not-reverted", "probe %s is still in place" % request["probe"])
        gone = os.path.join(STATE["folder"], "probes", "new-" + request["probe"])
        os.rename(home(request["probe"]), gone)  # at once; what is left of it when this is cut off is swept
        shutil.rmtree(gone)


def op_sweep(request):
    """Take away what one that was killed left before it was a probe."""
    if os.path.isdir(STATE["folder"]):
        with changing, Locked():
            pass


def op_probes(request):
    """Every journal of this host, with the state of its files now and its captures."""
    found, root = [], os.path.join(STATE["folder"], "probes")
    for probe in sorted(os.listdir(root)) if os.path.isdir(root) else []:
        try:
            journal = journal_of(probe)
        except Refusal:
            continue  # a `new-…`: cut off before it was a probe, nothing was touched
        for record in journal["files"]:
            try:
                now = sha256(read_bytes(record["path"]))
                record["now"] = "in place" if now == record["after"] else "restored" if now == record["before"] else \
                    "changed since" if record["line"].encode() in read_bytes(record["path"]) else "line gone"
            except (OSError, IOError):
                record["now"] = "gone"
        folder = os.path.join(home(probe), "captures")
        names = os.listdir(folder) if os.path.isdir(folder) else []
        journal["captures"] = sorted(n for n in names if not n.startswith("."))
        journal["made"] = sum(n.startswith(".slot-") for n in names)  # by all processes, those collected since too
        journal["directory"] = home(probe)
        found.append(journal)
    return found
