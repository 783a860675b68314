# What is done when Python starts.


def begin():
    try:
        if sys.version_info < (3, 6):
            return
        finder = Finder(SETTINGS["targets"])
        sys.meta_path.insert(0, finder)
        for name in list(finder.targets):
            if name in sys.modules:
                finder.probe(name, sys.modules[name])
    except Exception as error:
        note(0, probed=False, why="%s: %s" % (type(error).__name__, error))


def give_way():
    """Let the next sitecustomize run, another probe's or the distribution's. What it raises is its own affair."""
    mine = sys.modules.pop("sitecustomize", None)
    sys.path[:] = [entry for entry in sys.path if entry != HERE]
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
        if mine is not None:
            sys.modules["sitecustomize"] = mine


begin()
give_way()
