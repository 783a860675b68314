import type { ServiceFacts } from '../../../src/openstack/doctor/facts.js';
import { novaRole, shortName } from '../../../src/openstack/roles.js';

export interface Made {
  nova?: string | null;
  python?: string;
  settings?: NonNullable<ServiceFacts['look']>['settings'];
  identity?: string | null;
  unread?: string[];
  /** What its unit has as OS_NOVA_DISABLE_EVENTLET_PATCHING. */
  unit?: string;
  wrapped?: boolean;
  log?: 'eventlet' | 'threading';
}

/** A service as it would be seen on a healthy devstack of Nova 26, but for what is told. */
export function made(name: string, m: Made = {}, more: Partial<ServiceFacts> = {}): ServiceFacts {
  const { nova = '26.2.2', python = '3.11.2', settings = {}, identity = null, unread = [], wrapped = false } = m;
  const role = novaRole(name);
  const processes = [
    { pid: 10, threads: wrapped ? 9 : 1, wrapped: false },
    { pid: 11, threads: wrapped ? 9 : 1, wrapped },
  ];
  return {
    name,
    short: shortName(name),
    role,
    state: 'active',
    enabled: 'enabled',
    systemd: true,
    killMode: 'process',
    mainPid: 10,
    processes: [
      { pid: 10, started: 1000 },
      { pid: 11, started: 1002 },
    ],
    uwsgi: false,
    python: '/opt/stack/data/venv/bin/python3',
    noRemoteDebug: false,
    versions: { python, kind: 'cpython', versions: { nova, eventlet: '0.33.1', greenlet: '2.0.2' } },
    look: { processes, variables: {}, settings, unread, identity },
    concurrency: role && {
      role,
      release: nova === null ? undefined : Number.parseInt(nova, 10),
      patching: { unit: m.unit, process: undefined },
      backend: settings.concurrency_backend,
      unread: unread[0],
      processes,
      uwsgi: false,
      log: m.log,
    },
    ...more,
  };
}
