"""Putting a probe in: journal first, then touch."""


def op_apply(request):
    """{journal, changes: [{path, before, after, lines, ...}], files: [{name, data}], owner, script}: see src/host/host.ts.

    Journal, originals and the `revert` script are on disk, in a folder that appears whole, before anything beside the
    sources is made. Whatever fails, all is taken back; when this program is killed, `revert` finds all it needs."""
    journal, changes = request["journal"], request["changes"]
    who = user_entry(request["owner"]) if os.geteuid() == 0 else None
    for change in changes:
        change["after"] = base64.b64decode(change["after"])
        change["path"] = os.path.realpath(change["path"])
    with changing, Locked("patch"):
        folder = home(journal["probe"])
        if os.path.lexists(folder):
            raise Refusal("exists", "probe %s exists" % journal["probe"])
        if journal.get("autoRevert"):
            need_timer()
        not_busy(journal.get("restarts", []))
        journal["files"] = [record_of(change) for change in changes]
        journal["programs"] = [f["name"] for f in request["files"]]
        journal["created"], journal["state"] = time.time(), "applied"
        new_folder(folder, journal, changes, who, request["script"])
        try:
            put_in(folder, journal, changes, request["files"])
        except BaseException:
            back_out(folder, journal)
            raise
        return dict(journal, kept=kept_now())


def not_busy(services):
    """What another run stops and starts is its own until its journal is gone; the plan has looked too, but without the lock."""
    for probe in probe_names() if services else []:
        try:
            shared = [s for s in journal_of(probe).get("restarts", []) if s in services]
        except Refusal:
            continue  # told by `unreadable`
        if shared:
            raise Refusal("busy", "the probe %s restarts %s" % (probe, shared[0]), service=shared[0], probe=probe)


def record_of(change):
    """What the journal says of a change, once it is seen that it can be made."""
    path = change["path"]
    record = {k: v for k, v in change.items() if k not in ("after", "mode", "owner")}
    record["after"] = sha256(change["after"])
    words = [line.encode("utf-8", "surrogateescape") for line in change["lines"]]
    present = [text.rstrip(b"\r\n") for text in change["after"].splitlines(True)]
    if any(present.count(word) != 1 for word in words):
        raise ValueError("each of the lines must stand once in what %s becomes" % path)
    clear_up(path)
    unchanged(path, change["before"])
    links = 1 if change["before"] is None else os.stat(path).st_nlink
    if links > 1:
        raise not_writable(path, "it has %d hard links, and a new file in its place would cut it off from them" % links)
    return record


def not_writable(path, reason):
    return Refusal("not-writable", "%s: %s" % (path, reason), path=path)


def new_folder(folder, journal, changes, who, script):
    """The folder of a probe with originals, compiled files and journal, which appears at once or not at all."""
    new = os.path.join(os.path.dirname(folder), "new-" + journal["probe"])
    os.mkdir(new)
    os.chmod(new, 0o755)
    os.mkdir(os.path.join(new, "captures"), 0o700)
    if who:
        os.chown(os.path.join(new, "captures"), who.pw_uid, who.pw_gid)
    for n, (record, change) in enumerate(zip(journal["files"], changes)):
        record["changed"] = "changed-%d" % n
        stage(os.path.join(new, record["changed"]), change["after"], mode=0o600)
        if record["before"] is None:
            continue
        record["original"] = "original-%d" % n
        if keep(record["path"], os.path.join(new, record["original"]), 0o600) != record["before"]:
            raise changed(record["path"])
        record["compiled"] = []
        for m, pyc in enumerate(compiled(record["path"])):
            copy, s = "compiled-%d-%d" % (n, m), os.stat(pyc)
            keep(pyc, os.path.join(new, copy), s.st_mode & 0o7777)
            record["compiled"].append({"path": pyc, "copy": copy, "uid": s.st_uid, "gid": s.st_gid})
    stage(os.path.join(new, "revert"), base64.b64decode(script), mode=0o755)
    write_journal(journal, new)
    os.rename(new, folder)
    fsync_dir(os.path.dirname(folder))


def keep(path, copy, mode):
    """A durable copy with the times; the sha256 of what was copied."""
    data, s = read_bytes(path), os.stat(path)
    stage(copy, data, mode=mode, times=(s.st_atime_ns, s.st_mtime_ns))
    return sha256(data)


def put_in(folder, journal, changes, files):
    for f in files:
        path = os.path.join(folder, f["name"])
        if not os.path.isdir(os.path.dirname(path)):
            os.mkdir(os.path.dirname(path))
            os.chmod(os.path.dirname(path), 0o755)
        write_atomic(path, base64.b64decode(f["data"]))
    for made in journal.get("folders", []):
        if not os.path.isdir(made):
            os.mkdir(made)
            os.chmod(made, 0o755)
    for change in changes:
        try:
            if change["before"] is None:
                owner = change.get("owner") and user_entry(change["owner"])
                make(change["path"], change["after"], journal["probe"], change.get("mode", 0o644), owner and (owner.pw_uid, owner.pw_gid))
            else:
                replace(change["path"], change["after"], change["before"], journal["probe"])
                for pyc in compiled(change["path"]):
                    remove(pyc)  # one that is not checked against its source would hide the line
        except OSError as e:
            raise not_writable(change["path"], why(e))
    if journal.get("reload"):
        reload_units()
    if journal.get("autoRevert"):
        start_timer(journal)


def back_out(folder, journal):
    """After a failure: as if nothing had been. Where that fails too the journal stays, and `revert` knows what to do."""
    try:
        _, problems = take_out(journal)
    except OSError:
        return
    if not problems:
        gone = os.path.join(os.path.dirname(folder), "new-" + journal["probe"])
        os.rename(folder, gone)
        shutil.rmtree(gone, ignore_errors=True)
