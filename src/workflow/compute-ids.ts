import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { type IdentityTrap, identityTrap, KEPT_IDENTITY } from '../openstack/compute-identity.js';
import type { ServiceFacts } from '../openstack/doctor/facts.js';
import { novaRole } from '../openstack/roles.js';
import type { Service } from '../service/service.js';
import type { Context } from './context.js';
import { Look } from './doctor/look.js';

/** Seconds that a command gets. */
const TIMEOUT = 60;

type Trapped = IdentityTrap & { service: ServiceFacts };

interface Hypervisor {
  ID: string;
  'Hypervisor Hostname': string;
}

/**
 * Sees to it that compute services would survive a restart: from Nova 27 on one that does not find its own id refuses to
 * start for ever. With `fixComputes` that is mended, and stays so.
 * @throws Failure COMPUTE_ID, COMPUTE_ID_UNKNOWN: nothing was changed
 */
export async function needComputeIds(
  context: Context,
  services: readonly Service[],
  { fixComputes }: { fixComputes: boolean },
): Promise<void> {
  const { host, progress } = context;
  const computes = services.filter((s) => novaRole(s.name) === 'compute').map((s) => s.name);
  if (computes.length === 0) return;
  const look = new Look(context, computes, process.env);
  const trapped = (await look.facts()).flatMap((service): Trapped[] => {
    const trap = identityTrap(service);
    return trap ? [{ ...trap, service }] : [];
  });
  if (trapped.length === 0) return;
  const drivers = [...new Set(trapped.flatMap((t) => t.driver ?? []))];
  const unwritten = trapped.filter((t) => t.unwritten);
  if (!fixComputes) {
    const names = trapped.map((t) => t.service.short);
    throw failure('COMPUTE_ID', { services: names, unwritten: unwritten.length > 0, drivers });
  }
  await progress.step(
    'Let computes know who they are',
    async () => {
      const ids = unwritten.length > 0 ? await idsOf(host, look, unwritten) : [];
      for (const { id, file, user } of ids) await must(host, file, ['sh', '-c', WRITE, 'sh', id, file], user);
      for (const file of drivers) await must(host, file, ['sed', '-i', '--follow-symlinks', SET_DRIVER, file]);
      return [...ids.map((one) => one.file), ...drivers];
    },
    (files) => `changed for good: ${files.join(', ')}`,
  );
}

/** What is to be written where, and by whom; all is known before the first is. */
async function idsOf(host: Host, look: Look, unwritten: readonly Trapped[]) {
  const list = ['openstack', '--os-compute-api-version', '2.53', 'hypervisor', 'list', '-f', 'json'];
  const r = await host.run(list, { ...(await look.how()), timeout: TIMEOUT });
  if (r.code !== 0) throw failure('TRIGGER_FAILED', { command: list.join(' '), code: r.code }, r.stderr);
  const hypervisors = JSON.parse(r.stdout) as Hypervisor[];
  const { hostname } = await host.hello();
  const seen = await look.services();
  return unwritten.map(({ service }) => {
    const { settings } = service.look!;
    const name = settings.host?.value ?? hostname;
    const id = hypervisors.find((h) => h['Hypervisor Hostname'] === name)?.ID;
    if (id === undefined) throw failure('COMPUTE_ID_UNKNOWN', { service: service.short, host: name });
    const file = `${settings.state_path?.value ?? '/var/lib/nova'}/compute_id`;
    return { id, file, user: seen.find((one) => one.name === service.name)!.user };
  });
}

/** As Nova would: by its user, for all to read. It comes whole, and never over one that is there. */
const WRITE = 'umask 022; printf %s "$1" >"$2.new" && sync "$2.new" && ln "$2.new" "$2"; r=$?; rm -f "$2.new"; exit $r';

/** sed puts a new file in the place of the old one, with its owner and mode. */
const SET_DRIVER = `s/^\\(compute_driver *[=:] *\\)\\(nova\\.virt\\.\\)\\{0,1\\}fake\\.FakeDriver *$/\\1${KEPT_IDENTITY}/`;

async function must(host: Host, file: string, argv: readonly string[], user?: string): Promise<void> {
  const r = await host.run(argv, { timeout: TIMEOUT, ...(user ? { user } : {}) });
  if (r.code !== 0) throw failure('HOST_ERROR', { host: host.name, message: `${file}: ${r.stderr.trim()}` });
}
