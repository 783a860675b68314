"""Modules without importing them: found, parsed once, and their names followed through imports and base classes."""

parsed = {}


def spec_of(module):
    """(name as far as it was found, spec) of a module, without importing its parents."""
    path, spec, name = None, None, ""
    for part in module.split("."):
        name = name + "." + part if name else part
        spec = None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            try:
                spec = find and find(name, path, None)
            except (ImportError, AttributeError, KeyError):  # a finder that wants its parent imported
                spec = None
            if spec is not None:
                break
        if spec is None:
            return name, None
        path = spec.submodule_search_locations
        if path is not None:
            path = list(path)
        elif name != module:
            return name + "." + module[len(name) + 1:].partition(".")[0], None
    return name, spec


def source_of(module):
    """The Source of a module, or None where it has none that is a file."""
    if module not in parsed:
        _, spec = spec_of(module)
        file = spec and spec.origin
        parsed[module] = Source(module, file, spec.submodule_search_locations is not None) if file and file.endswith(".py") else None
    return parsed[module]


def absolute(source, node):
    """The module that a `from … import` names."""
    if not node.level:
        return node.module or ""
    words = source.module.split(".")
    words = words[:len(words) - node.level + (1 if source.is_package else 0)]
    return ".".join(words + ([node.module] if node.module else []))


def imports(source):
    """name -> (module, name in it or None) of what a module imports, wherever in it."""
    found = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = (absolute(source, node), alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    found[alias.asname] = (alias.name, None)
                else:
                    found.setdefault(alias.name.partition(".")[0], (alias.name.partition(".")[0], None))
    return found


def follow(source, words, depth=0):
    """(source, definition) of what a dotted name in a module stands for, through imports and attributes; or None."""
    if depth > 12 or not words:
        return None
    for n in range(len(words), 0, -1):
        found = source.named(".".join(words[:n]))
        if found and n == len(words):
            return source, found[-1]
        if found and found[-1].is_class:
            return inherited(source, found[-1], words[n:], depth + 1)
    known = imports(source)
    if words[0] in known:
        module, name = known[words[0]]
        rest = words[1:] if name is None else [name] + words[1:]
    elif source.is_package:
        module, rest = source.module, words
    else:
        return None
    while rest and spec_of(module + "." + rest[0])[1] is not None:
        module, rest = module + "." + rest[0], rest[1:]
    try:
        other = source_of(module)
    except (SyntaxError, OSError):
        return None
    if other is None or not rest or other is source and rest == words:
        return None
    return follow(other, rest, depth + 1)


def lineage(source, definition, depth=0):
    """(source, class) of the classes that a class inherits from, in the order in which they are asked, and what of them
    is not known."""
    order, unknown = [], []
    if depth > 30:
        return order, unknown
    for base in definition.node.bases:
        words = dotted(base).split(".") if isinstance(base, (ast.Name, ast.Attribute)) else []
        enclosing = definition.holder.name + "." if definition.holder else ""
        near = source.named(enclosing + ".".join(words)) if words and words != [definition.node.name] else []
        found = (source, near[-1]) if near else follow(source, words)
        if found is None or not found[1].is_class or found[1] is definition:
            if words != ["object"]:
                unknown.append(".".join(words) or "an expression")
            continue
        above, lost = lineage(found[0], found[1], depth + 1)
        order += [found] + above
        unknown += lost
    last = {}
    for n, (_, one) in enumerate(order):
        last[id(one)] = n  # a class that comes by two ways is asked after both
    return [one for n, one in enumerate(order) if last[id(one[1])] == n], unknown


def inherited(source, definition, words, depth=0):
    """(source, definition) of an attribute of a class, its own or a base's; or None."""
    for owner, one in [(source, definition)] + lineage(source, definition, depth)[0]:
        found = owner.named(one.name + "." + ".".join(words))
        if found:
            return owner, found[-1]
    return None
