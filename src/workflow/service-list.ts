import { type NovaRole, novaRole } from '../openstack/roles.js';
import type { Readiness } from '../service/restart.js';
import type { Service, ServiceState } from '../service/service.js';
import type { Context } from './context.js';
import { Look } from './doctor/look.js';

/** Services of Nova that report to its database. */
const BINARIES: Partial<Record<NovaRole, string>> = {
  scheduler: 'nova-scheduler',
  conductor: 'nova-conductor',
  compute: 'nova-compute',
};

/** Seconds that the client gets, and how long to wait before it is asked anew: it takes two or three. */
const TIMEOUT = 90;
const PAUSE = 2;

interface Row {
  State: string;
  /** UTC. */
  'Updated At': string | null;
}

/**
 * Ready when Nova's API says so: each row of its kind on its host reported since it was started (there are two of
 * conductors, one a cell). undefined where it is no such service, or the client does not work.
 */
export async function byServiceList(context: Context, service: Service): Promise<Readiness | undefined> {
  const { host } = context;
  const binary = BINARIES[novaRole(service.name) ?? 'console'];
  if (binary === undefined) return undefined;
  const look = new Look(context, [service.name], process.env);
  if ((await look.client()) === undefined) return undefined;
  const { services } = await look.system();
  const name = services[service.name]?.settings.host?.value ?? (await host.hello()).hostname;
  const list = ['openstack', 'compute', 'service', 'list', '--service', binary, '--host', name, '-f', 'json'];
  const how = { ...(await look.how()), timeout: TIMEOUT };
  const rows = async () => {
    const r = await host.run(list, how);
    return r.code === 0 ? (JSON.parse(r.stdout) as Row[]) : undefined;
  };
  if (!(await rows())?.length) return undefined;
  let asked = 0;
  const lacks = `${binary} on ${name} has not reported yet`;
  return {
    final: true,
    async missing(_: ServiceState, since: number) {
      if (Date.now() < asked + PAUSE * 1000) return lacks;
      const now = await rows();
      asked = Date.now();
      const reported = (row: Row) => row.State === 'up' && Date.parse(`${row['Updated At']}Z`) / 1000 > since;
      return now?.length && now.every(reported) ? undefined : lacks;
    },
    words: () => 'has reported to Nova',
  };
}
