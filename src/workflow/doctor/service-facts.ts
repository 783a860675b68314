import type { Host, HostProcess } from '../../host/host.js';
import {
  BACKENDS,
  type ConcurrencyFacts,
  type ConcurrencyMode,
  PATCHING,
  runningMode,
} from '../../openstack/concurrency.js';
import type { ServiceFacts, ServiceLook, Versions } from '../../openstack/doctor/facts.js';
import { releaseNumber } from '../../openstack/releases.js';
import { type NovaRole, novaRole, shortName } from '../../openstack/roles.js';
import type { Interpreter, Service } from '../../service/service.js';
import { SystemdService } from '../../service/systemd-service.js';

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
    concurrency: role && (await concurrencyFacts(host, s, role, releaseNumber(versions?.versions.nova), look, uwsgi)),
  };
}

async function concurrencyFacts(
  host: Host,
  s: SeenService,
  role: NovaRole,
  release: number | undefined,
  look: ServiceLook | undefined,
  uwsgi: boolean,
): Promise<ConcurrencyFacts> {
  const started = s.processes.find((p) => p.pid === s.mainPid)?.started;
  const unit = s.service instanceof SystemdService ? (await s.service.variable(PATCHING)).value : undefined;
  const facts: ConcurrencyFacts = {
    role,
    release,
    patching: { unit, process: look?.variables[PATCHING] },
    backend: look?.settings.concurrency_backend,
    unread: look?.unread[0],
    processes: look?.processes ?? [],
    uwsgi,
    log: started !== undefined && (release ?? 0) >= 32 ? await modeInLog(host, s.name, started) : undefined,
  };
  if (runningMode(facts) !== undefined) return facts;
  return { ...facts, loaded: await loadedMode(host, s.processes) };
}

/** Processes of a service that are looked into: one would do, but the first of uWSGI's loads nothing. */
const MOST = 3;

/** What is in the memory of a service's processes; undefined also where they have not come so far. */
export async function loadedMode(host: Host, processes: readonly HostProcess[]): Promise<ConcurrencyMode | undefined> {
  const pids = processes.slice(0, MOST).map((p) => p.pid);
  if (pids.length === 0) return undefined;
  const threading = (await host.loaded(pids, BACKENDS.threading)).length > 0;
  const eventlet = (await host.loaded(pids, BACKENDS.eventlet)).length > 0;
  return threading === eventlet ? undefined : threading ? 'threading' : 'eventlet';
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
