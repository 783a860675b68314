"""What doctor wants to know of a host that takes more than a command: only read, never written.

It comes on standard input, after a line that sets REQUEST (JSON) and oslo_config.py; one JSON document on standard output. Of
configuration and environments only what is named here leaves the host: nothing that could be a secret. Python 3.6 to 3.14.

  {"state", "services": [{"name", "nova", "argv", "main", "pids"}]}
"""
import json

SETTINGS = ("concurrency_backend", "state_path", "compute_driver", "host")
VARIABLES = ("OS_NOVA_DISABLE_EVENTLET_PATCHING", "PYTHON_DISABLE_REMOTE_DEBUG")


def text(path):
    try:
        with open(path, "rb") as f:
            return f.read().decode("utf-8", "replace")
    except (IOError, OSError):
        return ""


def fields(path, separator):
    """{key: value} of lines `key SEPARATOR value`."""
    pairs = [line.split(separator, 1) for line in text(path).splitlines() if separator in line]
    return {key.strip(): value.strip().strip("\"'") for key, value in pairs}


def memory():
    known = fields("/proc/meminfo", ":")
    total, available = (int(known.get(key, "0").split()[0]) * 1024 for key in ("MemTotal", "MemAvailable"))
    return {"total": total, "available": available}


def disk(path):
    """Of the folder, or of the one that it would be made in."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    s = os.statvfs(path)
    return {"path": path, "free": s.f_bavail * s.f_frsize, "inodes": s.f_favail if s.f_files else None,
            "readonly": bool(s.f_flag & os.ST_RDONLY)}


def process(pid):
    threads = fields("/proc/%d/status" % pid, ":").get("Threads", "0")
    # the title that workers of native threads give themselves
    return {"pid": pid, "threads": int(threads), "wrapped": "ServiceWrapper worker(" in text("/proc/%d/cmdline" % pid)}


def variables(pid):
    pairs = [v.partition("=") for v in text("/proc/%d/environ" % pid).split("\0")]
    return {name: value[:40] for name, _, value in pairs if name in VARIABLES}


def configuration(argv):
    """The settings, the files they are from, and those that could not be read."""
    settings, files, unread = {}, config_files(argv), []
    for path in files:
        try:
            known = options(path)
        except (IOError, OSError):
            unread.append(path)
            continue
        for name in SETTINGS:
            if ("DEFAULT", name) in known:
                settings[name] = {"value": known["DEFAULT", name][:200], "file": path}
    return settings, files, unread


def service(asked):
    settings, files, unread = configuration(asked["argv"]) if asked["nova"] else ({}, [], [])
    folders = [os.path.dirname(path) for path in files] + [settings.get("state_path", {}).get("value", "/var/lib/nova")]
    identity = [path for path in (os.path.join(folder, "compute_id") for folder in folders) if os.path.exists(path)]
    return {"processes": [process(pid) for pid in asked["pids"]], "variables": variables(asked["main"]) if asked["main"] else {},
            "settings": settings, "unread": unread, "identity": (identity + [None])[0]}


def look(request):
    release, kernel = fields("/etc/os-release", "="), os.uname()
    dropins = ["%s/systemd/system/*.d/profkit-*.conf" % folder for folder in ("/run", "/etc")]
    return {
        "system": release.get("PRETTY_NAME", kernel.sysname), "kernel": "%s %s" % (kernel.sysname, kernel.release),
        "machine": kernel.machine, "linux": kernel.sysname == "Linux", "memory": memory(), "disk": disk(request["state"]),
        "ptrace": int(text("/proc/sys/kernel/yama/ptrace_scope").strip() or 0),
        "devstack": os.path.isdir("/opt/stack"),
        "dropIns": sorted(path for pattern in dropins for path in glob.glob(pattern)),
        "services": {one["name"]: service(one) for one in request["services"]},
    }


print(json.dumps(look(json.loads(REQUEST))))
