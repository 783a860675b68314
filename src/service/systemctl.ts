import { failure } from '../failure.js';
import type { Host, RunOptions, RunResult } from '../host/host.js';

/** Seconds that systemd gets for an answer: it has each at once, unless it hangs. */
const ANSWER = 30;

/** A command of systemctl that asks, or orders without waiting. @throws Failure SYSTEMD_SILENT */
export async function systemctl(
  host: Host,
  argv: readonly string[],
  signal?: AbortSignal,
  more: Pick<RunOptions, 'fulfils'> = {},
): Promise<RunResult> {
  const r = await host.run(['systemctl', ...argv], { timeout: ANSWER, ...more, ...(signal ? { signal } : {}) });
  if (r.timedOut) throw failure('SYSTEMD_SILENT', { command: `systemctl ${argv.join(' ')}`, seconds: ANSWER });
  return r;
}

/** A unit that systemd has loaded. */
export interface ListedUnit {
  name: string;
  /** `loaded`, `masked`, … */
  load: string;
  /** systemd's ActiveState. */
  state: string;
}

/** The services among the loaded units of these patterns, in the order of their names; none where there is no systemd. */
export async function listUnits(host: Host, patterns: readonly string[]): Promise<ListedUnit[]> {
  if (!(await host.stat('/run/systemd/system'))) return [];
  const list = ['list-units', '--type=service', '--all', '--plain', '--no-legend', '--no-pager', '--'];
  const r = await systemctl(host, [...list, ...patterns]);
  const found = new Map<string, ListedUnit>();
  for (const line of r.stdout.split('\n')) {
    const [name = '', load = '', state = ''] = line.trim().split(/\s+/);
    if (name.endsWith('.service') && load !== 'not-found') found.set(name, { name, load, state });
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
