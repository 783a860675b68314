import { KNOWN, releaseName } from '../releases.js';
import { type HostLook, releaseOf, type ServiceFacts, type Versions } from './facts.js';
import { type Finding, fail, gathered, ok, plural, shortList, warn } from './finding.js';

/** devstack, packages or neither. */
export function judgeLayout(services: readonly ServiceFacts[], look: Pick<HostLook, 'devstack'>): Finding {
  const devstack = services.filter((s) => s.name.startsWith('devstack@'));
  const others = services.filter((s) => s.systemd && !s.name.startsWith('devstack@'));
  if (devstack.length > 0) {
    const beside = others.length > 0 ? `; beside it ${shortList(others.map((s) => s.short))}` : '';
    return ok(
      `devstack, ${plural(devstack.length, 'unit')} devstack@*${look.devstack ? ', sources in /opt/stack' : ''}${beside}`,
    );
  }
  if (others.length > 0) return ok(`packages: ${shortList(others.map((s) => s.short))}`);
  if (services.length > 0) return ok(`services of profkit.yaml: ${services.map((s) => s.short).join(', ')}`);
  return warn(
    'there is no OpenStack here: no unit devstack@*, nova-*, neutron-*, placement-*, keystone, …',
    'Name the host where it runs with --host, or its services with profkit doctor SERVICE….',
  );
}

/** Nova's release, by the metadata in its services' interpreters. */
export function judgeRelease(services: readonly ServiceFacts[]): Finding[] {
  return gathered(
    services
      .filter((s) => s.role !== undefined)
      .map((s) => {
        const version = s.versions?.versions.nova;
        const number = releaseOf(s);
        return { ...release(number, version), services: [s.short] };
      }),
  ).map((f, _, all) => (all.length === 1 ? { ...f, services: [] } : f));
}

function release(number: number | undefined, version: string | null | undefined): Finding {
  if (number === undefined) {
    return warn(
      'which Nova this is could not be found out: its Python has no metadata of it',
      'profkit works all the same; the concurrency mode is known by what is seen of the processes alone.',
    );
  }
  const says = `${releaseName(number)}, ${version}`;
  if (number >= KNOWN.first && number <= KNOWN.last) return ok(says);
  return warn(
    says,
    `profkit was made for Nova ${KNOWN.first} to ${KNOWN.last}: see what it does with --dry-run first.`,
  );
}

/** The Pythons of the services, with what profilers depend on. */
export function judgeVersions(services: readonly ServiceFacts[]): Finding[] {
  return gathered(
    services.map((s) => {
      const finding = typeof s.python !== 'string' ? notFound(s.python.why) : version(s.python, s.versions);
      return { ...finding, services: [s.short] };
    }),
  ).map((f, _, all) => (all.length === 1 && services.length > 1 ? { ...f, services: [] } : f));
}

const notFound = (why: string): Finding => warn(`its Python was not found: ${why}`, 'Name it with --python.');

function version(path: string, known: Versions | undefined): Finding {
  if (known === undefined) return warn(`${path} does not answer`, `Try it by hand: ${path} --version.`);
  const { eventlet, greenlet } = known.versions;
  const parts = [`eventlet ${eventlet ?? 'none'}`, `greenlet ${greenlet ?? 'none'}`].join(', ');
  const says = `Python ${known.python} (${path}), ${parts}`;
  if (known.kind !== 'cpython') return fail(`${says}; it is ${known.kind}`, 'profkit needs CPython.');
  const [major = 0, minor = 0, micro = 0] = known.python.split('.').map(Number);
  if (major < 3 || minor < 6) return fail(says, 'profkit needs Python 3.6 or later in the service.');
  if (minor > 14) return warn(says, 'profkit was tried with Python 3.6 to 3.14: try a short capture first.');
  if (minor === 12 && micro < 5)
    return warn(`${says}: Python 3.12.0 to 3.12.4 lose calls of some functions in C`, 'Take Python 3.12.5 or later.');
  return ok(says);
}
