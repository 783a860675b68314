"""Versioned objects: fields that coerce what is set, what has changed is known, methods are wrapped for remote use."""
import copy
import functools
import json
import logging

LOG = logging.getLogger("nova.objects")


class Integer(object):
    def coerce(self, obj, name, value):
        return int(value)


class String(object):
    def coerce(self, obj, name, value):
        if isinstance(value, (int, float)):
            value = str(value)
        if not isinstance(value, str):
            raise ValueError("%s is not a string" % name)
        return value


class Anything(object):
    def coerce(self, obj, name, value):
        return value


class Json(object):
    def coerce(self, obj, name, value):
        return json.loads(value) if isinstance(value, str) else value


def accessors(name, field):
    """A field's property: a getter and a setter in Python, as every access of a versioned object goes through them."""
    stored = "_obj_" + name

    def getter(self):
        if stored not in self.__dict__:
            self.obj_load_attr(name)
        return getattr(self, stored)

    def setter(self, value):
        coerced = field.coerce(self, name, value)
        if stored not in self.__dict__ or getattr(self, stored) != coerced:
            self.changes.add(name)
        setattr(self, stored, coerced)
    return property(getter, setter)


def registered(cls):
    for name, field in cls.fields.items():
        setattr(cls, name, accessors(name, field))
    return cls


def remotable(method):
    @functools.wraps(method)
    def wrapper(cls, context, *args, **kwargs):
        LOG.debug("calling %s", method.__name__)
        result = method(cls, context, *args, **kwargs)
        if isinstance(result, Versioned):
            result.context = context
        return result
    return classmethod(wrapper)


class Versioned(object):
    fields, context = {}, None

    def __init__(self, context=None, **values):
        self.changes, self.context = set(), context
        for name, value in values.items():
            setattr(self, name, value)

    def obj_load_attr(self, name):
        setattr(self, name, None if isinstance(self.fields[name], Anything) else self.fields[name].coerce(self, name, "0"))

    def obj_what_changed(self):
        return {name for name in self.fields if name in self.changes}

    def obj_reset_changes(self):
        self.changes.clear()

    def obj_to_primitive(self):
        return {"name": type(self).__name__, "data": {name: copy.deepcopy(getattr(self, name)) for name in self.fields}}

    @classmethod
    def from_row(cls, context, row):
        self = cls(context)
        for name in self.fields:
            setattr(self, name, getattr(row, name))
        self.obj_reset_changes()
        return self


@registered
class ComputeNode(Versioned):
    fields = dict(
        id=Integer(), uuid=String(), host=String(), vcpus=Integer(), vcpus_used=Integer(), memory_mb=Integer(),
        memory_mb_used=Integer(), local_gb=Integer(), local_gb_used=Integer(), cpu_info=Json(), stats=Json(),
        numa_topology=Json(), created_at=Anything(),
    )


@registered
class HostMapping(Versioned):
    fields = dict(id=Integer(), host=String(), cell_id=Integer())
    lookup = None

    @remotable
    def get_by_host(cls, context, host):
        return cls.from_row(context, context.mapping_of(host))
