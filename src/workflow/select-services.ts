import { failure } from '../failure.js';
import { OPENSTACK_UNITS, shortName, unitsOfProject } from '../openstack/roles.js';
import { CommandService } from '../service/command-service.js';
import { findService, findUnit, unitNames } from '../service/find-service.js';
import type { Service } from '../service/service.js';
import { type ListedUnit, listUnits } from '../service/systemctl.js';
import { SystemdService } from '../service/systemd-service.js';
import type { Context } from './context.js';

type Where = Pick<Context, 'host' | 'services' | 'progress'>;

/**
 * The services that are named, each once: by names, by patterns (`n-cpu-*`), by a project (`nova`: all of its units here).
 * What a pattern or a project brings in but does not run is left out, with a note; with `all` it is among them.
 * @throws Failure SERVICE_NOT_FOUND, SERVICE_MASKED, SERVICE_UNIT, SERVICES_INACTIVE, NO_SYSTEMD
 */
export async function selectServices(
  context: Where,
  names: readonly string[],
  { all = false }: { all?: boolean } = {},
): Promise<Service[]> {
  const found = new Map<string, Service>();
  for (const name of names) for (const service of await meantBy(context, name, all)) found.set(service.name, service);
  return [...found.values()];
}

async function meantBy(context: Where, name: string, all: boolean): Promise<Service[]> {
  const { host, services: commands } = context;
  const these = (units: readonly ListedUnit[]) =>
    (all ? units : running(context, name, units)).map((u) => new SystemdService(host, u.name));
  if (Object.hasOwn(commands, name)) return [await findService(host, name, commands)];
  if (isPattern(name)) {
    const own = await ownServices(context, name);
    const units = await matching(context, name);
    if (own.length + units.length === 0) throw await nothing(context, name, unitNames(name));
    return [...own, ...(units.length > 0 ? these(units) : [])];
  }
  const unit = await findUnit(host, name);
  if (unit) return [unit];
  const patterns = unitsOfProject(name) ?? [];
  const units = patterns.length > 0 ? await listUnits(host, patterns) : [];
  if (units.length === 0) throw await nothing(context, name, patterns.length > 0 ? patterns : unitNames(name));
  return these(units);
}

/** As systemd's patterns are: `*`, `?`, `[…]`. */
const isPattern = (name: string): boolean => /[*?[]/.test(name);

/** devstack's units first, as with names. */
async function matching({ host }: Pick<Where, 'host'>, pattern: string): Promise<ListedUnit[]> {
  for (const one of unitNames(pattern)) {
    const units = await listUnits(host, [one]);
    if (units.length > 0) return units;
  }
  return [];
}

/** Those of profkit.yaml that a pattern matches. */
async function ownServices({ host, services }: Where, pattern: string): Promise<Service[]> {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const names = Object.keys(services).filter((name) => new RegExp(`^${source}$`).test(name));
  const { user } = await host.hello();
  return names.map((name) => new CommandService(host, name, services[name]!, user));
}

function running({ progress }: Where, name: string, units: readonly ListedUnit[]): ListedUnit[] {
  const able = units.filter((u) => u.load === 'loaded' && u.state !== 'inactive' && u.state !== 'failed');
  const left = units.filter((u) => !able.includes(u));
  const states = left.map((u) => `${shortName(u.name)} is ${u.load === 'loaded' ? u.state : u.load}`);
  if (able.length === 0) throw failure('SERVICES_INACTIVE', { service: name, states });
  if (left.length > 0) progress.note(`of ${name} left as they are: ${states.join(', ')}`);
  return able;
}

async function nothing({ host, services }: Where, name: string, tried: readonly string[]): Promise<Error> {
  const units = await listUnits(host, OPENSTACK_UNITS);
  const there = [...Object.keys(services), ...units.map((u) => shortName(u.name))];
  return failure('SERVICE_NOT_FOUND', { service: name, tried, there });
}
