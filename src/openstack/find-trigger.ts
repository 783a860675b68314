import { failure } from '../failure.js';
import type { Host, RunOptions } from '../host/host.js';
import type { PresetTrigger } from './presets.js';

interface Image {
  ID: string;
  Name: string;
  Status?: string;
}
interface Flavor {
  ID: string;
  Name: string;
  RAM: number;
  Disk: number;
  VCPUs: number;
}

/**
 * The command that makes a preset's target run on this cloud.
 * @param how user, environment and credentials of the client
 * @param name of the server that is made
 * @throws Failure NOTHING_TO_BOOT, TRIGGER_FAILED
 */
export async function findTrigger(
  host: Host,
  trigger: PresetTrigger,
  how: RunOptions,
  name: string,
): Promise<string[]> {
  if (trigger.kind === 'wait') return ['sleep', String(trigger.seconds)];
  if (trigger.kind === 'client') return ['openstack', ...trigger.words];
  const images = (await list<Image>(host, 'image', how)).filter((i) => (i.Status ?? 'active') === 'active');
  const flavors = await list<Flavor>(host, 'flavor', how);
  const image = images.find((i) => /cirros/i.test(i.Name)) ?? images[0];
  const flavor = smallest(flavors);
  if (image === undefined) throw failure('NOTHING_TO_BOOT', { what: 'no active image' });
  if (flavor === undefined) throw failure('NOTHING_TO_BOOT', { what: 'no flavor' });
  // a newer client asks for an automatic network, which needs one that is there
  const create = ['openstack', '--os-compute-api-version', '2.37', 'server', 'create', '--nic', 'none'];
  return [...create, '--image', image.ID, '--flavor', flavor.ID, name];
}

export function smallest<F extends Pick<Flavor, 'RAM' | 'Disk' | 'VCPUs' | 'Name'>>(
  flavors: readonly F[],
): F | undefined {
  return [...flavors].sort(
    (a, b) => a.RAM - b.RAM || a.Disk - b.Disk || a.VCPUs - b.VCPUs || a.Name.localeCompare(b.Name),
  )[0];
}

async function list<T>(host: Host, what: 'image' | 'flavor', how: RunOptions): Promise<T[]> {
  const argv = ['openstack', what, 'list', '-f', 'json'];
  const r = await host.run(argv, how);
  if (r.code !== 0) throw failure('TRIGGER_FAILED', { command: argv.join(' '), code: r.code }, r.stderr);
  return JSON.parse(r.stdout) as T[];
}
