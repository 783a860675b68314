import type { Host } from '../host/host.js';
import type { ProbePlan } from '../probe/plan.js';
import type { Service } from '../service/service.js';
import { seeHooks } from './hook-units.js';

/**
 * Puts a probe in, as planned. One whose hook the services would not see is taken out again.
 * @throws Failure HOOK_HIDDEN, and what Host.apply fails with
 */
export async function putIn(host: Host, plan: ProbePlan & { services: readonly Service[] }): Promise<void> {
  const { journal } = plan.request;
  await host.apply(plan.request);
  if (journal.mode !== 'hook') return;
  try {
    await seeHooks(host, plan.services);
  } catch (e) {
    await host.revert(journal.probe);
    await host.forget(journal.probe);
    throw e;
  }
}
