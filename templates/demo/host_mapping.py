"""The demo's data base layer: which cell a host is in, one question to sqlite a time, as Nova's HostMapping asks."""
import sqlite3

COUNT = 25


def make(path):
    db = sqlite3.connect(path)
    db.execute("create table host_mappings (id integer primary key, host text, cell text)")
    db.execute("create table history (id integer primary key, host text, note text)")
    for n in range(COUNT):
        db.execute("insert into host_mappings (host, cell) values (?, ?)", ("host%d" % n, "cell%d" % (n % 2)))
        db.executemany("insert into history (host, note) values (?, ?)", [("host%d" % n, "note %d" % k) for k in range(400)])
    db.commit()
    db.close()


class HostMapping(object):
    def __init__(self, host, cell, notes):
        self.host, self.cell, self.notes = host, cell, notes

    @classmethod
    def get_by_host(cls, db, host):
        cell = db.execute("select cell from host_mappings where host = ?", (host,)).fetchone()[0]
        notes = db.execute("select count(*) from history where host = ? and note like '%7%'", (host,)).fetchone()[0]
        return cls(host, cell, notes)
