import type { Host } from '../host/host.js';
import { SystemdService } from './systemd-service.js';

/** The active units in which a Python runs, or a uWSGI (which calls its workers `n-apiuWSGI worker 1`), devstack's first. */
export async function pythonServices(host: Host): Promise<SystemdService[]> {
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
