import { failure } from '../../failure.js';
import type { Host } from '../../host/host.js';
import { OPENSTACK_UNITS } from '../../openstack/roles.js';
import { CommandService } from '../../service/command-service.js';
import { type CommandServices, findService } from '../../service/find-service.js';
import type { Service } from '../../service/service.js';
import { SystemdService } from '../../service/systemd-service.js';

/**
 * The services that are named, by names or patterns; without names all of OpenStack's units that are loaded, and those of
 * profkit.yaml.
 * @throws Failure SERVICE_NOT_FOUND, NO_SYSTEMD
 */
export async function servicesToLookAt(
  host: Host,
  names: readonly string[],
  commands: CommandServices,
): Promise<Service[]> {
  if (names.length > 0) {
    const found = await Promise.all(
      names.map((name) => (name.includes('*') ? byPattern(host, name) : findService(host, name, commands))),
    );
    return found.flat();
  }
  const { user } = await host.hello();
  const own = Object.entries(commands).map(([name, spec]) => new CommandService(host, name, spec, user));
  return [...(await units(host, OPENSTACK_UNITS)), ...own];
}

async function byPattern(host: Host, pattern: string): Promise<Service[]> {
  const bare = pattern.replace(/\.service$/, '');
  const tried = bare.includes('@') ? [`${bare}.service`] : [`devstack@${bare}.service`, `${bare}.service`];
  for (const one of tried) {
    const found = await units(host, [one]);
    if (found.length > 0) return found;
  }
  throw failure('SERVICE_NOT_FOUND', { service: pattern, tried });
}

/** The loaded units of these patterns, in the order of their names; none where there is no systemd. */
async function units(host: Host, patterns: readonly string[]): Promise<SystemdService[]> {
  if (!(await host.stat('/run/systemd/system'))) return [];
  const list = ['systemctl', 'list-units', '--type=service', '--all', '--plain', '--no-legend', '--no-pager'];
  const r = await host.run([...list, ...patterns], { timeout: 20 });
  const rows = r.stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const names = rows.flatMap(([name = '', load]) => (name.endsWith('.service') && load !== 'not-found' ? [name] : []));
  return [...new Set(names)]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => new SystemdService(host, name));
}
