"""systemd, as far as a probe needs it: units read anew, the timer of --auto-revert, services that are started again."""
import subprocess


def systemd_runs():
    return os.path.isdir("/run/systemd/system")  # sd_booted(3) asks the same


def command(*argv):
    """Run it; (what it said, whether it went well)."""
    try:
        r = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=90)
    except (OSError, subprocess.TimeoutExpired) as e:
        return str(e), False
    said = r.stdout.decode("utf-8", "replace").strip()
    return said or "%s ended with status %d" % (argv[0], r.returncode), r.returncode == 0


def reload_units():
    said, well = command("systemctl", "daemon-reload")
    if not well:
        raise Refusal("systemd", "systemd could not read its units anew: %s" % said.splitlines()[-1])


def need_timer():
    if not systemd_runs() or os.geteuid() != 0:
        raise Refusal("no-timer", "systemd does not run here" if not systemd_runs() else "%s may not start one" % user_name(os.geteuid()))


def start_timer(journal):
    """A transient timer that runs the `revert` script when the probe's time is over."""
    said, well = command(
        "systemd-run", "--quiet", "--collect", "--unit=" + journal["autoRevert"], "--description=profkit: take out probe " + journal["probe"],
        "--on-active=%d" % max(1, journal["until"] - time.time()), "--timer-property=AccuracySec=1s",
        os.path.join(home(journal["probe"]), "revert"))
    if not well:
        raise Refusal("no-timer", said.splitlines()[-1])


def stop_timer(journal):
    """Not the service that it starts: that may be who is doing this."""
    if journal.get("autoRevert") and systemd_runs():
        command("systemctl", "stop", journal["autoRevert"] + ".timer")


def unit_of(service):
    """(unit, what it is) of a service's name, as src/service/find-service.ts reads it; (None, None): no unit of systemd's."""
    if not systemd_runs():
        return None, None
    short = not re.search(r"\.(service|scope|target)\Z", service)
    for unit in ([] if "@" in service or not short else ["devstack@%s.service" % service]) + [service + (".service" if short else "")]:
        said, well = command("systemctl", "show", "--property=LoadState,ActiveState,ControlGroup", "--", unit)
        facts = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        if well and facts.get("LoadState") == "loaded":
            return unit, facts
    return None, None
