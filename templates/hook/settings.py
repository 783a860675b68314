"""profkit's hook: puts a probe around functions of this service as their modules are imported; no file of it changes.

A drop-in of the unit names this folder in PYTHONPATH, so Python imports this as `sitecustomize` when it starts. It looks
at the modules that it is to watch alone, lets the sitecustomize that is next on the path run as if this were not here,
and takes itself off the path. Whatever goes wrong in here is noted in the probe's folder, and the service goes on
without the probe. Nothing is imported before the service imports it. Python 3.6 to 3.14; an older one, which a service
may start beside itself, must be able to read it and does nothing.
"""

import os
import sys

SETTINGS = {}  # filled in by profkit: {"directory", "targets": [{"module", "name", "line", "runtime"}]}

HERE = os.path.join(SETTINGS.get("directory", ""), "hook")


def note(number, **facts):
    """Leave word of what became of a target where profkit looks for it: of the process that was last to do so."""
    try:
        import json

        facts["pid"] = os.getpid()
        path = os.path.join(SETTINGS["directory"], "captures", ".hook-%d" % number)
        draft = "%s-%d" % (path, facts["pid"])
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            os.write(handle, json.dumps(facts).encode("ascii"))
        finally:
            os.close(handle)
        os.rename(draft, path)
    except Exception:
        pass  # there is no one left to tell


def say(text):
    try:
        import logging

        logging.getLogger("profkit").warning("probe %s: %s", os.path.basename(SETTINGS["directory"]), text)
    except Exception:
        pass
