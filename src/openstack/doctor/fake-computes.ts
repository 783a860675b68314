import { isFake, releaseOf, type ServiceFacts } from './facts.js';
import { type Finding, fail, ok, plural, skip } from './finding.js';

/** From Nova 27 on a compute that does not find who it is refuses to start; ironic's alone may go without. */
export function lacksIdentity(s: ServiceFacts): boolean {
  const known = s.look !== undefined && s.look.unread.length === 0;
  const ironic = /ironic/i.test(s.look?.settings.compute_driver?.value ?? '');
  return s.role === 'compute' && known && !ironic && (releaseOf(s) ?? 0) >= 27 && s.look?.identity === null;
}

/** Nova 27 and later wants a compute to know who it is, and devstack's fakes up to 2025.2 were not told. */
export function judgeFakes(services: readonly ServiceFacts[]): Finding[] {
  const fakes = services.filter(isFake);
  if (fakes.length === 0) return [skip('no fake compute runs here')];
  const names = (list: readonly ServiceFacts[]) => list.map((s) => s.short);
  const unread = fakes.filter((s) => (s.look?.unread.length ?? 1) > 0);
  if (unread.length > 0) return [{ ...skip('their configuration cannot be read'), services: names(unread) }];
  const unknown = fakes.filter((s) => releaseOf(s) === undefined);
  const trapped = fakes.filter(lacksIdentity);
  if (trapped.length > 0)
    return [
      {
        ...fail(
          'a restart would leave them dead ("No local node identity found"): there is no compute_id in their state_path',
          'Restart them with profkit restart --fix-computes, which writes it first.',
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
