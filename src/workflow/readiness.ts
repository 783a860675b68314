import { READY_GREP, readyLineOf, thatSaid, workersOf } from '../openstack/ready-lines.js';
import type { Readiness } from '../service/restart.js';
import type { Service, ServiceState } from '../service/service.js';
import { SystemdService } from '../service/systemd-service.js';
import { grepJournal, UnitJournal } from '../service/unit-journal.js';
import type { Context } from './context.js';
import { byServiceList } from './service-list.js';

/**
 * How it will be known that a service takes work; undefined where nothing tells. Looked up before it is stopped, and by
 * what is there: a line is waited for only where the journal has it of the start before. That is the quickest, too; the
 * API's list of services, which each reports to every ten seconds, is asked where the journal does not tell.
 */
export async function readinessOf(context: Context, service: Service): Promise<Readiness | undefined> {
  if (!(service instanceof SystemdService)) return undefined;
  const { host } = context;
  const now = await service.look();
  const main = now.processes.find((p) => p.pid === now.mainPid);
  const line = readyLineOf(await grepJournal(host, service.name, READY_GREP, main?.started));
  if (line === undefined) return byServiceList(context, service);
  const said = new Set<number>();
  let journal: UnitJournal | undefined;
  let workers: number[] = [];
  return {
    final: line.final,
    async missing(state: ServiceState, since: number) {
      journal ??= new UnitJournal(host, service.name, since);
      for (const pid of thatSaid(line, await journal.news())) said.add(pid);
      const before = workers.join();
      workers = workersOf(state.processes, state.mainPid, since);
      const ready = workers.filter((pid) => said.has(pid)).length;
      if (said.has(state.mainPid)) return undefined; // it works itself, or has loaded what its workers share
      // the first may be ready before the last is there: so the same ones twice
      if (workers.length > 0 && ready === workers.length && before === workers.join()) return undefined;
      return `${ready} of ${workers.length} ${workers.length === 1 ? 'worker takes' : 'workers take'} work`;
    },
    words: () => (workers.length === 1 ? 'takes work' : `${workers.length} workers take work`),
  };
}
