"""All functions of a name in the projects that are installed, and which of them do the work."""

LIMIT = 400  # candidates that are sent
TESTS = re.compile(r"(^|/)(tests?|functional|unit|fixtures)(/|$)|(^|/)(test_[^/]*|conftest)\.py$")


def roots(request, everything=False):
    """(name of the package or module, its folder or file): the service's own folders, and the packages asked for."""
    seen = set()
    for folder in request.get("path", []):
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            full = os.path.join(folder, name)
            if name.endswith(".py") or os.path.isfile(os.path.join(full, "__init__.py")):
                seen.add(full)
                yield name[:-3] if name.endswith(".py") else name, full
    for package in request.get("packages", []):
        _, spec = spec_of(package)
        for folder in (spec and spec.submodule_search_locations) or []:
            if folder not in seen:
                seen.add(folder)
                yield package, folder
    library = os.path.dirname(os.__file__)
    for folder in sys.path if everything else []:
        if folder and os.path.isdir(folder) and os.path.realpath(folder) != os.path.realpath(library):
            for name in sorted(os.listdir(folder)):
                full = os.path.join(folder, name)
                if full not in seen and (name.endswith(".py") or os.path.isfile(os.path.join(full, "__init__.py"))):
                    seen.add(full)
                    yield name[:-3] if name.endswith(".py") else name, full


def project_files(request, everything=False):
    """(module, file) of each source in them."""
    for name, root in roots(request, everything):
        if root.endswith(".py"):
            yield name, root
            continue
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(f for f in folders if f != "__pycache__" and re.match(r"^[^\W\d]\w*$", f))
            for file in sorted(files):
                if file.endswith(".py"):
                    rest = os.path.relpath(os.path.join(folder, file), root)[:-3].replace(os.sep, ".")
                    rest = "" if rest == "__init__" else "." + (rest[:-9] if rest.endswith(".__init__") else rest)
                    yield name + rest, os.path.join(folder, file)


def words_match(words, pattern):
    """How well a full name fits: 0 it ends so, 1 but for underscores in front, 2 it has the last word in its own, None."""
    if len(pattern) > len(words):
        return None
    tail = words[-len(pattern):]
    last, wanted = tail[-1], pattern[-1]
    if any(not fnmatch.fnmatchcase(a, b) for a, b in zip(tail[:-1], pattern[:-1])):
        return None
    if fnmatch.fnmatchcase(last, wanted):
        return 0
    if last.strip("_") == wanted.strip("_"):
        return 1
    return 2 if wanted.lower() in last.lower() else None


def fit(module, name, pattern):
    """The better of: the pattern names the function, or (then 2) its class or module."""
    words = (module + "." + name).split(".")
    own = words_match(words, pattern)
    if own is None or own > 0:
        for n in range(len(words) - 1, len(module.split(".")) - 1, -1):
            if words_match(words[:n], pattern) == 0:
                return 2 if own is None else min(own, 2)
    return own


def search(request):
    """With "exact" only whole names, for a target; else all that have the pattern in theirs."""
    text, exact = request["pattern"].replace(":", "."), request.get("exact")
    pattern = text.split(".")
    word = ([""] + re.findall(r"\w+", text))[-1]
    # only sources that define something of that name are parsed
    first = re.compile((r"\bdef[ \t]+%s\b" if exact else r"(?i)\b(def|class)[ \t]+\w*%s").encode() % re.escape(word.encode()))
    found, looked, broken = [], 0, []
    for everything in (False, True):
        for module, file in project_files(request, everything):
            looked += 1
            try:
                with open(file, "rb") as f:
                    data = f.read()
                in_name = not exact and word in module.split(".")
                if not in_name and not first.search(data):
                    continue
                source = Source(module, file, os.path.basename(file) == "__init__.py")
            except (OSError, SyntaxError, ValueError, RecursionError):
                broken.append(file)
                continue
            for d in source.definitions:
                how = None if d.is_class else fit(module, d.name, pattern)
                if how is not None and not (exact and how != 0):
                    found.append(dict(place(d, source), module=module, file=file, fit=how, test=bool(TESTS.search(file))))
        if found:
            break
    found.sort(key=lambda c: (c["test"], c["fit"], c["stub"] is not None, c["file"], c["line"]))
    return {"python": PYTHON, "found": found[:LIMIT], "more": max(0, len(found) - LIMIT), "looked": looked, "broken": broken[:20]}
