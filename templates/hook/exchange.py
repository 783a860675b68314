# Putting the probe where the function is: below its decorators, as the line in the source would have it.

FUNCTION, CELL = type(note), type((lambda cell: lambda: cell)(None).__closure__[0])
WALKED = 200  # objects that are looked at below an attribute


def probe(module, number, target):
    """Exchange the function of a target for the probed one; tells what else holds the plain one still."""
    try:
        runtime = os.path.join(SETTINGS["directory"], target["runtime"])
        if not os.path.exists(runtime):
            return  # taken out
        namespace = {}
        with open(runtime, "rb") as source:
            exec(compile(source.read(), runtime, "exec"), namespace)
        decorated, missed, code = put(module, target["name"].split("."), namespace["wrap"])
        other = None if holds(code, int(target.get("line", 0))) else code.co_firstlineno
        note(number, probed=True, decorated=decorated, missed=missed, other=other)
        if other:
            say("%s is the one at line %d there" % (target["name"], other))
        if missed:
            say("%s is held by %s too, where calls are not captured" % (target["name"], ", ".join(missed)))
    except Exception as error:
        why = str(error) if isinstance(error, LookupError) else "%s: %s" % (type(error).__name__, error)
        note(number, probed=False, why=why)
        say("%s:%s could not be probed (%s)" % (target["module"], target["name"], why))


def put(module, path, wrap):
    """Gives whether the probe had to be put around the decorators, what holds the plain function still, and its code
    where it is the one of the `def`."""
    owner = module
    for word in path[:-1]:
        owner = vars(owner)[word] if word in vars(owner) else absent(word, owner)
    name = path[-1]
    if isinstance(owner, type) and name.startswith("__") and not name.endswith("__"):
        name = "_%s%s" % (owner.__name__.lstrip("_"), name)
    there = vars(owner)[name] if name in vars(owner) else absent(name, owner)
    function = defined(there, module, path)
    if function is not None:
        reached, missed = exchange(owner, name, there, function, wrap)
        if reached:
            return False, missed, function.__code__
    # what a decorator in C holds, or a cell of Python 3.6
    outer = seen_through(there)
    if outer is function or not isinstance(outer, FUNCTION):
        raise LookupError("a %s holds it" % type(outer).__name__)
    return True, exchange(owner, name, there, outer, wrap)[1], function and function.__code__


def absent(name, owner):
    raise LookupError("%s has no %s" % (getattr(owner, "__name__", "it"), name))


def defined(there, module, path):
    """The function that the `def` made, through what decorators have made of it; None where it is not to be found."""
    import gc

    seen, near, far = set(), [there], []  # decorators hold functions beside data, which may be much
    while (near or far) and len(seen) < WALKED:
        one = (near or far).pop(0)
        if id(one) in seen or isinstance(one, (type, type(sys), str, bytes, int, float)):
            continue
        seen.add(id(one))
        if isinstance(one, FUNCTION):
            if is_of(one, module, path):
                return one
            held = [cell for cell in one.__closure__ or () if gc.get_referents(cell)]
            inside = [cell.cell_contents for cell in held] + list(vars(one).values())
        elif isinstance(one, dict):
            inside = list(one.values())[:WALKED]
        else:
            inside = gc.get_referents(one)
        for other in inside:
            (near if isinstance(other, (FUNCTION, staticmethod, classmethod, property)) else far).append(other)
    return None


def is_of(function, module, path):
    code, name = function.__code__, ".".join(path)
    return (function.__globals__ is vars(module) and code.co_name == path[-1]
            and function.__qualname__ == name == getattr(code, "co_qualname", name))


def holds(code, line):
    """Is the `def` in that line this code's? It begins there or at a decorator above, and does not end before."""
    if code is None or not line:
        return True  # not known
    last = row = code.co_firstlineno
    if hasattr(code, "co_lines"):
        last = max([last] + [one for _, _, one in code.co_lines() if one])
    else:  # before Python 3.10
        for step in bytearray(code.co_lnotab)[1::2]:
            row += step - 256 if step > 127 else step
            last = max(last, row)
    return code.co_firstlineno <= line <= last


def seen_through(there):
    """The function in Python's own view of it."""
    if isinstance(there, (staticmethod, classmethod)):
        return there.__func__
    return there.fget if isinstance(there, property) else there


def view(there, function):
    """The same view of another function."""
    if isinstance(there, (staticmethod, classmethod)):
        return type(there)(function)
    if isinstance(there, property):
        return type(there)(function, there.fset, there.fdel, there.__doc__)
    return function


def exchange(owner, name, there, old, wrap):
    """Put the probed function wherever the plain one is bound by a name, in a list or in a closure. Gives how many
    places those were, and what else holds it."""
    import gc

    places = gc.get_referrers(old)  # before there are those of the probe itself
    new = wrap(old)
    if new is old:
        raise LookupError("the probe refused it")
    reached, missed = 0, []
    if seen_through(there) is old:
        bind(owner, name, view(there, new))
        reached = 1
    for place in places:
        if isinstance(place, CELL):
            found = in_cell(place, new)
        elif isinstance(place, list):
            found = in_list(place, old, new)
        elif isinstance(place, dict):
            found = in_dict(place, old, new)
        elif place is there or type(place).__name__ == "frame":
            continue
        else:
            found = in_object(place, old, new)
        if found is None:
            missed.append("a %s" % type(place).__name__)
        else:
            reached += found
    return reached, missed


def bind(owner, name, value):
    if isinstance(owner, type):
        type.__setattr__(owner, name, value)  # not that of a metaclass, which may make more of it
    else:
        vars(owner)[name] = value


def in_cell(place, new):
    try:
        place.cell_contents = new
        return 1
    except AttributeError:  # Python 3.6
        return None


def in_list(place, old, new):
    where = [index for index, value in enumerate(place) if value is old]
    for index in where:
        place[index] = new
    return len(where)


def in_dict(place, old, new):
    import gc

    names = [name for name, value in list(place.items()) if value is old]
    # what is only said to be wrapped is not what is called; and a class has to know of a change of its dict
    counted = [name for name in names if name != "__wrapped__"]
    owners = [one for one in gc.get_referrers(place) if isinstance(one, type)] if counted else []
    for name in names:
        for owner in owners:
            if vars(owner).get(name) is old:
                bind(owner, name, new)
        if place.get(name) is old:
            place[name] = new
    return len(counted)


def in_object(place, old, new):
    """Since Python 3.13 an object can hold its attributes without a dict."""
    attributes = getattr(place, "__dict__", {})
    names = [name for name, value in list(attributes.items()) if value is old]
    for name in names:
        attributes[name] = new
    return len(names) or None
