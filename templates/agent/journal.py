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
        return present(json.loads(read_bytes(os.path.join(home(probe), "journal.json")).decode("utf-8")))
    except (OSError, IOError):
        raise Refusal("no-probe", "there is no probe %s on this host" % probe)


def present(journal):
    """A journal of format 1 (one file, one target) as one of today."""
    if journal["format"] == 1:
        for record in journal["files"]:
            record.update(lines=[record.pop("line")], original="original", compiled=[
                dict(pyc, copy="compiled-%d" % n) for n, pyc in enumerate(journal.get("compiled", []))])
        journal.update(format=2, kind="probe", mode="source", when=None, programs=["probe.py"], targets=[
            {"target": journal.pop("target"), "runtime": "probe.py", "ids": journal.pop("ids")}])
    return journal


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
    """Put a probe in: {journal, changes: [{path, before, after, lines, ...}], files: [{name, data}], owner}.

    Journal and originals are on disk, in a folder that appears whole, before anything beside the sources is made; then
    come the probe's own files, and for each change a temporary copy and one rename. Whatever fails, what was made is
    taken away again; when this program is killed, `revert` finds all it needs in the journal."""
    journal, changes = request["journal"], request["changes"]
    who = user_entry(request["owner"]) if os.geteuid() == 0 else None
    with changing, Locked():
        folder = home(journal["probe"])
        if os.path.exists(folder):
            raise Refusal("exists", "probe %s exists" % journal["probe"])
        journal["files"] = [record_of(journal, change) for change in changes]
        journal["programs"] = [f["name"] for f in request["files"]]
        journal["created"], journal["state"] = time.time(), "applied"
        try:
            new_folder(folder, journal, who)
            for f in request["files"]:
                path = os.path.join(folder, f["name"])
                os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
                write_atomic(path, base64.b64decode(f["data"]))
            for made in journal.get("folders", []):
                if not os.path.isdir(made):
                    os.mkdir(made, 0o755)
            for change, record in zip(changes, journal["files"]):
                put_in(change, record)
        except BaseException:
            if os.path.exists(folder):
                for record in journal["files"]:
                    restore(folder, record)
                remove_folders(journal)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if journal.get("reload"):
            reload_units()
        return journal


def record_of(journal, change):
    path, after = change["path"], base64.b64decode(change["after"])
    record = {k: v for k, v in change.items() if k not in ("after", "mode", "owner")}
    record.update(after=sha256(after), temporary=os.path.join(os.path.dirname(path), ".profkit-" + journal["probe"]))
    unchanged(path, change["before"])
    links = 1 if change["before"] is None else os.stat(path).st_nlink
    if links > 1:
        raise Refusal("not-writable", "%s has %d hard links, and a new file in its place would cut it off from them" % (path, links), path=path)
    return record


def put_in(change, record):
    path = change["path"]
    like = None if change["before"] is None else os.stat(path)
    try:
        stage(path, base64.b64decode(change["after"]), record["temporary"], like=like, mode=change.get("mode", 0o644))
        if like is None and change.get("owner"):
            who = user_entry(change["owner"])
            os.chown(record["temporary"], who.pw_uid, who.pw_gid)
    except OSError as e:
        raise Refusal("not-writable", "%s: %s" % (path, e.strerror), path=path)
    unchanged(path, change["before"])
    os.rename(record["temporary"], path)
    fsync_dir(os.path.dirname(path))


def remove_folders(journal):
    for made in reversed(journal.get("folders", [])):
        try:
            os.rmdir(made)
        except OSError:
            pass  # not empty, or gone


def reload_units():
    subprocess.run(["systemctl", "daemon-reload"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def unchanged(path, digest):
    if (sha256(read_bytes(path)) if os.path.lexists(path) else None) != digest:
        raise Refusal("changed", "%s changed while the edit was being planned" % path, path=path)


def new_folder(folder, journal, who):
    """The folder of a probe with originals, compiled files and journal, which appears at once or not at all."""
    new = os.path.join(os.path.dirname(folder), "new-" + journal["probe"])
    os.mkdir(new)
    os.chmod(new, 0o755)
    os.mkdir(os.path.join(new, "captures"), 0o700)
    if who:
        os.chown(os.path.join(new, "captures"), who.pw_uid, who.pw_gid)
    for n, record in enumerate(journal["files"]):
        if record["before"] is None:
            continue
        record["original"] = "original-%d" % n
        keep(record["path"], os.path.join(new, record["original"]))
        if record.get("secret"):
            os.chmod(os.path.join(new, record["original"]), 0o600)
        record["compiled"] = []
        for m, pyc in enumerate(compiled(record["path"])):
            copy, s = "compiled-%d-%d" % (n, m), os.stat(pyc)
            keep(pyc, os.path.join(new, copy))
            record["compiled"].append({"path": pyc, "copy": copy, "uid": s.st_uid, "gid": s.st_gid})
    write_journal(journal, new)
    os.rename(new, folder)
    fsync_dir(os.path.dirname(folder))


def without_lines(data, record):
    """data without the lines that are ours, and with those of theirs back; None when one of ours is there twice."""
    lines, ours, theirs = [], [], record.get("replaced") or {}
    for text in data.splitlines(True):
        bare = text.rstrip(b"\r\n")
        word = bare.decode("utf-8", "surrogateescape")
        if word not in record["lines"]:
            lines.append(text)
        elif word in ours:
            return None
        else:
            ours.append(word)
            if word in theirs:
                lines.append(theirs[word].encode("utf-8", "surrogateescape") + text[len(bare):])
    return b"".join(lines)


def op_revert(request):
    """Switch a probe off and restore the files. Returns {path: what was done}. The journal stays until `forget`:
    captures and services may still have to be seen to."""
    with changing, Locked():
        journal, done = journal_of(request["probe"]), {}
        folder = home(journal["probe"])
        op_remove({"paths": [os.path.join(folder, n) for n in journal["programs"]] + [r["temporary"] for r in journal["files"]]})
        for record in journal["files"]:
            done[record["path"]] = restore(folder, record)
        remove_folders(journal)
        if journal.get("reload"):
            reload_units()
        journal["state"] = "reverted"
        write_journal(journal)
        return done


def restore(folder, record):
    path = record["path"]
    try:
        now = read_bytes(path)
    except (OSError, IOError) as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return "gone" if record["before"] else "was removed already"
        raise
    if sha256(now) == record["before"]:
        what = "was restored already"
    elif sha256(now) == record["after"] and record["before"] is None:
        os.unlink(path)
        return "removed"
    elif sha256(now) == record["after"]:
        # times too: with them the .pyc from before is valid again, and one from meanwhile is not (its size differs)
        original, temporary = os.path.join(folder, record["original"]), record["temporary"]
        times = os.stat(original)
        stage(path, read_bytes(original), temporary, like=os.stat(path))
        os.utime(temporary, ns=(times.st_atime_ns, times.st_mtime_ns))
        os.rename(temporary, path)
        fsync_dir(os.path.dirname(path))
        what = "restored"
    else:
        what = take_lines_out(path, now, record)
    for pyc in compiled(path):
        os.unlink(pyc)
    if what == "restored":
        for pyc in record["compiled"]:
            try:
                shutil.copy2(os.path.join(folder, pyc["copy"]), pyc["path"])
                if os.geteuid() == 0:
                    os.chown(pyc["path"], pyc["uid"], pyc["gid"])
            except OSError:
                pass  # Python compiles the source again
    return what


def take_lines_out(path, now, record):
    found = [line for line in record["lines"] if line.encode() in now]
    if not found:
        return "changed since, and the line is gone"
    rest = without_lines(now, record)
    if rest is None or any(line.encode() in rest for line in found):
        raise Refusal("conflict", "%s changed since, and the probe's line in it too" % path, path=path, line=found[0].strip())
    write_atomic(path, rest, record["temporary"], like=os.stat(path))
    return "changed since; the probe's line was taken out"


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
                    "changed since" if any(line.encode() in read_bytes(record["path"]) for line in record["lines"]) else "line gone"
            except (OSError, IOError):
                record["now"] = "gone"
        folder = os.path.join(home(probe), "captures")
        names = os.listdir(folder) if os.path.isdir(folder) else []
        journal["captures"] = sorted(n for n in names if not n.startswith("."))
        journal["made"] = sum(n.startswith(".slot-") for n in names)  # by all processes, those collected since too
        journal["directory"] = home(probe)
        found.append(journal)
    return found
