import type { Progress } from '../../src/ui/progress.js';

/** Stands in for the screen: keeps what would have been said. */
export class RecordedProgress implements Progress {
  readonly warnings: string[] = [];
  readonly notes: string[] = [];

  step<T>(_title: string, work: (say: (text: string) => void) => Promise<T>): Promise<T> {
    return work(() => {});
  }
  note(text: string): void {
    this.notes.push(text);
  }
  warn(text: string): void {
    this.warnings.push(text);
  }
}
