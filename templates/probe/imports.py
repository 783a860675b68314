import collections
import marshal
import operator
import time
import types
import weakref
from _lsprof import Profiler
