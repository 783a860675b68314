"""Runs commands in turn, so many rounds, and says the CPU seconds and the most memory of each run. Commands are JSON on standard input."""
import json
import os
import sys

job = json.load(sys.stdin)
null = os.open(os.devnull, os.O_WRONLY)
spent = {name: {"seconds": [], "bytes": []} for name in job["commands"]}
for _ in range(job["rounds"]):
    for name, command in job["commands"].items():
        actions = [(os.POSIX_SPAWN_DUP2, null, 1)]
        pid = os.posix_spawn(command[0], command, dict(os.environ), file_actions=actions)
        _, status, usage = os.wait4(pid, 0)
        if status != 0:
            sys.exit("%s ended with status %d" % (command, status))
        spent[name]["seconds"].append(usage.ru_utime + usage.ru_stime)
        spent[name]["bytes"].append(usage.ru_maxrss * 1024)
json.dump(spent, sys.stdout)
