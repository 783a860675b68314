"""profkit's probe: profiles calls of one function inside a running service.

A line that profkit puts above the `def` runs this file in a namespace of its own and passes the function through
`wrap`. Several probes may live in one process, so nothing is registered anywhere. Python 3.6 to 3.14, standard
library only. Whatever goes wrong in here is logged once, in one line, and the call goes on as if there were no probe.
"""

import collections
import functools
import itertools
import json
import marshal
import operator
import os
import sys
import time
import types
import weakref
from _lsprof import Profiler

SETTINGS = json.loads("{}")  # filled in by profkit

HERE = sys._getframe().f_code.co_filename
OTHERS = os.path.dirname(os.path.dirname(HERE)) + os.sep  # where the other probes of this host are
DIRECTORY = SETTINGS.get("directory") or ""
CAPTURES = os.path.join(DIRECTORY, "captures")
MARKER = b"# profkit:"  # ends each line that profkit put into a source


def is_of_a_probe(file):
    """Is that a file of this probe or of another of this host?"""
    return file == HERE or bool(DIRECTORY) and file.startswith(OTHERS)
