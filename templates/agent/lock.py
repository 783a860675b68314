"""What writes the journal. One lock is for all that changes a host."""
import fcntl
import shutil

changing = threading.Lock()
PATIENCE = 10  # seconds to wait for the lock


class Locked(object):
    """Two profkits do not meet: one lock for all that changes a host. In it stands who has it."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        end = time.time() + PATIENCE
        while True:
            self.fd = self.open()
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # the one who had it may have taken the file away: then this lock is nobody else's
                if os.fstat(self.fd).st_ino == os.stat(self.path()).st_ino:
                    break
            except OSError as e:
                if e.errno not in (errno.EAGAIN, errno.EACCES, errno.ENOENT):
                    os.close(self.fd)
                    raise
                if time.time() > end:
                    holder = self.holder()
                    os.close(self.fd)
                    raise Refusal("locked", "another profkit is changing this host", **holder)
                time.sleep(0.1)
            os.close(self.fd)
        try:
            self.folders()  # the last probe's may have gone between our look at them and our lock
            self.sign()
            self.sweep()
        except BaseException:
            os.close(self.fd)
            raise

    def path(self):
        return os.path.join(STATE["folder"], "lock")

    def folders(self):
        for folder in (STATE["folder"], probes_folder()):
            if not os.path.isdir(folder):
                os.makedirs(folder, exist_ok=True)
                os.chmod(folder, 0o755)  # whatever the umask: the service must come in

    def open(self):
        end = time.time() + PATIENCE
        while True:
            try:
                self.folders()
                return os.open(self.path(), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            except FileNotFoundError:
                if time.time() > end:  # else a folder went with the last probe, in this moment
                    raise

    def sign(self):
        holder = {"by": os.environ.get("SUDO_USER") or user_name(os.getuid()), "pid": os.getpid(), "since": time.time(), "does": self.what}
        try:
            os.ftruncate(self.fd, 0)
            os.write(self.fd, json.dumps(holder).encode("ascii"))
        except OSError:
            pass  # a full disk: it is a lock all the same

    def holder(self):
        try:
            holder = json.loads(os.pread(self.fd, 4096, 0).decode("ascii"))
            return {k: holder.get(k) for k in ("by", "pid", "since", "does")} if isinstance(holder, dict) else {}
        except (OSError, ValueError):
            return {}

    def sweep(self):
        for name in os.listdir(probes_folder()):
            if name.startswith("new-"):  # of one that was killed: while the lock is held nobody makes another
                shutil.rmtree(os.path.join(probes_folder(), name), ignore_errors=True)

    def __exit__(self, kind, error, trace):
        if isinstance(error, Refusal):
            error.facts["kept"] = kept_now()
        try:
            self.sweep()
            # nothing is left on the host when the last probe is gone
            os.rmdir(probes_folder())
            os.unlink(self.path())
            os.rmdir(STATE["folder"])
        except OSError:
            pass
        finally:
            os.close(self.fd)


def write_journal(journal, folder=None):
    secret = any(record.get("secret") for record in journal["files"])
    write_atomic(os.path.join(folder or home(journal["probe"]), "journal.json"),
                 json.dumps(journal, indent=1, sort_keys=True).encode("ascii") + b"\n", mode=0o600 if secret else 0o644)


def op_forget(request):
    """Take away what is left of a reverted probe: journal, originals, captures."""
    with changing, Locked("forget"):
        if journal_of(request["probe"])["state"] != "reverted":
            raise Refusal("not-reverted", "probe %s is still in place" % request["probe"])
        gone = os.path.join(probes_folder(), "new-" + request["probe"])
        os.rename(home(request["probe"]), gone)  # at once; what is left of it when this is cut off is swept
        shutil.rmtree(gone)


def op_sweep(request):
    """Take away what one that was killed left before it was a probe."""
    if os.path.isdir(STATE["folder"]):
        with changing, Locked("sweep"):
            pass
