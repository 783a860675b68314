import type { ServiceFacts } from './facts.js';
import { type Finding, fail, gathered, ok, skip, warn } from './finding.js';

type About = Finding & { services: readonly string[] };

/** Whether they run. What is disabled and stopped is meant to be. */
export function judgeStates(services: readonly ServiceFacts[]): Finding[] {
  const found: About[] = services.flatMap((s) => {
    const of = (f: Finding): About[] => [{ ...f, services: [s.short] }];
    if (s.state === 'active') return of(ok('active'));
    if (s.enabled.startsWith('masked')) return of(warn('masked: it cannot be started', `systemctl unmask ${s.name}`));
    if (s.state === 'failed') return of(fail('it failed', `See why: journalctl -u ${s.name} -n 50.`));
    if (s.state === 'activating' || s.state === 'deactivating')
      return of(warn(`it is ${s.state}`, 'Wait, or see what keeps it: journalctl.'));
    if (s.enabled === 'enabled') return of(warn(`enabled, but ${s.state}`, `Start it: systemctl start ${s.name}.`));
    return [];
  });
  return gathered(found);
}

/** How many processes share the requests: each has captures of its own, and a first call with cold caches. */
export function judgeWorkers(services: readonly ServiceFacts[]): Finding[] {
  const all = gathered(
    services
      .filter((s) => s.state === 'active' && s.processes.length > 0)
      .map((s) => {
        const n = Math.max(1, s.processes.length - leftOf(s).length - 1);
        const several = 'calls and captures are spread over them, and each has a cold first call';
        return { ...ok(n === 1 ? 'one worker' : `${n} workers: ${several}`), services: [s.short] };
      }),
  );
  return all.length > 0 ? all : [skip('no service runs')];
}

/** Processes that are older than the main one, or left where there is none. */
function leftOf({ processes, mainPid, systemd }: ServiceFacts): ServiceFacts['processes'] {
  const main = processes.find((p) => p.pid === mainPid);
  if (!systemd) return [];
  return processes.filter((p) => p !== main && (main === undefined || p.started < main.started - 1));
}

/** What outlived a stop may run older code, and take requests. */
export function judgeLeftovers(services: readonly ServiceFacts[]): Finding[] {
  const left = services.flatMap((s): About[] => {
    const old = leftOf(s);
    if (old.length === 0) return [];
    const pids = old.map((p) => p.pid).join(', ');
    return [
      {
        ...warn(`outlived a stop: ${pids}`, `Restart it and end them: profkit restart ${s.short} --kill.`),
        services: [s.short],
      },
    ];
  });
  if (left.length > 0) return left;
  const alone = services.filter((s) => s.killMode === 'process').length;
  if (alone === 0) return [ok('no process outlived a stop of its unit')];
  return [
    ok(
      `none outlived a stop; ${alone === 1 ? '1 unit has' : `${alone} units have`} KillMode=process, where workers can: profkit restart waits for them`,
    ),
  ];
}
