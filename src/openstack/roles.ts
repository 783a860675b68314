/** What a service of Nova is there for. */
export type NovaRole = 'api' | 'metadata' | 'scheduler' | 'conductor' | 'compute' | 'console';

/** devstack's names, then those of packages. */
const ROLES: readonly (readonly [RegExp, NovaRole])[] = [
  [/^(n-api-meta|(openstack-)?nova-(api-)?metadata(-api|-wsgi)?)$/, 'metadata'],
  [/^(n-api|(openstack-)?nova-(os-compute-)?api(-wsgi)?)$/, 'api'],
  [/^(n-sch|(openstack-)?nova-scheduler)$/, 'scheduler'],
  [/^(n-(super-)?cond(-.*)?|(openstack-)?nova-conductor)$/, 'conductor'],
  [/^(n-cpu(-\d+)?|(openstack-)?nova-compute)$/, 'compute'],
  [/^(n-(novnc|spice|serial|sproxy)\b.*|(openstack-)?nova-.*proxy)$/, 'console'],
];

/** `n-sch` of `devstack@n-sch.service`, `nova-scheduler` of `nova-scheduler.service`: what profkit takes as a name too. */
export const shortName = (unit: string): string => unit.replace(/^devstack@/, '').replace(/\.service$/, '');

/** undefined where it is no service of Nova. */
export const novaRole = (unit: string): NovaRole | undefined =>
  ROLES.find(([pattern]) => pattern.test(shortName(unit)))?.[1];

/** How devstack's names of a project's services begin; those of packages begin with the project's own name. */
const DEVSTACK_PREFIXES: Record<string, readonly string[]> = {
  nova: ['n-'],
  neutron: ['q-', 'neutron-'],
  glance: ['g-'],
  cinder: ['c-'],
  keystone: ['keystone'],
  placement: ['placement-'],
  heat: ['h-'],
  ironic: ['ir-'],
  manila: ['m-'],
  octavia: ['o-'],
  designate: ['designate-'],
  barbican: ['barbican-'],
};

/** The units of a project, as patterns of systemd without their ending; undefined where there is no such project. */
export function unitsOfProject(project: string): string[] | undefined {
  if (!Object.hasOwn(DEVSTACK_PREFIXES, project)) return undefined;
  const prefixes = DEVSTACK_PREFIXES[project]!;
  return [...prefixes.map((p) => `devstack@${p}*`), `${project}-*`, `openstack-${project}*`, `${project}.service`];
}

/** Units that run OpenStack's services, as patterns of systemd: devstack's, then those of packages. */
export const OPENSTACK_UNITS: readonly string[] = [
  'devstack@*',
  ...Object.keys(DEVSTACK_PREFIXES).flatMap((project) => [`${project}-*`, `openstack-${project}*`]),
  'keystone.service',
];
