import type { Progress } from './progress.js';

/** What is said of one host among several: each line begins with its name. */
export class HostProgress implements Progress {
  readonly #all: Progress;
  readonly #host: string;

  constructor(all: Progress, host: string) {
    this.#all = all;
    this.#host = host;
  }

  step<T>(
    title: string,
    work: (say: (text: string) => void) => Promise<T>,
    detail?: (result: T) => string | undefined,
  ): Promise<T> {
    return this.#all.step(`${this.#host}: ${title}`, work, detail);
  }

  note(text: string): void {
    this.#all.note(`${this.#host}: ${text}`);
  }

  warn(text: string): void {
    this.#all.warn(`${this.#host}: ${text}`);
  }
}
