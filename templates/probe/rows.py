# From what the profilers hold to the rows of a .prof. In between a function goes by a key that is cheap: a C function by
# its text, any other by the id of its code (whose hash is dear). A row is [calls that are not recursive, calls, own
# seconds, seconds, {caller: [calls, not recursive, own seconds, seconds]}], the numbers in cProfile's order.


def gather(entries):
    """The rows of all profilers added up, and the code of each id."""
    rows, codes = {}, {}

    def key(code):
        if isinstance(code, str):
            return code
        codes[id(code)] = code
        return id(code)

    def row(code):
        return rows.setdefault(key(code), [0, 0, 0.0, 0.0, {}])

    for entry in itertools.chain.from_iterable(entries):
        one = row(entry.code)
        one[0] += entry.callcount - entry.reccallcount
        one[1] += entry.callcount
        one[2] += entry.inlinetime
        one[3] += entry.totaltime
        caller = key(entry.code)
        for sub in entry.calls or ():
            edge = row(sub.code)[4].setdefault(caller, [0, 0, 0.0, 0.0])
            edge[0] += sub.callcount
            edge[1] += sub.callcount - sub.reccallcount
            edge[2] += sub.inlinetime
            edge[3] += sub.totaltime
    return rows, codes


def less_waits(rows, waits):
    """The rows less the time in which their contexts were suspended."""
    paths = Paths(rows)
    for seconds, codes, places in waits:
        path = paths.of(codes, places)
        if not path:
            continue
        for key in set(path):
            rows[key][3] -= seconds
        rows[path[0]][2] -= seconds
        edges = [(child, caller) for child, caller in zip(path, path[1:]) if caller in rows[child][4]]
        for child, caller in set(edges):
            rows[child][4][caller][3] -= seconds
        if edges and edges[0] == (path[0], path[1]):
            rows[path[0]][4][path[1]][2] -= seconds
    for row in rows.values():
        row[2], row[3] = max(row[2], 0.0), max(row[3], 0.0)
        for edge in row[4].values():
            edge[2], edge[3] = max(edge[2], 0.0), max(edge[3], 0.0)
    return rows


class Paths(object):
    """Frames do not show the C functions between them, which wait as well: `readline` calls `readinto` calls `recv`. C
    that calls C is not profiled, so there is at most one between two frames, and the rows tell which it can be."""

    def __init__(self, rows):
        self.rows, self.callees = rows, {}
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
        name = called_at(code, place)
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
    name = code.co_filename
    return name == HERE or bool(DIRECTORY) and name.startswith(OTHERS)


def clean(rows, codes):
    """Rows by (file, line, name), as a .prof has them, without those of the engine and of probes: what these called for
    others was called by those others; what they called for themselves was not called."""
    ours = set(key for key, code in codes.items() if is_ours(code))
    tasks = set(key for key in ours if codes[key].co_name == "__call__")

    def real(key, share, seen=()):
        """Who called one of ours, with the share of each."""
        callers = rows[key][4]
        by = 3 if sum(edge[3] for edge in callers.values()) > 0 else 0
        total = float(sum(edge[by] for edge in callers.values())) or 1.0
        for caller, edge in callers.items():
            if caller not in ours:
                yield caller, share * edge[by] / total
            elif caller not in seen:
                for each in real(caller, share * edge[by] / total, seen + (key,)):
                    yield each

    out = {}
    for key, row in rows.items():
        if key in ours:
            continue
        numbers, callers = row[:4], {}
        for caller, edge in row[4].items():
            if caller not in ours:
                join(callers, caller, edge)
            elif isinstance(key, str) and caller not in tasks:
                numbers = [a - b for a, b in zip(numbers, (edge[1], edge[0], edge[2], edge[3]))]
            else:
                shares = list(real(caller, 1.0))
                for who, share in shares:
                    counts = [int(round(count * share)) for count in edge[:2]]
                    join(callers, who, counts + [seconds * share for seconds in edge[2:]])
        if numbers[1] > 0:
            row = out.setdefault(label(key, codes), [0, 0, 0.0, 0.0, {}])
            row[:4] = [a + b for a, b in zip(row, numbers)]
            for caller, edge in callers.items():
                if edge[0]:
                    join(row[4], label(caller, codes), edge)
    return {
        key: tuple(row[:4]) + ({caller: tuple(edge) for caller, edge in row[4].items()},) for key, row in out.items()
    }


def join(callers, caller, edge):
    old = callers.get(caller)
    callers[caller] = list(edge) if old is None else [a + b for a, b in zip(old, edge)]


def label(key, codes):
    if isinstance(key, str):
        return "~", 0, key
    code = codes[key]
    return code.co_filename, code.co_firstlineno, code.co_name


def folded(waits, tidy=None):
    """A line a stack: `name (file:line);...` from the root, and microseconds. tidy: what a (file, line, name) is to be
    called, None where it is to be left out."""
    lines = {}
    for seconds, codes, _ in waits:
        names = []
        for code in reversed(codes):
            name = None if is_ours(code) else (code.co_filename, code.co_firstlineno, code.co_name)
            name = tidy(name) if tidy and name else name
            if name:
                names.append("%s (%s:%d)" % (name[2], name[0], name[1]))
        stack = ";".join(names)
        lines[stack] = lines.get(stack, 0.0) + seconds
    return ["%s %d" % (stack, round(seconds * 1e6)) for stack, seconds in sorted(lines.items())]
