import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { SystemdService } from './systemd-service.js';

/** @throws Failure NO_SYSTEMD where systemd does not run (sd_booted(3) asks the same) */
export async function needSystemd(host: Host, service: string): Promise<void> {
  if (!(await host.stat('/run/systemd/system'))) throw failure('NO_SYSTEMD', { service });
}

/** The active units in which a Python runs, or a uWSGI (which calls its workers `n-apiuWSGI worker 1`), devstack's first. */
export async function pythonServices(host: Host): Promise<SystemdService[]> {
  await needSystemd(host, 'a service that was not named');
  const r = await host.run([
    'systemctl',
    'list-units',
    '--type=service',
    '--state=active',
    '--plain',
    '--no-legend',
    '--no-pager',
  ]);
  const names = r.stdout
    .split('\n')
    .map((l) => l.trim().split(/\s+/)[0] ?? '')
    .filter(Boolean);
  const devstackFirst = names.sort((a, b) => Number(b.startsWith('devstack@')) - Number(a.startsWith('devstack@')));
  const found: SystemdService[] = [];
  for (const name of devstackFirst) {
    const service = new SystemdService(host, name);
    const { processes } = await service.look();
    if (processes.some((p) => p.argv.some((w) => /python|uwsgi/i.test(w)))) found.push(service);
  }
  return found;
}
