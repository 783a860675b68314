import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../failure.js';
import type { ProbeState } from '../host/host.js';
import { modeWords } from '../openstack/concurrency.js';
import type { Service } from '../service/service.js';
import type { Context } from './context.js';
import { loadedMode } from './doctor/service-facts.js';

/** Seconds that a service may take to load what tells its mode. */
const TIMEOUT = 60;

/**
 * Sees in the memory of services that they run in the mode that the probe has them start in.
 * @throws Failure CONCURRENCY_OTHER
 */
export async function seeMode(context: Context, probe: ProbeState, services: readonly Service[]): Promise<void> {
  const { concurrency: asked } = probe;
  if (asked === undefined) return;
  const { signal } = context.interruption;
  const look = async (service: Service) => {
    for (const end = Date.now() + TIMEOUT * 1000; ; await delay(1000, undefined, { signal })) {
      const mode = await loadedMode(context.host, (await service.look()).processes);
      if (mode !== undefined || Date.now() > end) return mode;
    }
  };
  for (const service of services) {
    const { name } = service;
    const mode = await context.progress.step(
      `See how ${name} runs`,
      () => context.interruption.during('looking', () => look(service)),
      (m) => (m ? `with ${modeWords[m]}` : 'that cannot be seen'),
    );
    if (mode && mode !== asked) throw failure('CONCURRENCY_OTHER', { service: name, asked, mode });
  }
}
