"""The `revert` script that lies beside a journal: for a host where profkit itself is gone, and for --auto-revert."""


def main():
    folder = os.path.dirname(os.path.realpath(__file__))
    probe = os.path.basename(folder)
    STATE["folder"] = os.path.dirname(os.path.dirname(folder))
    words = sys.argv[1:]
    if words and words != ["--missing"]:
        sys.exit("usage: %s [--missing]\n\nTakes the probe %s out: restores its files, starts services that it left down, keeps its captures.\n"
                 "--missing: files that are not there any more are given up." % (sys.argv[0], probe))
    try:
        journal = journal_of(probe)
        for path, what in sorted(op_revert({"probe": probe, "missing": bool(words)}).items()):
            print("%s %s" % (path, what))
    except Refusal as e:
        for path, what in sorted(e.facts.get("kept", {}).items()):
            print("%s %s" % (path, what))
        sys.exit("%s\n%s\n%s" % (e, e.facts.get("diff") or "", advice(e)))
    except OSError as e:
        sys.exit("%s\nNothing is lost: mend that (is this root?), then run it again." % e)
    for service in sorted(set(journal["services"] + journal.get("restarts", []))):
        see_to(service, journal)
    captures = os.path.join(folder, "captures")
    captures = [n for n in os.listdir(captures) if not n.startswith(".")] if os.path.isdir(captures) else []
    if captures:
        print("%d files of captures are kept in %s/captures" % (len(captures), folder))
    else:
        op_forget({"probe": probe})


def advice(refusal):
    return {
        "conflict": "Take these lines out by hand, then run this again.",
        "missing": "If it was moved, move it back; if it is gone for good, run this again with --missing.",
        "locked": "Wait for it to end, then run this again.",
        "unreadable": "If this is root: the originals lie beside it, as original-0 and so on; copy them back by hand.",
    }.get(refusal.kind, "Nothing is lost: mend that, then run it again.")


def see_to(service, journal):
    """Start what a run has left down, and say who still has the probe in memory, where it is a plain call now."""
    unit, facts = unit_of(service)
    if unit is None:
        print("%s is no unit of systemd: see to it yourself" % service)
        return
    if service in journal.get("restarts", []) and facts.get("ActiveState") in ("inactive", "failed"):
        said, well = command("systemctl", "start", "--", unit)
        print("%s was down: %s" % (unit, "started" if well else said))
        return
    if journal["mode"] == "live":
        print("%s may still have it in memory, as a plain call: systemctl restart %s ends that" % (unit, unit))
        return
    pids = [p["pid"] for p in op_cgroup({"path": facts["ControlGroup"]})] if facts.get("ControlGroup") else []
    carrying = [p["pid"] for p in map(process, pids) if p and p["started"] >= journal["created"]]
    if carrying:
        has = "runs with its database still (%s)" if journal["kind"] == "compute-db" else "still has it in memory (%s), as a plain call"
        has = has % ", ".join(map(str, carrying))
        if journal.get("concurrency"):
            has += ", and started with --concurrency %s" % journal["concurrency"]
        print("%s %s: systemctl restart %s ends that" % (unit, has, unit))


main()
