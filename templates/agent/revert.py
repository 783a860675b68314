"""Taking a probe out: what is ours goes, what is theirs stays, and it can be cut off anywhere and run again."""


def op_revert(request):
    """Switch a probe off and restore the files. Returns {path: what was done}. The journal stays until `forget`: captures
    and services may still have to be seen to. Where a file cannot be restored, the others are, and all of it can be run
    again; with `missing` files that are gone are given up."""
    with changing, Locked("revert"):
        journal = journal_of(request["probe"])
        done, problems = take_out(journal, request.get("missing", False))
        if problems:
            kinds = [p["kind"] for p in problems]
            kind = next(k for k in ("conflict", "not-restored", "missing") if k in kinds)
            raise Refusal(kind, "; ".join("%s: %s" % (p["path"], p["why"]) for p in problems), done=done,
                          diff="\n".join(p["diff"] for p in problems if p.get("diff")), paths=[p["path"] for p in problems])
        if journal["state"] != "reverted":
            journal["state"] = "reverted"
            write_journal(journal)
        return dict(done, **kept_now())


def take_out(journal, missing=False):
    """All that can be done is done: ({path: what was done}, [problem])."""
    folder, done, problems = home(journal["probe"]), {}, []
    for name in journal["programs"]:
        try:
            remove(os.path.join(folder, name))
        except OSError as e:
            problems.append({"kind": "not-restored", "path": os.path.join(folder, name), "why": why(e)})
    for record in reversed(journal["files"]):
        path = record["path"]
        try:
            done[path] = restore(folder, record, journal["probe"])
        except Refusal as e:
            problems.append(dict(e.facts, kind=e.kind if e.kind == "conflict" else "not-restored", path=path, why=str(e)))
        except OSError as e:
            problems.append({"kind": "not-restored", "path": path, "why": why(e)})
        if done.get(path) == "gone" and not missing and journal["state"] != "reverted":
            problems.append({"kind": "missing", "path": path, "why": "it is not there any more"})
    for made in reversed(journal.get("folders", [])):
        try:
            os.rmdir(made)
        except OSError as e:
            if e.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                problems.append({"kind": "not-restored", "path": made, "why": why(e)})
    if journal.get("reload") and systemd_runs():
        try:
            reload_units()
        except Refusal as e:
            problems.append({"kind": "not-restored", "path": "systemd", "why": str(e)})
    if not problems:
        stop_timer(journal)
    return done, problems


def restore(folder, record, probe):
    path = os.path.realpath(record["path"])  # a symbolic link that stands there now stays one
    clear_up(path)
    if "temporary" in record:  # of a journal of format 1
        remove(record["temporary"])
    try:
        now = read_bytes(path)
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return "gone" if record["before"] else "was removed already"
        raise
    digest = sha256(now)
    if digest == record["before"]:
        what = "was restored already"
    elif digest == record["after"] and record["before"] is None:
        take_away(path, digest, probe)
        return "removed"
    elif digest == record["after"]:
        # times too: with them the .pyc from before is valid again, and one from meanwhile is not (its size differs)
        original = os.path.join(folder, record["original"])
        data, times = read_bytes(original), os.stat(original)
        if sha256(data) != record["before"]:
            raise Refusal("not-restored", "the copy of the original, %s, is not what the journal says" % original)
        replace(path, data, digest, probe, times=(times.st_atime_ns, times.st_mtime_ns))
        what = "restored"
    else:
        what = take_lines_out(folder, path, now, record, probe)
    compiled_back(folder, path, record if what in ("restored", "was restored already") else {}, probe)
    return what


def compiled(path):
    """The .pyc files that Python would take for this source. A link is none: it stays, and where it leads is not looked at."""
    stem, cache = os.path.splitext(os.path.basename(path))[0], os.path.join(os.path.dirname(path), "__pycache__")
    try:
        found = [os.path.join(cache, n) for n in sorted(os.listdir(cache))
                 if path.endswith(".py") and n.startswith(stem + ".") and n.endswith(".pyc")]
        return [pyc for pyc in found if (stat_of(pyc) or {}).get("type") == "file"]
    except OSError:
        return []


def compiled_back(folder, path, record, probe):
    """The .pyc files from before, in place of any that were made since: a stale one must never run."""
    kept = {pyc["path"]: pyc for pyc in record.get("compiled", [])}
    for pyc in compiled(path):
        if pyc not in kept or digest_of(pyc) != digest_of(os.path.join(folder, kept[pyc]["copy"])):
            remove(pyc)
    for pyc in kept.values():
        if os.path.exists(pyc["path"]):
            continue
        try:
            if os.geteuid() == 0 and pyc["uid"] not in (0, os.stat(os.path.dirname(pyc["path"])).st_uid):
                continue  # a link may stand there now: what that user wrote is put into no folder of another's
            clear_up(pyc["path"])
            copy = os.path.join(folder, pyc["copy"])
            data, s = read_bytes(copy), os.stat(copy)
            temporary = beside(pyc["path"], probe, sha256(data), sha256(data)) + ".part"
            put(pyc["path"], temporary, data, mode=s.st_mode & 0o7777, owner=(pyc["uid"], pyc["gid"]), times=(s.st_atime_ns, s.st_mtime_ns))
        except OSError:
            pass  # Python compiles the source again


def take_lines_out(folder, path, now, record, probe):
    original = read_bytes(os.path.join(folder, record["original"])) if record["before"] else b""
    rest, troubled = without_lines(now, original, record, probe)
    if troubled:
        places = "line %s" % ", ".join(map(str, troubled))
        raise Refusal("conflict", "changed since, and what profkit put there too (%s)" % places,
                      diff="" if record.get("secret") else three_versions(folder, path, original, now, record))
    if rest == now:
        return "changed since, and the line is gone"
    if record["before"] is None and not rest.strip():
        take_away(path, sha256(now), probe)
        return "removed"
    replace(path, rest, sha256(now), probe)
    return "changed since; the probe's line was taken out"
