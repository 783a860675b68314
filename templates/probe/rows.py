# From what the profilers hold to the rows of a .prof. In between a function goes by a key that is cheap: a C function by
# its text, any other by the id of its code (whose hash is dear). A row is [calls that are not recursive, calls, own
# seconds, seconds, {caller: [calls, not recursive, own seconds, seconds]}], the numbers in cProfile's order. The service
# waits while this is done: what most rows do not need is not done to them.


def gather(entries):
    """The rows of all profilers added up, and the code of each id."""
    rows, codes = {}, {}

    def add(code):
        key = code if type(code) is str else id(code)
        if key is not code:
            codes[key] = code
        row = rows[key] = [0, 0, 0.0, 0.0, {}]
        return row

    get = rows.get
    for code, calls, recursive, seconds, own, subs in itertools.chain.from_iterable(entries):
        caller = code if type(code) is str else id(code)
        row = get(caller) or add(code)
        row[0] += calls - recursive
        row[1] += calls
        row[2] += own
        row[3] += seconds
        for code, calls, recursive, seconds, own in subs or ():
            row = get(code if type(code) is str else id(code)) or add(code)
            edge = row[4].get(caller)
            if edge is None:
                row[4][caller] = [calls, calls - recursive, own, seconds]
            else:
                edge[:] = [edge[0] + calls, edge[1] + calls - recursive, edge[2] + own, edge[3] + seconds]
    return rows, codes


def less_waits(rows, waits):
    """Those of the rows that have waited, less the time in which their contexts were suspended."""
    paths, changed = Paths(rows), {}

    def row(key):
        if key not in changed:
            one = rows[key]
            changed[key] = one[:4] + [{caller: list(edge) for caller, edge in one[4].items()}]
        return changed[key]

    for seconds, codes, places in waits:
        path = paths.of(codes, places)
        if not path:
            continue
        for key in set(path):
            row(key)[3] -= seconds
        row(path[0])[2] -= seconds
        edges = [(child, caller) for child, caller in zip(path, path[1:]) if caller in rows[child][4]]
        for child, caller in set(edges):
            row(child)[4][caller][3] -= seconds
        if edges and edges[0] == (path[0], path[1]):
            row(path[0])[4][path[1]][2] -= seconds
    for one in changed.values():
        one[2], one[3] = max(one[2], 0.0), max(one[3], 0.0)
        for edge in one[4].values():
            edge[2], edge[3] = max(edge[2], 0.0), max(edge[3], 0.0)
    return changed


class Paths(object):
    """Frames do not show the C functions between them, which wait as well: `readline` calls `readinto` calls `recv`. C
    that calls C is not profiled, so there is at most one between two frames, and the rows tell which it can be."""

    def __init__(self, rows):
        self.rows, self.callees, self.names = rows, {}, {}
        for key, row in rows.items():
            for caller in row[4]:
                self.callees.setdefault(caller, set()).add(key)

    def of(self, codes, places):
        """The keys of a stack, the innermost first, C functions too."""
        path = []
        for code, place in zip(codes, places):
            between = self.between(code, place, path[-1] if path else None)
            path.extend([between] if between else [])
            path.append(id(code))
        return [key for key in path if key in self.rows]

    def between(self, code, place, child):
        callees = self.callees.get(id(code), ())
        found = [one for one in callees if isinstance(one, str) and (child is None or child in self.callees.get(one, ()))]
        if not found or len(found) == 1 and child is not None and child not in callees:
            return found[0] if found else None
        site = id(code), place
        if site not in self.names:
            self.names[site] = called_at(code, place)
        name = self.names[site]
        if name is not None:
            named = [one for one in found if name == c_name(one)]
            if named:
                return max(named, key=lambda one: self.rows[one][4][id(code)][3])
        if child is not None and child in callees:
            return None
        if child is None:  # a name of its own for `switch`, or a switch that no call shows: the end of a greenlet
            found = [one for one in found if "greenlet" in one and name is not None]
        return max(found, key=lambda one: self.rows[one][4][id(code)][3]) if found else None


def c_name(text):
    """`readline` of <method 'readline' of '_io.BufferedReader' objects>, `sorted` of <built-in method builtins.sorted>."""
    return text.split("'")[1] if "'" in text else text.rstrip(">").split(".")[-1].split()[-1]


def called_at(code, place):
    """The name by which the call at this place in the code gets what it calls, "" if that has none; None: it is no
    call."""
    import dis  # inspect has it already

    before = [one for one in dis.get_instructions(code) if one.offset <= place]
    if not before:
        return None
    call = before.pop()
    if not call.opname.startswith(("CALL", "PRECALL")):
        return None
    if before and before[-1].opname == "PRECALL":
        before.pop()
    if call.opname == "CALL_FUNCTION_EX":
        above = 2 if sys.version_info >= (3, 14) else 1 + (call.arg & 1)
    else:
        above = call.arg + call.opname.endswith("_KW")  # with the names of the keywords
    while before:
        one = before.pop()
        if above > 0:
            above -= dis.stack_effect(one.opcode, one.arg if one.opcode >= dis.HAVE_ARGUMENT else None)
        elif one.opname.startswith("LOAD"):
            return str(one.argval)
        elif one.opname != "PUSH_NULL":
            break
    return ""


def is_ours(code):
    return is_of_a_probe(code.co_filename)


class Cleaner(object):
    """Makes rows by (file, line, name), as a .prof has them, without those of the engine and of probes: what these called
    for others was called by those others; what they called for themselves was not called."""

    def __init__(self, rows, codes):
        self.raw = rows
        self.ours = set(key for key, code in codes.items() if is_ours(code))
        self.tasks = set(key for key in self.ours if codes[key].co_name == "__call__")
        self.labels = {key: ("~", 0, key) if type(key) is str else label(codes[key]) for key in rows}
        keys = {}
        for key, name in self.labels.items():
            keys.setdefault(name, []).append(key)
        self.same = {name: those for name, those in keys.items() if len(those) > 1}  # one function, several codes
        self.several = set(itertools.chain.from_iterable(self.same.values()))
        self.strange = self.ours | self.several
        self.rows = {}
        for key, row in rows.items():
            if key not in self.strange:
                self.put(self.rows, [row], key)
        for name, those in self.same.items():
            self.put(self.rows, [rows[key] for key in those], *those)

    def less(self, changed):
        """The rows with some in place of theirs."""
        rows = dict(self.rows)
        for name in set(self.labels[key] for key in changed if key not in self.ours):
            keys = self.same.get(name) or [key for key in changed if self.labels[key] == name]
            self.put(rows, [changed.get(key) or self.raw[key] for key in keys], *keys)
        return rows

    def put(self, out, rows, *keys):
        """Put the row of a function, which may have several codes, if there is anything of it."""
        labels, key = self.labels, keys[0]
        if len(rows) == 1 and self.strange.isdisjoint(rows[0][4]):
            numbers = rows[0][:4]
            callers = {labels[caller]: tuple(edge) for caller, edge in rows[0][4].items()}
        else:
            numbers, sums = [0, 0, 0.0, 0.0], {}
            for row in rows:
                numbers = [a + b for a, b in zip(numbers, row)]
                for caller, edge in row[4].items():
                    if caller not in self.ours:
                        join(sums, labels[caller], edge)
                    elif type(key) is str and caller not in self.tasks:
                        numbers = [a - b for a, b in zip(numbers, (edge[1], edge[0], edge[2], edge[3]))]
                    else:
                        for who, calls, time in self.real(caller, 1.0, 1.0):
                            counts = [int(round(count * calls)) for count in edge[:2]]
                            join(sums, labels[who], counts + [seconds * time for seconds in edge[2:]])
            callers = {caller: tuple(edge) for caller, edge in sums.items() if edge[0]}
        if key not in self.ours and numbers[1] > 0:
            out[labels[key]] = tuple(numbers) + (callers,)

    def real(self, key, calls, time, seen=()):
        """Who called one of ours, with the share of each in the calls and in the time."""
        callers = self.raw[key][4]
        all_calls = float(sum(edge[0] for edge in callers.values())) or 1.0
        all_time = sum(edge[3] for edge in callers.values())
        for caller, edge in callers.items():
            part = edge[0] / all_calls
            shares = calls * part, time * (edge[3] / all_time if all_time > 0 else part)
            if caller not in self.ours:
                yield (caller,) + shares
            elif caller not in seen:
                for each in self.real(caller, shares[0], shares[1], seen + (key,)):
                    yield each


def join(callers, caller, edge):
    old = callers.get(caller)
    callers[caller] = list(edge) if old is None else [a + b for a, b in zip(old, edge)]


def label(code):
    return code.co_filename, code.co_firstlineno, code.co_name


def named(codes, tidy=None):
    """The frames of a stack, from the root, as (name, file, line). tidy: what a (file, line, name) is to be called, None
    where it is to be left out."""
    names = [None if is_ours(code) else label(code) for code in reversed(codes)]
    names = [tidy(name) if tidy and name else name for name in names]
    return [(name[2], name[0], name[1]) for name in names if name]


def folded(stacks):
    """Of (frames, seconds) a line a stack: `name (file:line);...` and microseconds. A frame with no file is a mark."""
    lines = {}
    for frames, seconds in stacks:
        stack = ";".join("%s (%s:%d)" % frame if frame[1] else frame[0] for frame in frames)
        lines[stack] = lines.get(stack, 0.0) + seconds
    return ["%s %d" % (stack, round(seconds * 1e6)) for stack, seconds in sorted(lines.items())]
