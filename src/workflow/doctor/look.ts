import type { Host, RunOptions } from '../../host/host.js';
import { type Credentials, findCredentials } from '../../openstack/credentials.js';
import type { HostLook, ServiceFacts } from '../../openstack/doctor/facts.js';
import { novaRole } from '../../openstack/roles.js';
import { DEFAULT_PATH } from '../../service/find-interpreter.js';
import type { Service } from '../../service/service.js';
import { showUnits } from '../../service/systemd-service.js';
import type { Context } from '../context.js';
import { askPython, versionsIn } from './ask-host.js';
import { servicesToLookAt } from './find-services.js';
import { once } from './once.js';
import { readService, type SeenService, serviceFacts } from './service-facts.js';

/** Seconds that a look may take: a host that hangs must not hang this. */
const TIMEOUT = 20;

/** What the checks look at, each looked at once and when first asked for. Changes nothing on the host. */
export class Look {
  readonly host: Host;
  readonly ownServices: number;
  /** Those that are named, or all of OpenStack's. @throws Failure SERVICE_NOT_FOUND, NO_SYSTEMD */
  readonly services: () => Promise<SeenService[]>;
  /** What takes more than a command, of all services at once. */
  readonly system: () => Promise<HostLook>;
  readonly facts: () => Promise<ServiceFacts[]>;
  /** Path of the client, where there is one. */
  readonly client: () => Promise<string | undefined>;
  /** Those of run and trigger. */
  readonly credentials: () => Promise<Credentials>;
  readonly probes: () => ReturnType<Host['probes']>;

  /** @param environment where OS_* come from */
  constructor(context: Context, names: readonly string[], environment: Record<string, string | undefined>) {
    const { host } = context;
    this.host = host;
    this.ownServices = Object.keys(context.services).length;
    this.services = once(async () => {
      const services = await servicesToLookAt(context, names);
      const shown = await this.#shown(services);
      return Promise.all(services.map((s) => readService(s, shown.get(s.name))));
    });
    this.system = once(async () => {
      const services = await this.services();
      const { state } = await host.hello();
      const asked = services.map((s) => ({
        name: s.name,
        nova: novaRole(s.name) !== undefined,
        argv: s.interpreter?.command ?? [],
        main: s.mainPid,
        pids: s.processes.map((p) => p.pid),
      }));
      const request = { state, services: asked };
      return (await askPython(host, 'python3', ['oslo_config', 'doctor/look'], request)) as HostLook;
    });
    this.facts = once(async () => {
      const [services, look] = [await this.services(), await this.system()];
      const versions = await versionsIn(host, services);
      return Promise.all(
        services.map((s) =>
          serviceFacts(host, s, s.interpreter && versions.get(s.interpreter.path), look.services[s.name]),
        ),
      );
    });
    this.client = once(async () => {
      const how = await this.#asService();
      const r = await host.run(['sh', '-c', 'command -v openstack'], { ...how, timeout: TIMEOUT });
      return r.stdout.trim() || undefined;
    });
    this.credentials = once(async () =>
      findCredentials(host, environment, { ...(await this.#asService()), timeout: TIMEOUT }),
    );
    this.probes = once(() => host.probes());
  }

  /** How run and trigger call the client: as the services' user, with their PATH; and so that it writes no cache. */
  async how(): Promise<RunOptions> {
    const { env, ...how } = await this.#asService();
    const quiet = { PYTHONDONTWRITEBYTECODE: '1', XDG_CACHE_HOME: '/dev/null' };
    return { ...how, env: { ...env, ...quiet, ...(await this.credentials()).env } };
  }

  async #asService(): Promise<RunOptions> {
    const services = await this.services().catch(() => []);
    const one = services.find((s) => s.interpreter && novaRole(s.name)) ?? services.find((s) => s.interpreter);
    const { user, uid } = await this.host.hello();
    const path = one?.interpreter?.searchPath || DEFAULT_PATH;
    return { user: uid === 0 ? (one?.user ?? user) : user, env: { PATH: path } };
  }

  /** What systemd knows of units beside what a service tells. */
  async #shown(services: readonly Service[]): Promise<Map<string, Record<string, string>>> {
    const names = services.map((s) => s.name).filter((name) => name.endsWith('.service'));
    if (names.length === 0) return new Map();
    const all = await showUnits(this.host, names, ['KillMode', 'UnitFileState']);
    return new Map(names.flatMap((name, n) => (all[n] ? [[name, all[n]]] : [])));
  }
}
