import { stripVTControlCharacters } from 'node:util';
import type { Host } from '../host/host.js';

/** A line of a unit's journal, and the process that wrote it. */
export interface JournalLine {
  pid: number;
  text: string;
}

/** Seconds that journalctl gets: journals can be large. */
const TIMEOUT = 30;

/** Follows the journal of a unit from a moment on: each call gives what came since the last one. */
export class UnitJournal {
  readonly #host: Host;
  readonly #unit: string;
  #from: string[];

  /** @param since seconds since the epoch, by the host's clock */
  constructor(host: Host, unit: string, since: number) {
    this.#host = host;
    this.#unit = unit;
    this.#from = ['--since', `@${since.toFixed(6)}`];
  }

  async news(): Promise<JournalLine[]> {
    const out = ['-o', 'json', '--output-fields=MESSAGE,_PID', '--all', '--no-pager', '-q'];
    const r = await this.#host.run(['journalctl', '-u', this.#unit, ...this.#from, ...out], { timeout: TIMEOUT });
    const entries = r.stdout.split('\n').filter(Boolean).map(asEntry);
    const cursor = entries.at(-1)?.__CURSOR;
    if (cursor) this.#from = ['--after-cursor', cursor];
    return entries.map((e) => ({ pid: Number(e._PID ?? 0), text: textOf(e.MESSAGE) }));
  }
}

/**
 * Lines of a unit's journal that match, by the pattern of journalctl's --grep; none where it cannot look for words.
 * @param since seconds since the epoch; without it the newest
 */
export async function grepJournal(host: Host, unit: string, pattern: string, since?: number): Promise<string[]> {
  const from =
    since === undefined ? [] : ['--since', `@${since.toFixed(6)}`, '--until', `@${(since + 900).toFixed(6)}`];
  const argv = ['journalctl', '-u', unit, ...from, '--grep', pattern, '-n', '50', '-o', 'cat', '--no-pager', '-q'];
  const r = await host.run(argv, { timeout: TIMEOUT }).catch(() => undefined); // no journalctl
  return r === undefined || r.timedOut ? [] : stripVTControlCharacters(r.stdout).split('\n').filter(Boolean);
}

interface Entry {
  __CURSOR?: string;
  _PID?: string;
  /** Bytes where it has colours in it. */
  MESSAGE?: string | number[] | null;
}

const asEntry = (line: string): Entry => JSON.parse(line) as Entry;

const textOf = (message: Entry['MESSAGE']): string =>
  stripVTControlCharacters(Array.isArray(message) ? Buffer.from(message).toString('utf8') : (message ?? ''));
