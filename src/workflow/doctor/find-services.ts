import { OPENSTACK_UNITS } from '../../openstack/roles.js';
import { CommandService } from '../../service/command-service.js';
import type { Service } from '../../service/service.js';
import { listUnits } from '../../service/systemctl.js';
import { SystemdService } from '../../service/systemd-service.js';
import type { Context } from '../context.js';
import { selectServices } from '../select-services.js';

/**
 * The services that are named; without names all of OpenStack's units that are loaded, and those of profkit.yaml.
 * @throws Failure SERVICE_NOT_FOUND, NO_SYSTEMD
 */
export async function servicesToLookAt(context: Context, names: readonly string[]): Promise<Service[]> {
  if (names.length > 0) return selectServices(context, names, { all: true });
  const { host, services } = context;
  const { user } = await host.hello();
  const own = Object.entries(services).map(([name, spec]) => new CommandService(host, name, spec, user));
  const units = await listUnits(host, OPENSTACK_UNITS);
  return [...units.map((u) => new SystemdService(host, u.name)), ...own];
}
