"""A file that was changed since: which lines of it are ours."""
ALIKE = 0.75  # from here on a line counts as one of ours that was edited, not as somebody's own
HEADER = re.compile(br"\s*\[[^\]]*\]\s*\Z")  # of a section in a configuration file


def bare(line):
    return line.rstrip(b"\r\n")


def without_lines(now, original, record, probe):
    """now without the lines that are ours, and with those of theirs back that ours stood for; and the numbers of the lines
    of which it cannot be said whose they are: ours that stand there twice, or were edited."""
    ours = [line.encode("utf-8", "surrogateescape") for line in record["lines"]]
    theirs = {a.encode("utf-8", "surrogateescape"): b.encode("utf-8", "surrogateescape") for a, b in (record.get("replaced") or {}).items()}
    lines, old = now.splitlines(True), [bare(line) for line in original.splitlines(True)]
    here = [bare(line) for line in lines]
    troubled = [n for n, line in enumerate(here) if line in ours and here.count(line) > 1]
    foreign = [n for n, line in enumerate(here) if line not in ours and line not in old and line.strip()]
    for line in ours:
        if line not in here:
            troubled += [n for n in foreign if edited(line, here[n], probe)]
    rest = []
    for n, line in enumerate(lines):
        if here[n] not in ours:
            rest.append(line)
        elif here[n] in theirs:
            if here.count(theirs[here[n]]) < old.count(theirs[here[n]]):  # else it was put back by hand
                rest.append(theirs[here[n]] + line[len(here[n]):])
        elif HEADER.match(here[n]) and used(here[n + 1:], ours):
            rest.append(line)
    return b"".join(rest), sorted(n + 1 for n in set(troubled))


def edited(ours, line, probe):
    import difflib
    marked = re.search(br"# profkit:(\w+)", line)
    if marked:  # or it is another probe's
        return marked.group(1).decode() == probe
    a, b = ours.strip().decode("latin-1"), line.strip().decode("latin-1")
    match = difflib.SequenceMatcher(None, a, b, False)
    return match.real_quick_ratio() >= ALIKE and match.quick_ratio() >= ALIKE and match.ratio() >= ALIKE


def used(following, ours):
    """Does a section hold more than our lines? Then its header has to stay."""
    for line in following:
        if HEADER.match(line):
            return False
        if line.strip() and line not in ours:
            return True
    return False


def three_versions(folder, path, original, now, record):
    """As it was, as the probe made it, and as it is now: two diffs, of the first two and of the last two."""
    import difflib
    probed = [read_bytes(os.path.join(folder, record["changed"]))] if "changed" in record else []  # format 1 has none
    versions = [("before the probe", original)] + [("with the probe", data) for data in probed] + [("now", now)]
    found = []
    for (a, old), (b, new) in zip(versions, versions[1:]):
        texts = [[bare(line).decode("utf-8", "replace") for line in data.splitlines(True)] for data in (old, new)]
        found += difflib.unified_diff(texts[0], texts[1], "%s  %s" % (path, a), "%s  %s" % (path, b), n=2, lineterm="")
    return "\n".join(found[:200])
