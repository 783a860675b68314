import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import type { ServiceFacts } from '../openstack/doctor/facts.js';
import { lacksIdentity } from '../openstack/doctor/fake-computes.js';
import { novaRole } from '../openstack/roles.js';
import type { Service } from '../service/service.js';
import type { Context } from './context.js';
import { Look } from './doctor/look.js';

/** Seconds that the client gets. */
const TIMEOUT = 60;

interface Hypervisor {
  ID: string;
  'Hypervisor Hostname': string;
}

/**
 * Sees to it that compute services would survive a restart: from Nova 27 on one that finds no compute_id refuses to start
 * for ever. With `fixComputes` that file is written, with the id that Nova's database has of it.
 * @throws Failure COMPUTE_ID, COMPUTE_ID_UNKNOWN: nothing was stopped
 */
export async function needComputeIds(
  context: Context,
  services: readonly Service[],
  { fixComputes }: { fixComputes: boolean },
): Promise<void> {
  const computes = services.filter((s) => novaRole(s.name) === 'compute').map((s) => s.name);
  if (computes.length === 0) return;
  const look = new Look(context, computes, process.env);
  const trapped = (await look.facts()).filter(lacksIdentity);
  if (trapped.length === 0) return;
  if (!fixComputes) throw failure('COMPUTE_ID', { services: trapped.map((s) => s.short) });
  await context.progress.step(
    'Give computes their compute_id',
    () => writeIds(context, look, trapped),
    (files) => files.join(', '),
  );
}

async function writeIds({ host }: Context, look: Look, trapped: readonly ServiceFacts[]): Promise<string[]> {
  const list = ['openstack', '--os-compute-api-version', '2.53', 'hypervisor', 'list', '-f', 'json'];
  const r = await host.run(list, { ...(await look.how()), timeout: TIMEOUT });
  if (r.code !== 0) throw failure('TRIGGER_FAILED', { command: list.join(' '), code: r.code }, r.stderr);
  const hypervisors = JSON.parse(r.stdout) as Hypervisor[];
  const { hostname } = await host.hello();
  const seen = await look.services();
  const plan = trapped.map((s) => {
    const name = s.look?.settings.host?.value ?? hostname;
    const id = hypervisors.find((h) => h['Hypervisor Hostname'] === name)?.ID;
    if (id === undefined) throw failure('COMPUTE_ID_UNKNOWN', { service: s.short, host: name });
    const folder = s.look?.settings.state_path?.value ?? '/var/lib/nova';
    return { id, file: `${folder}/compute_id`, user: seen.find((one) => one.name === s.name)!.user };
  });
  for (const { id, file, user } of plan) await write(host, file, id, user);
  return plan.map((p) => p.file);
}

/** As Nova would: by its user, for all to read. It comes whole, and never over one that is there. */
const WRITE = 'umask 022; printf %s "$1" >"$2.new" && sync "$2.new" && ln "$2.new" "$2"; r=$?; rm -f "$2.new"; exit $r';

async function write(host: Host, file: string, id: string, user: string): Promise<void> {
  const r = await host.run(['sh', '-c', WRITE, 'sh', id, file], { user, timeout: TIMEOUT });
  if (r.code !== 0) throw failure('HOST_ERROR', { host: host.name, message: `${file}: ${r.stderr.trim()}` });
}
