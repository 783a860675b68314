import { identityTrap } from '../compute-identity.js';
import { isFake, releaseOf, type ServiceFacts } from './facts.js';
import { type Finding, fail, ok, plural, skip } from './finding.js';

/** Nova 27 and later wants a compute to know who it is, and devstack's fakes up to 2025.2 were not told. */
export function judgeFakes(services: readonly ServiceFacts[]): Finding[] {
  const fakes = services.filter(isFake);
  if (fakes.length === 0) return [skip('no fake compute runs here')];
  const names = (list: readonly ServiceFacts[]) => list.map((s) => s.short);
  const unread = fakes.filter((s) => (s.look?.unread.length ?? 1) > 0);
  if (unread.length > 0) return [{ ...skip('their configuration cannot be read'), services: names(unread) }];
  const unknown = fakes.filter((s) => releaseOf(s) === undefined);
  const trapped = fakes.filter(identityTrap);
  if (trapped.length > 0)
    return [
      {
        ...fail(
          trapped.some((s) => identityTrap(s)!.unwritten)
            ? 'a restart would leave them dead ("No local node identity found"): there is no compute_id in their state_path'
            : 'a restart would leave them dead ("Duplicate compute node record"): fake.FakeDriver has another id in each process',
          'Restart them with profkit restart --fix-computes, which mends that first.',
        ),
        services: names(trapped),
      },
    ];
  if (unknown.length > 0) return [{ ...skip("Nova's release is not known"), services: names(unknown) }];
  const why = fakes.every((s) => releaseOf(s)! < 27)
    ? 'before Nova 27 a compute is known by its name'
    : 'each has its compute_id';
  return [ok(`${plural(fakes.length, 'fake compute')} can be restarted: ${why}`)];
}
