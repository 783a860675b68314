"""The journal: a folder for each probe, with what was changed and the original bytes. Here it is read."""
STATE = {"folder": None}  # where the journal is: the greeting says
FORMATS = (1, 2)


def probes_folder():
    return os.path.join(STATE["folder"], "probes")


def home(probe):
    if not (isinstance(probe, str) and re.match(r"^[a-z0-9]{4,16}\Z", probe)):
        raise Refusal("no-probe", "%r is not the id of a probe" % (probe,))
    return os.path.join(probes_folder(), probe)


def journal_of(probe):
    path = os.path.join(home(probe), "journal.json")
    if not os.path.isdir(home(probe)):
        raise Refusal("no-probe", "there is no probe %s on this host" % probe)
    try:
        return checked(present(json.loads(read_bytes(path).decode("utf-8"))), probe)
    except OSError as e:
        raise Refusal("unreadable", "%s" % e.strerror, path=path)
    except Exception as e:  # whatever somebody has made of it
        raise Refusal("unreadable", "%s: %s" % (type(e).__name__, e), path=path)


def present(journal):
    """A journal of format 1 (one file, one target) as one of today."""
    if journal["format"] == 1:
        for record in journal["files"]:
            record.update(lines=[record.pop("line")], original="original", compiled=[
                dict(pyc, copy="compiled-%d" % n) for n, pyc in enumerate(journal.get("compiled", []))])
        journal.update(format=2, kind="probe", mode="source", when=None, programs=["probe.py"], targets=[
            {"target": journal.pop("target"), "runtime": "probe.py", "ids": journal.pop("ids")}])
    return journal


def checked(journal, probe):
    """That it can be worked by: what is wrong in it is found before anything is touched."""
    if journal["format"] not in FORMATS:
        raise ValueError("it is of format %s, which a newer profkit wrote" % journal["format"])
    if journal["probe"] != probe or journal["state"] not in ("applied", "reverted"):
        raise ValueError("it is no journal of %s" % probe)
    for name in ("by", "engine", "owner", "kind", "mode"):
        text(journal[name])
    for t in journal["targets"]:
        text(t["target"])
    for name in journal["services"] + journal.get("restarts", []) + journal.get("folders", []) + [journal.get("autoRevert", "")]:
        text(name)
    copies = [c["copy"] for r in journal["files"] for c in r.get("compiled", [])]
    originals = [r[k] for r in journal["files"] for k in ("original", "changed") if k in r or (k == "original" and r["before"])]
    for name in journal["programs"] + copies + originals:
        if os.path.isabs(text(name)) or ".." in name.split("/"):
            raise ValueError("%r is no name in its folder" % name)
    for record in journal["files"]:
        if not os.path.isabs(text(record["path"])):
            raise ValueError("%r is no path" % record["path"])
        text(record["after"])
        text(record["before"] or "")
        for line in list(record["lines"]) + list(record.get("replaced") or {}) + list((record.get("replaced") or {}).values()):
            text(line)
    float(journal["created"]) + float(journal["until"]) + float(journal["max"])
    return journal


def text(value):
    if not isinstance(value, str):
        raise ValueError("%r is no text" % (value,))
    return value


def probe_names():
    try:
        return [n for n in sorted(os.listdir(probes_folder())) if not n.startswith("new-")]
    except (FileNotFoundError, NotADirectoryError):
        return []


def op_probes(request):
    """Every journal of this host that can be read, with the state of its files now and its captures."""
    found = []
    for probe in probe_names():
        try:
            journal = journal_of(probe)
        except Refusal:
            continue  # told by `unreadable`
        for record in journal["files"]:
            record["now"] = state_of(record)
            if record.get("secret"):
                record["lines"] = []
                record.pop("replaced", None)
        folder = os.path.join(home(probe), "captures")
        names = os.listdir(folder) if os.path.isdir(folder) else []
        journal["captures"] = sorted(n for n in names if not n.startswith("."))
        journal["made"] = sum(n.startswith(".slot-") for n in names)  # by all processes, those collected since too
        journal["directory"] = home(probe)
        found.append(journal)
    return found


def state_of(record):
    try:
        now = read_bytes(record["path"])
    except OSError as e:
        return "gone" if e.errno in (errno.ENOENT, errno.ENOTDIR) else "cannot be read: %s" % e.strerror
    digest = sha256(now)
    if digest in (record["after"], record["before"]):
        return "in place" if digest == record["after"] else "restored"
    return "changed since" if any(line.encode("utf-8", "surrogateescape") in now for line in record["lines"]) else "line gone"


def op_unreadable(request):
    """The folders whose journal cannot be read: [{probe, path, why}]."""
    found = []
    for probe in probe_names():
        try:
            journal_of(probe)
        except Refusal as e:
            found.append({"probe": probe, "path": e.facts.get("path", os.path.join(probes_folder(), probe)), "why": str(e)})
    return found
