import { releaseOf, type ServiceFacts } from './doctor/facts.js';

/** nova.virt.fake's two drivers that stand for a host each. */
const NEW_IDENTITY = 'fake.FakeDriver';
export const KEPT_IDENTITY = 'fake.FakeDriverWithoutFakeNodes';

/** What keeps a compute from starting again. */
export interface IdentityTrap {
  /** There is no compute_id: it ends with "No local node identity found". */
  unwritten: boolean;
  /** The file that names a driver which has another id in each process: it ends with "Duplicate compute node record". */
  driver: string | undefined;
}

/**
 * From Nova 27 on a compute knows by an id who it is, and refuses to start where that is another one or none. ironic's
 * alone may go without. devstack's fake computes up to 2025.2 are trapped in both ways.
 * @returns undefined where it can start, or nothing is known
 */
export function identityTrap(s: ServiceFacts): IdentityTrap | undefined {
  if (s.role !== 'compute' || s.look === undefined || s.look.unread.length > 0 || (releaseOf(s) ?? 0) < 27)
    return undefined;
  const driver = s.look.settings.compute_driver;
  if (/ironic/i.test(driver?.value ?? '')) return undefined;
  const unwritten = s.look.identity === null;
  const changing = driver?.value.replace(/^nova\.virt\./, '') === NEW_IDENTITY;
  return unwritten || changing ? { unwritten, driver: changing ? driver?.file : undefined } : undefined;
}
