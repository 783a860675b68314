"""profkit's probe: profiles calls of one function inside a running service.

A line that profkit puts above the `def`, or its hook, runs this file in a namespace of its own and passes the function
through `wrap`. Several probes may live in one process, so nothing is registered anywhere. Python 3.6 to 3.14, standard
library only. Whatever goes wrong in here is logged once, in one line, and the call goes on as if there were no probe.

A service that starts is not to wait: most of this file is a text that is compiled at the first call.
"""

import functools
import itertools
import json
import os
import sys

SETTINGS = json.loads("{}")  # filled in by profkit

HERE = sys._getframe().f_code.co_filename
OTHERS = os.path.dirname(os.path.dirname(HERE)) + os.sep  # where the other probes of this host are
DIRECTORY = SETTINGS.get("directory") or ""
RUNTIME = SETTINGS.get("runtime") or "probe.py"  # this file's name: without it the probe is taken out
CAPTURES = os.path.join(DIRECTORY, "captures")
KEY = "_profkit"  # in sys.modules, what is measured in this process, by whichever probe
MARKER = b"# profkit:"  # ends each line that profkit put into a source


def is_of_a_probe(file):
    """Is that a file of this probe or of another of this host?"""
    return file == HERE or bool(DIRECTORY) and file.startswith(OTHERS)
