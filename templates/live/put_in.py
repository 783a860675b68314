PLAIN = """
def outer():
 %s
 def %s(*_profkit_args, **_profkit_kwargs):
  nonlocal %s
  _profkit = "wrapper"
  return _profkit(*_profkit_args, **_profkit_kwargs)
"""


def put_in(target):
    """Give the function another code, which calls the probe around a copy of the function with the code it had.

    So every name that it has anywhere follows, and bound methods do; defaults, closure and attributes stay its own."""
    runtime = os.path.join(DIRECTORY, target["runtime"])
    live = vars(sys)[LIVE]
    if runtime in live:
        return {"state": "in"}
    try:
        with open(runtime, "rb") as source:
            text = source.read()
    except OSError:
        raise Refused("refused", "the probe has been taken out meanwhile") from None
    function = find(target)
    space = {}
    exec(compile(text, runtime, "exec"), space)
    original = copy(function)
    wrapper = space["wrap"](original)
    if wrapper is original:
        raise Refused("refused", "the probe does not wrap it")
    code = around(function, wrapper, runtime)
    record = {"function": function, "original": original, "code": code}
    if "__signature__" not in function.__dict__:
        record["signature"] = function.__signature__ = signature(function, original)
    live[runtime] = record
    function.__code__ = code
    if not holds(original.__code__, target["line"]):  # the file was changed since it was imported, or has two of that name
        return {"state": "in", "why": "the one that it runs was at line %d" % original.__code__.co_firstlineno}
    return {"state": "in"}


def copy(function):
    result = types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    result.__kwdefaults__ = function.__kwdefaults__
    result.__qualname__, result.__module__, result.__doc__ = function.__qualname__, function.__module__, function.__doc__
    result.__dict__.update(function.__dict__)
    return result


def signature(function, original):
    """What the function tells of its arguments, for its code does not any more."""
    import inspect

    try:
        import annotationlib

        return inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
    except Exception:
        return inspect.signature(original)  # the copy has no annotations


def around(function, wrapper, file):
    """Code that fits the function, closure and all, and calls the wrapper."""
    free = ["_profkit_%d" % n for n in range(len(function.__code__.co_freevars))]
    text = PLAIN % (" = ".join(free + ["None"]) if free else "pass", "inner", ", ".join(free))
    if not free:
        text = text.replace("  nonlocal \n", "")
    outer = next(c for c in compile(text, file, "exec").co_consts if isinstance(c, types.CodeType))
    inner = next(c for c in outer.co_consts if isinstance(c, types.CodeType))
    constants = tuple(wrapper if c == "wrapper" else c for c in inner.co_consts)
    old = function.__code__
    return inner.replace(
        co_consts=constants, co_freevars=old.co_freevars, co_name=old.co_name, co_qualname=old.co_qualname)


each(put_in)
