import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import type { EngineName } from '../probe/engines.js';
import { type ProbePlan, planSourceProbe, type Unchecked } from '../probe/plan.js';
import { probeRuntime } from '../probe/runtime.js';
import type { Probed, ProbeSettings } from '../probe/runtime-file.js';
import type { AskPython } from '../python/ask.js';
import { asker } from './ask-python.js';
import type { FoundTargets } from './find-targets.js';

/**
 * Plans the edit of the targets' sources, checked by the service's own interpreter. Changes nothing.
 * @throws Failure TARGET_BLOCKED, EDIT_REFUSED, SOURCE_CHANGED
 */
export async function planSource(
  host: Host,
  found: FoundTargets,
  probed: readonly Probed[],
  settings: ProbeSettings,
): Promise<ProbePlan> {
  const blocked = found.targets.find((t) => t.blocked);
  if (blocked) throw failure('TARGET_BLOCKED', { name: blocked.target, why: blocked.blocked! });
  const sources = new Map<string, Uint8Array>();
  const real = new Map<string, string>();
  for (const { file, sha256 } of found.targets) {
    if (sources.has(file)) continue;
    const read = await host.read(file);
    if (read.sha256 !== sha256) throw failure('SOURCE_CHANGED', { path: file });
    sources.set(file, read.data);
    real.set(file, read.real);
  }
  const runtime = await probeRuntime(settings.engine as EngineName);
  const { checks, ...plan } = planSourceProbe(probed, sources, settings, runtime);
  for (const one of checks) await check(one, asker(host, found.interpreter, found.owner));
  // a symbolic link stays one: what it leads to is edited
  for (const change of plan.request.changes) change.path = real.get(change.path) ?? change.path;
  return plan;
}

async function check({ path, source, edited, lines }: Unchecked, ask: AskPython): Promise<void> {
  const base64 = (b: Uint8Array) => Buffer.from(b).toString('base64');
  const answer = await ask({ op: 'check', source: base64(source), edited: base64(edited), lines });
  const verdict = answer as { ok: boolean; why?: string };
  if (!verdict.ok) throw failure('EDIT_REFUSED', { file: path, why: verdict.why ?? '' });
}
