"""A request as a scheduler serves it: ask the cells, make objects of the rows, filter, weigh, claim, log, notify."""
import copy
import io
import json
import logging
import re

import objects
import orm

LOG = logging.getLogger("nova.scheduler")
SPEC = {"instance_uuid": "11111111-2222-4333-8444-555555555555", "num_instances": 2, "project_id": "a" * 32,
        "flavor": {"vcpus": 2, "memory_mb": 4096, "root_gb": 20, "extra_specs": {"hw:cpu_policy": "shared", "trait:X": "required"}},
        "image": {"id": "b" * 32, "properties": {"hw_disk_bus": "virtio", "tags": ["one", "two", "three"]}},
        "scheduler_hints": {"group": ["c" * 32], "same_host": []}, "ignore_hosts": ["host3"]}


def log_into_memory():
    logging.raiseExceptions = False
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"))
    logging.getLogger("nova").addHandler(handler)
    logging.getLogger("nova").setLevel(logging.INFO)
    logging.getLogger("nova").propagate = False


class Context(object):
    """What belongs to one request. both(f, a, b): f(a) and f(b) side by side."""

    def __init__(self, database, both):
        self.database, self.both, self.request_id = database, both, "req-1"

    def mapping_of(self, host):
        return orm.HostMapping.from_result(self.database.ask("mapping " + host))[0]

    def nodes_of(self, cell):
        rows = orm.ComputeNode.from_result(self.database.ask("cell %d" % cell))
        return [objects.ComputeNode.from_row(self, row) for row in rows]


class HostState(object):
    def __init__(self, node):
        self.node, self.host, self.weight = node, node.host, 0.0

    @property
    def free_ram(self):
        return self.node.memory_mb - self.node.memory_mb_used

    @property
    def free_vcpus(self):
        return self.node.vcpus * 4 - self.node.vcpus_used

    def fits_numa(self, memory):
        best = None
        for cell in self.node.numa_topology["cells"]:
            free = cell["memory"] - cell["memory_usage"]
            pages = sum(page["total"] - page["used"] for page in cell["pagesizes"])
            cpus = len(set(cell["cpuset"])) - cell["cpu_usage"]
            if free >= memory and cpus > 0 and (best is None or pages > best):
                best = pages
        return best is not None


class Filter(object):
    def host_passes(self, host, spec):
        return True

    def filter_all(self, hosts, spec):
        for host in hosts:
            if self.host_passes(host, spec):
                yield host


class RamFilter(Filter):
    def host_passes(self, host, spec):
        return host.free_ram >= spec["flavor"]["memory_mb"]


class CoreFilter(Filter):
    def host_passes(self, host, spec):
        return host.free_vcpus >= spec["flavor"]["vcpus"]


class IgnoreFilter(Filter):
    def host_passes(self, host, spec):
        return host.host not in spec["ignore_hosts"]


class NumaFilter(Filter):
    def host_passes(self, host, spec):
        return host.fits_numa(spec["flavor"]["memory_mb"])


class CapabilityFilter(Filter):
    wanted = re.compile(r"feature-(1\d|2[0-5])$")

    def host_passes(self, host, spec):
        return sum(1 for each in map(self.wanted.match, host.node.cpu_info["features"]) if each) >= 10


class Scheduler(object):
    cells = {}
    filters = [IgnoreFilter(), RamFilter(), CoreFilter(), NumaFilter(), CapabilityFilter(), Filter()]

    def select_destinations(self, context, spec):
        spec = copy.deepcopy(spec)
        LOG.debug("starting to schedule for %s", spec["instance_uuid"])
        hosts = self.get_all_host_states(context)
        for filter_ in self.filters:
            hosts = list(filter_.filter_all(hosts, spec))
            LOG.info("filter %s returned %d hosts", type(filter_).__name__, len(hosts))
        chosen = []
        for _ in range(spec["num_instances"]):
            best = self.weigh(hosts)[0]
            context.database.ask("claim " + best.host)
            chosen.append(best)
        self.notify(context, chosen)
        return [host.host for host in chosen]

    def get_all_host_states(self, context):
        nodes = sum(context.both(context.nodes_of, 0, 1), [])
        for node in nodes[::4]:  # the others are in a cache
            self.cells[node.host] = objects.HostMapping.get_by_host(context, node.host).cell_id
        return [HostState(node) for node in sorted(nodes, key=lambda node: (self.cells.get(node.host, 0), node.host))]

    def weigh(self, hosts):
        rams, loads = [host.free_ram for host in hosts], [host.node.stats["io_workload"] for host in hosts]
        low, high = min(rams), max(rams)
        for host, ram, load in zip(hosts, rams, loads):
            host.weight = (ram - low) / float(high - low or 1) - load
        return sorted(hosts, key=lambda host: (-host.weight, host.host))

    def notify(self, context, chosen):
        payload = [host.node.obj_to_primitive() for host in chosen]
        text = json.dumps({"request": context.request_id, "nodes": payload}, sort_keys=True, default=str)
        LOG.info("notification of %d bytes: %s", len(text), ", ".join(host.host for host in chosen))
