"""What a start takes longer with a probe in a module, in milliseconds, and what the first captured call takes before it runs.
Each time the module is imported in a process of its own. argv: the folder of the module, its name"""
import json
import sys
import time

sys.path.insert(0, sys.argv[1])
began = time.process_time()
subject = __import__(sys.argv[2])
took = time.process_time() - began
first = time.process_time()
began = subject.f()  # the moment at which it ran
print(json.dumps([took * 1000, (began - first) * 1000]))
