import { targetsOf } from '../../host/host.js';
import { judgeDropIns, judgeProbes, type ProbeLook } from '../../openstack/doctor/leftovers.js';
import type { Check } from './check.js';
import type { Look } from './look.js';

export const PROFKIT_CHECKS: readonly Check[] = [
  {
    id: 'probes',
    topic: 'profkit',
    title: 'probes',
    run: async (look) => {
      const { hidden, now } = await look.host.hello();
      return judgeProbes(await probes(look), await look.host.unreadable(), hidden, now);
    },
  },
  {
    id: 'drop-ins',
    topic: 'profkit',
    title: 'drop-ins',
    run: async (look) => judgeDropIns((await look.system()).dropIns, await probes(look)),
  },
];

const probes = async (look: Look): Promise<ProbeLook[]> =>
  (await look.probes()).map((p) => ({
    probe: p.probe,
    state: p.state,
    target: p.kind === 'compute-db' ? "nova-compute's database" : targetsOf(p),
    files: p.files.map((f) => f.path),
    until: p.until,
  }));
