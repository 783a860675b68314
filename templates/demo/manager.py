"""The demo's scheduler: a method shaped like Nova's, with the flaw that the guide is about. For profkit's own demo."""
import sqlite3
import time

from host_mapping import HostMapping


class HostState(object):
    def __init__(self, mapping, ram):
        self.host, self.cell, self.ram = mapping.host, mapping.cell, ram
        self.weight = 0.0


class SchedulerManager(object):
    def __init__(self, path):
        self.path = path
        self.mappings = {}

    def select_destinations(self, instance_uuids, provider_summaries):
        """Choose a host for each instance."""
        states = self._get_all_host_states(provider_summaries)
        chosen = []
        for uuid in instance_uuids:
            best = self._weigh(states)[0]
            self._claim_resources(uuid, best)
            chosen.append(best.host)
        return chosen

    def _get_all_host_states(self, provider_summaries):
        db = sqlite3.connect(self.path)
        try:
            return [HostState(self._mapping(db, host), ram) for host, ram in provider_summaries.items()]
        finally:
            db.close()

    def _mapping(self, db, host):
        if host not in self.mappings:  # asked once a host, not once for all of them
            self.mappings[host] = HostMapping.get_by_host(db, host)
        return self.mappings[host]

    def _weigh(self, states):
        for state in states:
            state.weight = sum((state.ram * k) % 7 for k in range(200)) / 1000.0
        return sorted(states, key=lambda state: -state.weight)

    def _claim_resources(self, uuid, state):
        time.sleep(0.02)  # as long as placement might take to answer
