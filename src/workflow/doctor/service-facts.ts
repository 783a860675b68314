import type { Host, HostProcess } from '../../host/host.js';
import type { ConcurrencyMode } from '../../openstack/concurrency.js';
import type { ServiceFacts, ServiceLook, Versions } from '../../openstack/doctor/facts.js';
import { releaseNumber } from '../../openstack/releases.js';
import { novaRole, shortName } from '../../openstack/roles.js';
import type { Interpreter, Service } from '../../service/service.js';
import { environmentOf } from '../../service/systemd-service.js';

/** A service, as far as it was looked at. */
export interface SeenService {
  service: Service;
  name: string;
  state: string;
  mainPid: number;
  processes: HostProcess[];
  user: string;
  interpreter: Interpreter | undefined;
  /** Why its interpreter is not known. */
  why: string;
  /** What systemd says of its unit. */
  unit: Record<string, string>;
}

/** One that cannot be looked at is there all the same, with the reason. */
export async function readService(service: Service, unit: Record<string, string> = {}): Promise<SeenService> {
  const reason = (e: unknown) => (e instanceof Error ? e.message.replace(/\.$/, '') : String(e));
  let why = '';
  const seen = await service.look().catch((e) => {
    why = reason(e);
    return { state: 'unknown', mainPid: 0, processes: [], user: 'root' };
  });
  const interpreter = await service.interpreter().catch((e) => {
    why ||= reason(e);
    return undefined;
  });
  return { service, name: service.name, ...seen, interpreter, why, unit };
}

export async function serviceFacts(
  host: Host,
  s: SeenService,
  versions: Versions | undefined,
  look: ServiceLook | undefined,
): Promise<ServiceFacts> {
  const role = novaRole(s.name);
  const uwsgi = s.processes.some((p) => p.argv.some((w) => /uwsgi/i.test(w)));
  const release = releaseNumber(versions?.versions.nova);
  const backend = look?.settings.concurrency_backend;
  const variable = 'OS_NOVA_DISABLE_EVENTLET_PATCHING';
  const started = s.processes.find((p) => p.pid === s.mainPid)?.started;
  return {
    name: s.name,
    short: shortName(s.name),
    role,
    state: s.state,
    enabled: s.unit.UnitFileState ?? '',
    systemd: s.name.endsWith('.service'),
    killMode: s.unit.KillMode ?? '',
    mainPid: s.mainPid,
    processes: s.processes.map(({ pid, started: at }) => ({ pid, started: at })),
    uwsgi,
    python: s.interpreter?.path ?? { why: s.why },
    noRemoteDebug: (s.interpreter?.command ?? []).some((w) => w.endsWith('disable-remote-debug')),
    versions,
    look,
    concurrency: role && {
      role,
      release,
      patching: { unit: environmentOf(s.unit)[variable], process: look?.variables[variable] },
      backend,
      unread: look?.unread[0],
      processes: look?.processes ?? [],
      uwsgi,
      log: started !== undefined && (release ?? 0) >= 32 ? await modeInLog(host, s.name, started) : undefined,
    },
  };
}

/** What a service said as it started, where journalctl can look for words. */
async function modeInLog(host: Host, unit: string, started: number): Promise<ConcurrencyMode | undefined> {
  const since = ['--since', `@${Math.floor(started)}`, '--until', `@${Math.ceil(started) + 120}`];
  const words = [
    '--grep',
    'Eventlet based concurrency mode is deprecated|were not greened|oslo_service.backend._threading',
  ];
  const argv = ['journalctl', '-u', unit, ...since, ...words, '-n', '20', '-o', 'cat', '--no-pager', '-q'];
  const r = await host.run(argv, { timeout: 20 }).catch(() => undefined); // no journalctl
  if (r === undefined || r.code !== 0 || r.stdout === '') return undefined;
  return /oslo_service\.backend\._threading/.test(r.stdout) ? 'threading' : 'eventlet';
}
