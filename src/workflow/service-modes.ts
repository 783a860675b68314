import type { Host } from '../host/host.js';
import { type ConcurrencyFacts, configuredMode, type KnownMode, runningMode } from '../openstack/concurrency.js';
import type { HostLook } from '../openstack/doctor/facts.js';
import { novaRole } from '../openstack/roles.js';
import type { Interpreter, Service } from '../service/service.js';
import { askPython, versionsIn } from './doctor/ask-host.js';
import { readService, serviceFacts } from './doctor/service-facts.js';

/** How a service of Nova does several things at once. */
export interface ServiceMode {
  service: string;
  /** As it runs; undefined: it does not, or that cannot be seen. */
  runs: KnownMode | undefined;
  /** As it would start; undefined: its configuration cannot be read, or its release is not known. */
  starts: KnownMode | undefined;
  facts: ConcurrencyFacts;
}

/**
 * Of those that are Nova's; the others have no such choice. Changes nothing.
 * @param known the interpreter of those whose own is not found
 */
export async function serviceModes(
  host: Host,
  services: readonly Service[],
  known: Interpreter,
): Promise<ServiceMode[]> {
  const read = await Promise.all(services.filter((s) => novaRole(s.name)).map((s) => readService(s)));
  const seen = read.map((s) => ({ ...s, interpreter: s.interpreter ?? known }));
  if (seen.length === 0) return [];
  const { state } = await host.hello();
  const asked = seen.map((s) => ({
    name: s.name,
    nova: true,
    argv: s.interpreter.command ?? [],
    main: s.mainPid,
    pids: s.processes.map((p) => p.pid),
  }));
  const request = { state, services: asked, users: [] };
  const look = (await askPython(host, 'python3', ['oslo_config', 'doctor/look'], request)) as HostLook;
  const versions = await versionsIn(host, seen);
  return Promise.all(
    seen.map(async (s): Promise<ServiceMode> => {
      const looked = await serviceFacts(host, s, versions.get(s.interpreter.path), look.services[s.name]);
      const facts = looked.concurrency!;
      // without its words nobody knows which files it reads
      if (s.interpreter.command === undefined) facts.unread ??= 'its command line';
      return { service: s.name, runs: runningMode(facts), starts: configuredMode(facts), facts };
    }),
  );
}
