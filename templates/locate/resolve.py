"""From what a user wrote to one definition: by name, or by a line of a file."""

PYTHON = "%d.%d.%d" % sys.version_info[:3]


def answer_for(source, found, **more):
    names = [d.name for d in source.definitions if not d.is_class]
    return dict({"python": PYTHON, "module": source.module, "file": source.file, "sha256": hashlib.sha256(source.data).hexdigest(),
                 "found": [place(d, source) for d in found], "near": [], "notes": []}, names=len(names), **more)


def one_of(found):
    """Definitions of one name less those that are never called by it: overloads for type checkers, and those that a later
    one in the same block replaces. Says which line was taken then."""
    real = [d for d in found if not is_overload(d)] or found
    plain = all(d.block is real[0].block and not d.node.decorator_list and not d.is_class for d in real)
    if len(real) > 1 and plain and len({d.name for d in real}) == 1:
        return real[-1:], ["%s is defined %d times, one after the other: the last one is what is called" % (real[0].name, len(real))]
    return real, []


def locate(request):
    reached, spec = spec_of(request["module"])
    if spec is None:
        return {"missing": "module", "reached": reached, "python": PYTHON}
    if not spec.origin or not spec.origin.endswith(".py"):
        return {"missing": "source", "origin": str(spec.origin), "python": PYTHON}
    source, wanted = source_of(request["module"]), request["name"]
    found = source.named(wanted)
    if not found and "." not in wanted:  # a bare method name: any class of the module
        found = [d for d in source.definitions if d.name.rpartition(".")[2] == wanted]
    if found:
        found, notes = one_of(found)
        return answer_for(source, found, notes=notes)
    return elsewhere(source, wanted) or absent(source, wanted)


def elsewhere(source, wanted):
    """What a module or a class of it only has from another."""
    found = follow(source, wanted.split("."))
    if found is None:
        return None
    there, definition = found
    same, notes = one_of(there.named(definition.name))
    by = "inherits" if "." in wanted and source.named(wanted.rpartition(".")[0]) else "has"
    says = "%s:%s" % (source.module, wanted.rpartition(".")[0]) if by == "inherits" else source.module
    notes.insert(0, "%s %s %s from %s:%s" % (says, by, wanted.rpartition(".")[2], there.module, definition.name))
    return answer_for(there, same, notes=notes)


def absent(source, wanted):
    """Why a module has no such function."""
    outer, _, inner = wanted.replace(".<locals>", "").rpartition(".")
    for d in source.definitions:
        if d.is_class or (outer and d.name != outer and d.name.rpartition(".")[2] != outer):
            continue
        for node in ast.walk(d.node):
            if node is not d.node and isinstance(node, FUNCTIONS) and node.name == inner:
                return {"missing": "local", "outer": d.name, "name": inner, "file": source.file, "line": def_line(node, source)}
    holder = [d.node.body for d in source.named(outer)] if outer else [source.tree.body]
    for body in holder:
        for name, line in source.bound_in(body):
            if name == inner:
                return {"missing": "assigned", "file": source.file, "line": line}
    names = [d.name for d in source.definitions if not d.is_class]
    near = difflib.get_close_matches(wanted, names, 3, 0.7) or [n for n in names if n.rpartition(".")[2] == wanted.rpartition(".")[2]][:3]
    unknown = []
    for d in source.named(outer) if outer else []:
        if d.is_class:
            unknown = lineage(source, d)[1]
    return answer_for(source, [], near=near, unknown=unknown)


def at(request):
    """The function that encloses a line; the file is a path, or how one ends."""
    files = sorted(set(matching(request)))
    if not files:
        return {"missing": "file"}
    if len(files) > 1:
        return {"missing": "files", "files": files}
    module = module_of(files[0])
    if module is None:
        return {"missing": "import", "file": files[0]}
    source, line = source_of(module), request["line"]
    for d in source.definitions:
        first = min([d.node.lineno] + [x.lineno for x in d.node.decorator_list])
        if not d.is_class and first <= line <= last_line(d.node, source):
            answer, inner = answer_for(source, [d]), [
                n.name for n in ast.walk(d.node)
                if n is not d.node and isinstance(n, FUNCTIONS) and n.lineno <= line <= last_line(n, source)]
            if inner:
                answer["notes"] = ["line %d is in %s, which is local to it: the whole of %s is profiled" % (line, inner[0], d.name)]
            return answer
    return {"missing": "def", "file": files[0]}


def matching(request):
    wanted = request["file"]
    if wanted.startswith("/"):
        return [os.path.realpath(wanted)] if os.path.isfile(wanted) else []
    ending = "/" + wanted.lstrip("./")
    return [os.path.realpath(file) for _, file in project_files(request) if file.endswith(ending)]


def module_of(file):
    """The name by which the interpreter imports a file, or None where it imports another one or none."""
    folder, name = os.path.split(os.path.splitext(file)[0])
    words = [] if name == "__init__" else [name]
    names = []
    while folder and len(words) < 20:
        if words:
            names.append(".".join(words))
        if folder == "/":
            break
        folder, name = os.path.split(folder)
        words.insert(0, name)
    for module in names:
        if not re.match(r"^[^\W\d]\w*(\.[^\W\d]\w*)*$", module):
            break
        _, spec = spec_of(module)
        if spec is not None and spec.origin and os.path.realpath(spec.origin) == os.path.realpath(file):
            return module
    return None
