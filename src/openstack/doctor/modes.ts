import { type ConcurrencyMode, configuredMode, runningMode } from '../concurrency.js';
import { releaseOf, type ServiceFacts } from './facts.js';
import { type Finding, gathered, ok, skip, warn } from './finding.js';

/** How a service does several things at once, in words and for programs. */
export interface Concurrency {
  mode: ConcurrencyMode | undefined;
  how: string;
  /** It would start with the other one. */
  next?: { mode: ConcurrencyMode; how: string };
}

/** What runs counts; what is configured says it where that cannot be seen, and how it would start the next time. */
export function concurrencyOf({ concurrency: f }: ServiceFacts): Concurrency | undefined {
  if (f === undefined) return undefined;
  const running = runningMode(f);
  const configured = configuredMode(f);
  if (running && configured && running.mode !== configured.mode) return { ...running, next: configured };
  if (running && configured && running.how !== configured.how)
    return { mode: running.mode, how: `${running.how}; ${configured.how}` };
  if (running ?? configured) return (running ?? configured)!;
  const why =
    f.unread !== undefined
      ? `${f.unread} cannot be read`
      : f.release === undefined
        ? "Nova's release is not known"
        : 'nothing tells';
  return { mode: undefined, how: why };
}

export function judgeModes(services: readonly ServiceFacts[]): Finding[] {
  return gathered(
    services.flatMap((s) => {
      const known = concurrencyOf(s);
      return known ? [{ ...mode(s, known), services: [s.short] }] : [];
    }),
  );
}

function mode(s: ServiceFacts, { mode: now, how, next }: Concurrency): Finding {
  if (now === undefined) return skip(`not known: ${how}`);
  if (next)
    return warn(
      `${now} (${how}), but it would start with ${next.mode} (${next.how})`,
      `Settle which one is meant, then: profkit restart ${s.short}.`,
    );
  return ok(`${now} (${how})`);
}

/** What the guide's own engine, and Python's, would do to the services. */
export function judgeGuide(services: readonly ServiceFacts[]): Finding[] {
  return gathered(
    services.flatMap((s) => {
      const known = concurrencyOf(s);
      return known?.mode ? [{ ...guide(s, known.mode), services: [s.short] }] : [];
    }),
  );
}

const OWN = "Use profkit's own engine, the default, which is made for threads too";

function guide(s: ServiceFacts, mode: ConcurrencyMode): Finding {
  const release = releaseOf(s);
  const [, minor = 0] = (s.versions?.python ?? '').split('.').map(Number);
  if (mode === 'threading' && release !== undefined && release >= 34)
    return warn(
      "the guide's edit would break every request: Nova refuses to import eventlet with native threads",
      `${OWN}; for the guide's, both --engine eventlet and --concurrency eventlet.`,
    );
  if (mode === 'threading' && minor >= 12)
    return warn(
      "the guide's profiler and cProfile break requests that overlap: from Python 3.12 on there is one profiler a process",
      `${OWN}.`,
    );
  if (mode === 'threading') return warn("the guide's profiler knows greenlets and no threads", `${OWN}.`);
  return ok("the guide's profiler can be used (--engine eventlet): one request at a time, and its clock is CPU time");
}
