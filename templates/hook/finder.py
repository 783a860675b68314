# Watching for the modules of the targets.


class Finder(object):
    """The first of the finders: passes all on to the others, and has a watched module probed once it has run."""

    def __init__(self, targets):
        self.targets = {}
        for number, target in enumerate(targets):
            self.targets.setdefault(target["module"], []).append((number, target))
        self.asking, self.thread = set(), __import__("_thread").get_ident

    def find_spec(self, name, path=None, target=None):
        if name not in self.targets:
            return None
        asked = (name, self.thread())
        if asked in self.asking:  # one of the others asks them all
            return None
        self.asking.add(asked)
        try:
            for other in list(sys.meta_path):
                spec = None if other is self or not hasattr(other, "find_spec") else other.find_spec(name, path, target)
                if spec is not None:
                    self.watch(name, spec)
                    return spec
        finally:
            self.asking.discard(asked)
        return None

    def watch(self, name, spec):
        try:
            loader = spec.loader
            if isinstance(loader, type):
                raise TypeError("a class")
            run = loader.exec_module  # another probe's, it may be
            if getattr(run, "finder", None) is self:
                return

            def exec_module(module):
                vars(loader).pop("exec_module", None)  # now it is as if nobody had been here
                run(module)
                self.probe(name, module)

            exec_module.finder = self
            loader.exec_module = exec_module
        except Exception as error:
            for number, _ in self.targets[name]:
                note(number, probed=False, why="its module is loaded in a way of its own (%s)" % type(error).__name__)

    def probe(self, name, module):
        for number, target in self.targets[name]:
            probe(module, number, target)
