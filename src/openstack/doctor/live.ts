import type { ServiceFacts } from './facts.js';
import { type Finding, gathered, ok, skip, warn } from './finding.js';

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
