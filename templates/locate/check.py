"""Is an edit what it claims to be?"""


def decorated(body):
    """Every function, those that are local to others too."""
    todo = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, FUNCTIONS):
            yield node
        todo.extend(ast.iter_child_nodes(node))


def take_lines_out(tree, lines):
    """Takes the decorators out of a tree that stand in these lines and are the last of a function. `lines` is {line: text}.
    Says of how many functions, line by line."""
    taken = dict.fromkeys(lines, 0)
    for node in decorated(tree.body):
        last = node.decorator_list[-1] if node.decorator_list else None
        if last is not None and last.lineno in taken:
            meant = ast.parse(lines[last.lineno].strip().lstrip("@"), mode="eval").body
            if ast.dump(last) == ast.dump(meant):
                node.decorator_list.pop()
                taken[last.lineno] += 1
    return taken


def check(request):
    """The edited text must be the source with one more decorator a line, the innermost of its function: nothing else."""
    source, edited = base64.b64decode(request["source"]), base64.b64decode(request["edited"])
    try:
        before, after = ast.parse(source), ast.parse(edited)
        compile(edited, "edited", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as e:
        return {"ok": False, "why": "%s: %s" % (type(e).__name__, e)}
    taken = take_lines_out(after, {one["line"]: one["decorator"] for one in request["lines"]})
    for line, times in sorted(taken.items()):
        if times != 1:
            return {"ok": False, "why": "the new line %d is a decorator of %d functions" % (line, times)}
    if ast.dump(before) != ast.dump(after):
        return {"ok": False, "why": "the edit would change more than one decorator"}
    return {"ok": True}
