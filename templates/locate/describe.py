"""What kind of function is it, how is it called, and does it do the work itself?"""


def is_generator(node):
    todo = list(node.body)
    while todo:
        n = todo.pop()
        if isinstance(n, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(n, FUNCTIONS + (ast.ClassDef, ast.Lambda)):
            todo.extend(ast.iter_child_nodes(n))
    return False


def kind_of(node):
    if isinstance(node, ast.ClassDef):
        return "class"
    generator = is_generator(node)
    if isinstance(node, ast.AsyncFunctionDef):
        return "asynchronous generator" if generator else "coroutine"
    return "generator" if generator else "function"


def dotted(node):
    """`a.b.c` of an expression, also of a call of it; else ""."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        before = dotted(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else "?"
        return before + "." + node.attr
    return node.id if isinstance(node, ast.Name) else ""


def role_of(definition):
    """What its class makes of it, as its decorators say."""
    names = [dotted(d).rpartition(".") for d in definition.node.decorator_list]
    for before, _, last in names:
        if last in ("setter", "deleter", "getter") and before == definition.node.name:
            return last
        for kind in ("static", "class"):
            if last.endswith(kind + "method"):  # remotable_classmethod too
                return kind + " method"
        if last.endswith("property"):
            return "property"
    return "method" if definition.holder else "function"


def is_overload(definition):
    return any(dotted(d).rpartition(".")[2] == "overload" for d in definition.node.decorator_list)


def default_text(node):
    try:
        text = repr(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError):
        text = dotted(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""
    return text if 0 < len(text) <= 20 else "..."


def signature(node):
    """`(self, context, limits=None, *, force=False, **kw)`, without annotations."""
    a = node.args
    plain = getattr(a, "posonlyargs", []) + a.args
    defaults = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
    parts = [x.arg + ("=" + default_text(d) if d is not None else "") for x, d in zip(plain, defaults)]
    if getattr(a, "posonlyargs", []):
        parts.insert(len(a.posonlyargs), "/")
    if a.vararg:
        parts.append("*" + a.vararg.arg)
    elif a.kwonlyargs:
        parts.append("*")
    parts += [x.arg + ("=" + default_text(d) if d is not None else "") for x, d in zip(a.kwonlyargs, a.kw_defaults)]
    if a.kwarg:
        parts.append("**" + a.kwarg.arg)
    return "(" + ", ".join(parts) + ")"


def is_text(node):
    value = getattr(node, "value", None) if isinstance(node, ast.Expr) else None
    return isinstance(value, getattr(ast, "Constant", ())) or type(value).__name__ in ("Str", "Ellipsis")


def stub_of(node):
    """Why a function of this name is not where the work is done: "abstract", "rpc", "proxy", or None."""
    body = [n for n in node.body if not is_text(n)]
    if any(dotted(d).rpartition(".")[2] in ("abstractmethod", "abstractproperty") for d in node.decorator_list):
        return "abstract"
    if all(isinstance(n, (ast.Pass, ast.Raise)) for n in body):
        return "abstract"
    calls = [n for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    for call in calls:
        named = bool(call.args) and type(call.args[-1 if len(call.args) == 1 else 1]).__name__ in ("Str", "Constant", "Name")
        if call.func.attr in ("call", "cast", "fanout_cast") and named and dotted(call.func.value).rpartition(".")[2] in (
                "cctxt", "client", "ctxt", "rpcclient"):
            return "rpc"
    if len(body) == 1 and isinstance(body[0], (ast.Return, ast.Expr)) and isinstance(body[0].value, ast.Call):
        call = body[0].value
        if isinstance(call.func, ast.Attribute) and call.func.attr == node.name and dotted(call.func.value) not in ("", "super"):
            return "proxy"
    return None


def blocked(definition, source, line):
    """Why profkit's line cannot stand above it, or None."""
    if re.match(br"^[ \t\f]*\\$", source.line(line - 1)) and line > 1:
        return "line %d goes on in line %d, by its backslash" % (line - 1, line)
    if line == 1 and source.data.startswith(b"\xef\xbb\xbf"):
        return "it is in the first line, behind a byte order mark"
    scopes, holder = [source.tree.body], definition.holder
    while holder:
        scopes.append(holder.node.body)
        holder = holder.holder
    for scope in scopes:
        for name, where in source.bound_in(scope):
            if name in USED and (name == "eval" or scope is scopes[0]):
                return "%s is not Python's own there (line %d), and profkit's line needs it" % (name, where)
    return None


def place(definition, source):
    node = definition.node
    found = {"name": definition.name, "line": def_line(node, source), "column": node.col_offset, "kind": kind_of(node),
             "arguments": [], "any": False, "signature": "", "role": "class", "stub": None, "blocked": None}
    if isinstance(node, FUNCTIONS):
        a = node.args
        found.update(arguments=[x.arg for x in getattr(a, "posonlyargs", []) + a.args + a.kwonlyargs] + ([a.vararg.arg] if a.vararg else []),
                     any=bool(a.kwarg), signature=signature(node), role=role_of(definition), stub=stub_of(node),
                     blocked=blocked(definition, source, found["line"]))
    return found
