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

/** Units that run OpenStack's services, as patterns of systemd: devstack's, then those of packages. */
export const OPENSTACK_UNITS: readonly string[] = [
  'devstack@*',
  ...['nova', 'neutron', 'glance', 'cinder', 'heat', 'ironic', 'manila', 'octavia', 'designate', 'barbican'].flatMap(
    (n) => [`${n}-*`, `openstack-${n}-*`],
  ),
  ...['placement-api*', 'openstack-placement*', 'keystone*', 'openstack-keystone*'],
];
