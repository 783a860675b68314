import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { CommandService, type CommandServiceSpec } from './command-service.js';
import { needSystemd, pythonServices } from './python-services.js';
import type { Service } from './service.js';
import { SystemdService, showUnits } from './systemd-service.js';

export type CommandServices = Record<string, CommandServiceSpec>;

/** What a short name may stand for: `n-sch` is devstack's unit, else a unit of that name. */
export function unitNames(name: string): string[] {
  if (/\.(service|scope|target)$/.test(name)) return [name];
  return name.includes('@') ? [`${name}.service`] : [`devstack@${name}.service`, `${name}.service`];
}

/**
 * The unit of that name; undefined where there is none.
 * @throws Failure NO_SYSTEMD; SERVICE_MASKED, SERVICE_UNIT: it is there, and systemd would not start it
 */
export async function findUnit(host: Host, name: string): Promise<Service | undefined> {
  const tried = unitNames(name);
  await needSystemd(host, name);
  const load = (await showUnits(host, tried)).map((u) => u.LoadState ?? 'not-found');
  const at = load.indexOf('loaded');
  if (at >= 0) return new SystemdService(host, tried[at]!);
  const bad = load.findIndex((l) => l !== 'not-found');
  if (bad < 0) return undefined;
  throw load[bad] === 'masked'
    ? failure('SERVICE_MASKED', { service: tried[bad]! })
    : failure('SERVICE_UNIT', { service: tried[bad]!, load: load[bad]! });
}

/**
 * The service of that name: one of profkit.yaml's, else a unit.
 * @throws Failure SERVICE_NOT_FOUND, SERVICE_MASKED, SERVICE_UNIT, NO_SYSTEMD
 */
export async function findService(host: Host, name: string, commands: CommandServices = {}): Promise<Service> {
  const spec = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (spec) return new CommandService(host, name, spec, (await host.hello()).user);
  const unit = await findUnit(host, name);
  if (unit === undefined) throw failure('SERVICE_NOT_FOUND', { service: name, tried: unitNames(name) });
  return unit;
}

/**
 * The services whose processes have loaded a module: those that hold its file's name in their memory, which is exact
 * where a guess by name is not. Needs root, as reading another user's process does.
 * @throws Failure NO_SERVICE_LOADS
 */
export async function servicesThatLoad(host: Host, module: string, file: string): Promise<Service[]> {
  const running = await pythonServices(host);
  const found: Service[] = [];
  for (const service of running) {
    const pids = (await service.look()).processes.map((p) => p.pid);
    if ((await host.loaded(pids, file)).length > 0) found.push(service);
  }
  if (found.length === 0) throw failure('NO_SERVICE_LOADS', { module, looked: running.length });
  return found;
}
