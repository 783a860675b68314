import { isFake, releaseOf, type ServiceFacts } from './facts.js';
import { type Finding, fail, gathered, ok, plural, skip, warn } from './finding.js';

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
        const n = Math.max(1, s.processes.length - 1);
        const several = 'calls and captures are spread over them, and each has a cold first call';
        return { ...ok(n === 1 ? 'one worker' : `${n} workers: ${several}`), services: [s.short] };
      }),
  );
  return all.length > 0 ? all : [skip('no service runs')];
}

/** Processes that are older than the main one: they outlived a stop, and may run older code. */
export function judgeLeftovers(services: readonly ServiceFacts[]): Finding[] {
  const left = services.flatMap((s): About[] => {
    const main = s.processes.find((p) => p.pid === s.mainPid);
    const old = s.processes.filter((p) => p !== main && (main === undefined || p.started < main.started - 1));
    if (!s.systemd || old.length === 0) return [];
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

/** Nova 27 and later wants a compute to know who it is, and devstack's fakes up to 2025.2 were not told. */
export function judgeFakes(services: readonly ServiceFacts[]): Finding[] {
  const fakes = services.filter(isFake);
  if (fakes.length === 0) return [skip('no fake compute runs here')];
  const names = (list: readonly ServiceFacts[]) => list.map((s) => s.short);
  const unread = fakes.filter((s) => (s.look?.unread.length ?? 1) > 0);
  if (unread.length > 0) return [{ ...skip('their configuration cannot be read'), services: names(unread) }];
  const unknown = fakes.filter((s) => releaseOf(s) === undefined);
  const trapped = fakes.filter((s) => (releaseOf(s) ?? 0) >= 27 && s.look?.identity === null);
  if (trapped.length > 0)
    return [
      {
        ...fail(
          'a restart would leave them dead ("No local node identity found"): there is no compute_id in their state_path',
          "Write each one's own id into it first: `openstack --os-compute-api-version 2.53 hypervisor list` has them.",
        ),
        services: names(trapped),
      },
    ];
  if (unknown.length > 0) return [{ ...skip("Nova's release is not known"), services: names(unknown) }];
  const why = fakes.every((s) => releaseOf(s)! < 27)
    ? 'before Nova 27 a compute is known by its name'
    : 'each has its compute_id';
  return [ok(`${plural(fakes.length, 'fake compute')} can be restarted: ${why}`)];
}

/** Probes in running processes. */
export function judgeLive(services: readonly ServiceFacts[], host: { uid: number; ptrace: number }): Finding[] {
  const young = services.filter((s) => s.processes.length > 0 && minorOf(s) >= 14);
  if (young.length === 0) {
    const older = [...new Set(services.flatMap((s) => s.versions?.python ?? []))];
    return [
      skip(
        older.length === 0
          ? 'no service whose Python is known runs'
          : `it needs Python 3.14, and here is ${older.join(', ')}`,
      ),
    ];
  }
  if (host.uid !== 0 && host.ptrace > 0)
    return [
      warn(
        `the kernel lets only root look into processes (ptrace_scope ${host.ptrace})`,
        'Run profkit as root for --mode live.',
      ),
    ];
  return gathered(
    young.map((s) => {
      const off = s.noRemoteDebug || s.look?.variables.PYTHON_DISABLE_REMOTE_DEBUG;
      const why = s.noRemoteDebug ? '-X disable-remote-debug' : 'PYTHON_DISABLE_REMOTE_DEBUG';
      const finding = off
        ? warn(
            `--mode live is not possible: it was started with ${why}`,
            'Start it once without, or use --mode source or hook.',
          )
        : ok('--mode live is possible: no restart needed');
      return { ...finding, services: [s.short] };
    }),
  );
}

const minorOf = (s: ServiceFacts): number => Number(s.versions?.python.split('.')[1] ?? 0);
