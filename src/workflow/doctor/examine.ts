import type { Diagnosis, Examined, ServiceDiagnosis } from '../../openstack/doctor/diagnosis.js';
import { releaseOf } from '../../openstack/doctor/facts.js';
import { type Finding, skip, worst } from '../../openstack/doctor/finding.js';
import { concurrencyOf } from '../../openstack/doctor/modes.js';
import type { Context } from '../context.js';
import type { Check } from './check.js';
import { CLOUD_CHECKS } from './cloud-checks.js';
import { HOST_CHECKS } from './host-checks.js';
import { Look } from './look.js';
import { PROFKIT_CHECKS } from './profkit-checks.js';
import { SERVICE_CHECKS } from './service-checks.js';

const CHECKS: readonly Check[] = [...HOST_CHECKS, ...SERVICE_CHECKS, ...CLOUD_CHECKS, ...PROFKIT_CHECKS];

/** Seconds that a check may take, what it waits for included. */
const LIMIT = 180;

/**
 * Looks at a host, and says of each thing whether it is as it should be. Changes nothing there. What cannot be looked at is
 * skipped, with the reason.
 * @param names services; without any, all of OpenStack's
 * @throws Failure SERVICE_NOT_FOUND, NO_SYSTEMD for services that are named
 */
export async function examine(
  context: Context,
  names: readonly string[],
  environment: Record<string, string | undefined>,
  limit = LIMIT,
): Promise<Diagnosis> {
  const look = new Look(context, names, environment);
  if (names.length > 0) await look.services(); // a name that is nothing ends it; all else is a finding
  const checks = await Promise.all(CHECKS.map((check) => one(check, look, limit)));
  context.interruption.signal.throwIfAborted();
  const all = checks.flatMap((c) => c.findings);
  const counts = { ok: 0, warn: 0, fail: 0, skip: 0 };
  for (const { verdict } of all) counts[verdict] += 1;
  return { host: context.host.name, verdict: worst(all), counts, checks, services: await services(look, limit) };
}

async function one({ id, topic, title, run }: Check, look: Look, limit: number): Promise<Examined> {
  const found = await within(limit, () => run(look)).catch((e) => skip(`not looked at: ${reason(e)}`));
  const findings = Array.isArray(found) ? (found as Finding[]) : [found as Finding];
  return { id, topic, title, verdict: worst(findings), findings };
}

/** What it takes longer for goes on until the host is closed. */
async function within<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
}

const reason = (e: unknown): string => (e instanceof Error ? e.message.replace(/\.$/, '') : String(e));

async function services(look: Look, limit: number): Promise<ServiceDiagnosis[]> {
  const facts = await within(limit, look.facts).catch(() => []);
  return facts.map((s) => {
    const known = concurrencyOf(s);
    return {
      service: s.name,
      state: s.state,
      role: s.role ?? null,
      processes: s.processes.map((p) => p.pid),
      python: s.versions?.python ?? null,
      nova: releaseOf(s) ?? null,
      concurrency: known ? { mode: known.mode ?? null, how: known.how } : null,
    };
  });
}
