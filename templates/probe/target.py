DISABLE = "<method 'disable' of '_lsprof.Profiler' objects>"
NO_FILE = ("~", "")  # where C functions are: cProfile's word and the stdlib profiler's


class Target(object):
    """The probed function: how it is called, and where it stands in the source as it was before profkit's lines."""

    def __init__(self, function):
        import inspect

        function = unwrapped(function)  # another probe's wrapper may be below
        code = function.__code__
        self.signature = inspect.signature(function)
        ids = (SETTINGS.get("ids") or {}).get("tree")
        trees = [] if ids is None else ids[1:] if ids[0] == "tuple" else [ids]
        self.ids = [reader(tree, function) for tree in trees]
        self.file = code.co_filename
        self.lines = []
        for source in (code.co_filename, SETTINGS.get("function_file")):
            try:
                with open(source, "rb") as lines:
                    self.lines = [n for n, line in enumerate(lines, 1) if MARKER in line]
                break
            except (OSError, TypeError):
                pass
        self.key = self.unshift((code.co_filename, code.co_firstlineno, code.co_name))

    def unshift(self, key):
        """The key that a function of the probed file has in the unprobed one. The target itself starts at its first
        decorator, profkit's line if it has no other: so a line counts for what is below it, not for itself."""
        if key[0] != self.file:
            return key
        return key[0], key[1] - sum(line < key[1] for line in self.lines), key[2]

    def place(self, key):
        """The same for a frame of a stack; None for one of a probe."""
        return None if is_of_a_probe(key[0]) else self.unshift(key)

    def tidy(self, rows):
        """The rows without those of the probes, and with the lines of the unprobed source. What a probe calls in
        Python is called by whom it stands for, for that is the target; what it calls in C is its own affair."""
        ours = {key: row[4] for key, row in rows.items() if is_of_a_probe(key[0])}
        moved = {key: self.unshift(key) for key in rows if key[0] == self.file}
        result = {}
        for key, row in rows.items():
            # The service waits while this is done, and nearly all rows stay as they are, or do but for their lines.
            if key not in ours and key[2] != DISABLE and ours.keys().isdisjoint(row[4]):
                if not moved.keys().isdisjoint(row[4]):
                    row = tuple(row[:4]) + ({moved.get(caller, caller): edge for caller, edge in row[4].items()},)
                result[moved.get(key, key)] = row
                continue
            if key in ours or key[2] == DISABLE and set(row[4]) <= set(ours):
                continue
            figures, callers = tuple(row[:4]), {}
            for caller, edge in row[4].items():
                if caller not in ours:
                    parts = ((caller, edge),)
                elif key[0] in NO_FILE:
                    figures, parts = less(figures, edge), ()
                else:
                    parts = relay(edge, ours[caller])
                for real, part in parts:
                    if real not in ours:
                        real = self.unshift(real)
                        callers[real] = add(callers[real], part) if real in callers else part
            if figures[1] > 0 or row[1] == 0:
                result[moved.get(key, key)] = figures + (callers,)
        return result

    def bind(self, args, kwargs):
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def ids_of(self, args, kwargs):
        """The ids that this call is about, and why there are none."""
        ids, error = [], None
        for read in self.ids:
            try:
                found, why = as_ids(read(args, kwargs))
                ids += found
            except Exception as reason:
                why = str(reason) if type(reason) is Unread else type(reason).__name__
            error = error or why
        return ids, error


def unwrapped(function):
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def sizes_of(known):
    """The lengths of a call's arguments."""
    return {name: len(value) for name, value in known.items() if type(value) in (list, tuple, set, frozenset, dict)}


CONTEXTS = ("context", "ctxt", "ctx", "_context")  # OpenStack's names for what oslo.context makes


def request_of(known):
    """The id of the request that a call is a part of, and that which the request came with from another service; None where
    there is none. They are looked for in the arguments and in what `self` holds, and nothing of those is run."""
    own = fields_of(known.get("self"))
    for held in [known.get(name) for name in CONTEXTS] + [own.get(name) for name in CONTEXTS]:
        fields = fields_of(held)
        found = [one if is_request(one) else None for one in (fields.get("request_id"), fields.get("global_request_id"))]
        if any(found):
            return found
    return None, None


def fields_of(value):
    try:
        fields = object.__getattribute__(value, "__dict__")
    except Exception:
        return {}
    return fields if type(fields) is dict else {}


def is_request(value):
    return type(value) is str and 0 < len(value) <= 64 and value.replace("-", "").replace("_", "").isalnum()


def as_ids(value):
    """The value as strings. Only what an id can be: the text of any other object may say too much."""
    if value is None:
        return [], "None"
    many = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    ids = [str(one) for one in many if isinstance(one, (str, int)) or type(one).__name__ == "UUID"]
    if len(ids) == len(many):
        return ids, None if ids else "empty"
    return ids, "%d of %d are no ids" % (len(many) - len(ids), len(many))


# An edge is a number of calls, or (calls, primitive calls, own time, time); a row is (primitive calls, calls, times).


def relay(edge, callers):
    """What the wrapper called, as called by those who called the wrapper: a recursive target calls itself through it."""
    total = float(sum(e if isinstance(e, int) else e[0] for e in callers.values())) or 1.0
    for caller, e in callers.items():
        if isinstance(e, int):
            yield caller, int(round(edge * e / total))
        else:
            share = e[0] / total
            yield caller, (int(round(edge[0] * share)), int(round(edge[1] * share)), edge[2] * share, edge[3] * share)


def add(a, b):
    return a + b if isinstance(a, int) else tuple(x + y for x, y in zip(a, b))


def less(row, edge):
    """The figures of a row without the calls of one edge; an edge that is a mere number says nothing of their time."""
    primitive, calls, own, total = row
    if isinstance(edge, int):
        return primitive - edge, calls - edge, own, total
    return primitive - edge[1], calls - edge[0], max(own - edge[2], 0.0), max(total - edge[3], 0.0)
