import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const MOST = 1000;

/**
 * The lines of earlier dialogues, in `~/.local/state/profkit/history`, which only its user can read. A home that cannot be written
 * to costs no more than the history.
 */
export class History {
  private readonly file = join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'profkit/history');

  /** The last ones, the newest first; what is older is forgotten. */
  lines(): string[] {
    try {
      const all = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
      const kept = all.slice(-MOST);
      if (all.length > MOST) writeFileSync(this.file, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 });
      return kept.reverse();
    } catch {
      return [];
    }
  }

  /** Written at once, so that nothing is lost with a terminal that is closed, or between two of them. */
  add(line: string): void {
    if (line.trim() === '') return;
    try {
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
      appendFileSync(this.file, `${line}\n`, { mode: 0o600 });
    } catch {}
  }
}
