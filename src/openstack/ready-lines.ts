import type { HostProcess } from '../host/host.js';
import type { JournalLine } from '../service/unit-journal.js';

/** What each worker of a service writes to the log when it takes work, or is about to. */
interface ReadyLine {
  pattern: RegExp;
  /** The same for journalctl --grep. */
  grep: string;
  /** It comes after all that can go wrong. */
  final: boolean;
}

/** The best first. Nova's second comes before the queues are listened to, where requests wait meanwhile: seconds before. */
const READY_LINES: readonly ReadyLine[] = [
  // nova, with debug=True as devstack has it; cinder and manila log the next one alone
  { pattern: /Join ServiceGroup membership for this service/, grep: 'Join ServiceGroup membership', final: true },
  { pattern: /WSGI app \d+ \(.*\) ready in \d+ seconds/, grep: 'WSGI app [0-9]+ .* ready in', final: true },
  { pattern: /Starting \S+ node \(version /, grep: 'Starting [a-z_-]+ node \\(version', final: false },
];

/** All of them for journalctl --grep. */
export const READY_GREP = READY_LINES.map((line) => line.grep).join('|');

/** The line to wait for, by what was said at an earlier start; undefined: none, so none may come this time either. */
export const readyLineOf = (said: readonly string[]): ReadyLine | undefined =>
  READY_LINES.find((line) => said.some((text) => line.pattern.test(text)));

/** Processes that said it. */
export const thatSaid = ({ pattern }: ReadyLine, lines: readonly JournalLine[]): number[] =>
  lines.filter((l) => pattern.test(l.text)).map((l) => l.pid);

/**
 * The workers among the processes of a service, which take the requests: by their titles (uWSGI, native threading), else
 * those that are called as the main process is (forks under eventlet), else that one itself.
 * @param since seconds since the epoch: what is older outlived a stop
 */
export function workersOf(processes: readonly HostProcess[], mainPid: number, since: number): number[] {
  const main = processes.find((p) => p.pid === mainPid);
  const young = processes.filter((p) => p !== main && p.started > since - 1);
  const titled = young.filter((p) => /ServiceWrapper worker\(|uWSGI worker \d/.test(p.argv.join(' ')));
  const forked = young.filter((p) => main !== undefined && p.argv.join('\0') === main.argv.join('\0'));
  const workers = titled.length > 0 ? titled : forked.length > 0 ? forked : main ? [main] : [];
  return workers.map((p) => p.pid);
}
