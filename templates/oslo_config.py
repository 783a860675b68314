"""Configuration as oslo.config reads it: a part of programs that look into services. Python 3.6 to 3.14."""
import glob
import os


def options(path):
    """{(section, key): value} of a file: of several the last."""
    found, section, key = {}, None, None
    with open(path, "rb") as lines:
        for line in lines.read().decode("utf-8", "surrogateescape").splitlines():
            if not line.strip():
                key = None
            elif line[0] in " \t" and key:
                found[section, key] += "\n" + line.strip()
            elif line[0] in "#;":
                continue
            elif line.startswith("["):
                section, key = line[1:].partition("]")[0], None
            elif "=" in line or ":" in line:
                at = min(line.find(sign) for sign in "=:" if sign in line)
                key = line[:at].strip()
                found[section, key] = unquoted(line[at + 1 :].strip())
    return found


def unquoted(value):
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def config_files(argv):
    """Those that a command names, in their order; else where oslo.config looks by itself."""
    found, words = [], list(argv)
    while words:
        name, given, value = words.pop(0).partition("=")
        if name in ("--config-file", "--config-dir"):
            value = value if given else words.pop(0) if words else ""
            found += [value] if name == "--config-file" else sorted(glob.glob(os.path.join(value, "*.conf")))
    return [os.path.expanduser(path) for path in found] or default_files()


def default_files():
    folders = [os.path.expanduser("~/.nova"), os.path.expanduser("~"), "/etc/nova", "/etc", "/usr/share/nova"]
    found = []
    for program in ("nova", "nova-compute"):
        there = [os.path.join(folder, program + ".conf") for folder in folders]
        found += [path for path in there if os.path.isfile(path)][:1]
    for program in ("nova", "nova-compute"):
        there = [os.path.join(folder, program + ".conf.d") for folder in folders]
        found += [path for folder in there if os.path.isdir(folder) for path in sorted(glob.glob(folder + "/*.conf"))]
    return found
