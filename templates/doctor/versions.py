"""Which Python this is, and the versions of what is installed in it. Asked of a service's own interpreter, as its user.

It comes on standard input, after a line that sets REQUEST (JSON): {"path": folders of modules, "names"}. Nothing that is
asked about is imported. Python 3.6 to 3.14; one JSON document on standard output.
"""
import json
import sys


def version_of(name):
    try:
        from importlib import metadata
    except ImportError:  # before 3.8
        try:
            import pkg_resources
            return pkg_resources.get_distribution(name).version
        except Exception:
            return None
    try:
        return metadata.version(name)
    except Exception:  # not there, or broken
        return None


REQUEST = json.loads(REQUEST)
sys.path[:0] = REQUEST["path"]
print(json.dumps({"python": "%d.%d.%d" % sys.version_info[:3], "kind": sys.implementation.name,
                  "versions": {name: version_of(name) for name in REQUEST["names"]}}))
