import { type Finding, fail, ok, plural, warn } from './finding.js';

export interface ProbeLook {
  probe: string;
  state: 'applied' | 'reverted';
  /** Its targets in words. */
  target: string;
  /** Paths of what it changed. */
  files: readonly string[];
  /** Seconds since the epoch. */
  until: number;
}

export interface Unreadable {
  probe: string;
  path: string;
  why: string;
}

/**
 * Probes that are on the host, and journals that nobody can read.
 * @param hidden root's journal holds probes that this user does not see
 * @param now the host's clock
 */
export function judgeProbes(
  probes: readonly ProbeLook[],
  unreadable: readonly Unreadable[],
  hidden: boolean,
  now: number,
): Finding[] {
  const found = [
    ...unreadable.map((u) =>
      fail(
        `the journal ${u.path} cannot be read: ${u.why}`,
        'Its originals lie beside it: docs/journal.md says how to put them back by hand.',
      ),
    ),
    ...(hidden ? [warn("root's journal holds probes that this user cannot see", 'Run profkit as root.')] : []),
    ...probes.map((p) => {
      const what =
        p.state === 'reverted'
          ? 'taken out, but not all the way'
          : now > p.until
            ? 'past its time, a plain call'
            : 'in place';
      return warn(`probe ${p.probe} of ${p.target}: ${what}`, `Where nobody needs it: profkit revert ${p.probe}.`);
    }),
  ];
  return found.length > 0 ? found : [ok('none')];
}

/** Drop-ins by which a hook came in, and which no journal knows. */
export function judgeDropIns(dropIns: readonly string[], probes: readonly ProbeLook[]): Finding[] {
  const known = new Set(probes.flatMap((p) => p.files));
  const orphans = dropIns.filter((path) => !known.has(path));
  if (orphans.length === 0)
    return [ok(dropIns.length === 0 ? 'none' : `${plural(dropIns.length, 'drop-in')}, each of a probe`)];
  return orphans.map((path) =>
    warn(`${path} is of no probe that is known here`, `Remove it, as root: rm ${path} && systemctl daemon-reload.`),
  );
}
