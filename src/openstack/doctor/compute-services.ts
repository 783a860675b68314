import { clientError } from '../client-failure.js';
import type { ClientAnswer } from './cloud.js';
import { type Finding, fail, ok, plural, skip, warn } from './finding.js';

interface ComputeService {
  Binary: string;
  Host: string;
  Status: string;
  State: string;
}

/** `openstack compute service list -f json` */
export function judgeComputeServices(answer: ClientAnswer, secrets: readonly string[]): Finding {
  if (answer.code !== 0)
    return skip(`not asked: ${answer.timedOut ? 'the client took too long' : clientError(answer.stderr, secrets)}`);
  const all = JSON.parse(answer.stdout) as ComputeService[];
  const down = all.filter((s) => s.State !== 'up');
  const disabled = all.filter((s) => s.Status !== 'enabled' && s.Binary === 'nova-compute');
  const computes = all.filter((s) => s.Binary === 'nova-compute');
  const off = disabled.length > 0 ? `; ${plural(disabled.length, 'compute')} disabled` : '';
  const says = `${all.length - down.length} of ${all.length} up, ${computes.length} nova-compute${off}`;
  if (down.length === 0) return ok(says);
  const named = down
    .slice(0, 6)
    .map((s) => `${s.Binary} on ${s.Host}`)
    .join(', ');
  const words = `${says}; down: ${named}${down.length > 6 ? ` and ${down.length - 6} more` : ''}`;
  const next = 'Start them, or wait: a server that is sent to a dead compute stays in BUILD.';
  return down.some((s) => s.Binary !== 'nova-compute') || down.length === computes.length
    ? fail(words, next)
    : warn(words, next);
}
