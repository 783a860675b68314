# Expressions over the arguments of a call, `--id` and `--when`. profkit has read them (src/probe/expression.ts); here they
# are trees, which are made into functions of (args, kwargs). Nothing is compiled, and no call but len() is made.


class Unread(Exception):
    """A path leads nowhere in this call: which step, and the type of the error. Never its text."""


COMPARISONS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
}
CONSTANTS = {"True": True, "False": False, "None": None}


def reader(tree, function):
    """The function of (args, kwargs) that a tree stands for, where these are a call's of that function."""
    kind, parts = tree[0], tree[1:]
    if kind == "path":
        return path(parts[0], parts[1:], function)
    if kind in ("text", "number", "constant"):
        value = constant(kind, parts[0])
        return lambda args, kwargs: value
    if kind == "compare":
        return comparison(parts, function)
    return combined(kind, [reader(part, function) for part in parts])


def constant(kind, text):
    if kind == "constant":
        return CONSTANTS[text]
    return text if kind == "text" else int(text) if text.lstrip("-").isdigit() else float(text)


def combined(kind, of):
    if kind == "len":
        return lambda args, kwargs: len(of[0](args, kwargs))
    if kind in ("list", "tuple"):
        make = list if kind == "list" else tuple
        return lambda args, kwargs: make([each(args, kwargs) for each in of])
    if kind == "not":
        return lambda args, kwargs: not of[0](args, kwargs)
    if kind in ("and", "or"):
        return decided(of, kind == "or")
    raise ValueError(kind)


def decided(of, end):
    """The value that decides, as Python has it: of `and` the first that is false, of `or` the first that is true."""

    def read(args, kwargs):
        for each in of:
            value = each(args, kwargs)
            if bool(value) is end:
                break
        return value

    return read


def comparison(parts, function):
    """a < b < c, as Python has it: of neighbours, and the first that fails is the last."""
    first = reader(parts[0], function)
    rest = [(COMPARISONS[sign], reader(part, function)) for sign, part in zip(parts[1::2], parts[2::2])]
    if len(rest) == 1:
        compare, second = rest[0]
        return lambda args, kwargs: compare(first(args, kwargs), second(args, kwargs))

    def chain(args, kwargs):
        left, result = first(args, kwargs), True
        for compare, part in rest:
            right = part(args, kwargs)
            result = compare(left, right)
            if not result:
                break
            left = right
        return result

    return chain


def path(name, steps, function):
    """The value that a path leads to. An attribute of a dict is its entry of that name, where it has no other."""
    argument = argument_reader(name, function.__code__, function.__defaults__ or (), function.__kwdefaults__ or {})
    steps = [(kind == ".", key) for kind, key in steps]

    def read(args, kwargs):
        key = attribute = None
        try:
            value = argument(args, kwargs)
            for attribute, key in steps:
                if attribute and not isinstance(value, dict):
                    value = getattr(value, key)
                else:
                    value = value[key]
            return value
        except Exception as error:  # an attribute may be a property, or load itself from a database
            step = name if attribute is None else key if attribute else "[%r]" % (key,)
            raise Unread("%s: %s" % (step, type(error).__name__))

    return read


def argument_reader(name, code, defaults, by_name):
    """Reads one argument of a call. Where the call does not fit the function it fails, or gives what the call will not see."""
    count, named = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames[:named]
    rest = code.co_varnames[named : named + bool(code.co_flags & 4) + bool(code.co_flags & 8)]
    if name in names[:count]:
        place = names.index(name)
        short = place - count  # from the end, as defaults are counted

        def positional(args, kwargs):
            if place < len(args):
                return args[place]
            if name in kwargs:
                return kwargs[name]
            return defaults[short] if -short <= len(defaults) else kwargs[name]

        return positional
    if name in names and name in by_name:
        return lambda args, kwargs: kwargs.get(name, by_name[name])
    if name not in names and code.co_flags & 4 and name == rest[0]:
        return lambda args, kwargs: args[count:]
    if name not in names and code.co_flags & 8 and name == rest[-1]:
        return lambda args, kwargs: {key: value for key, value in kwargs.items() if key not in names}
    return lambda args, kwargs: kwargs[name]
