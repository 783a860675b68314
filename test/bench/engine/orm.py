"""What an ORM makes of a result: instances whose every attribute is a call, sessions, lazy columns."""
import datetime


class Column(object):
    def __init__(self, convert=None):
        self.convert = convert

    def __set_name__(self, owner, name):
        self.name = name
        owner.columns = getattr(owner, "columns", ()) + (self,)

    def __get__(self, row, owner=None):
        if row is None:
            return self
        values = row.__dict__
        if self.name in values:
            return values[self.name]
        return self.load(row, values)

    def __set__(self, row, value):
        row.__dict__[self.name] = value

    def load(self, row, values):
        """A column is converted when it is asked for."""
        value = row.raw[self.name]
        if self.convert is not None and value is not None:
            value = self.convert(value)
        values[self.name] = value
        return value


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")


class Row(object):
    def __init__(self, raw):
        self.raw = raw

    @classmethod
    def from_result(cls, result):
        return [cls(raw) for raw in result]


class ComputeNode(Row):
    id = Column(int)
    uuid = Column()
    host = Column()
    vcpus = Column(int)
    vcpus_used = Column(int)
    memory_mb = Column(int)
    memory_mb_used = Column(int)
    local_gb = Column(int)
    local_gb_used = Column(int)
    cpu_info = Column()
    stats = Column()
    numa_topology = Column()
    created_at = Column(moment)


class HostMapping(Row):
    id = Column(int)
    host = Column()
    cell_id = Column(int)
