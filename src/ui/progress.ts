import { stripVTControlCharacters } from 'node:util';

/** What is said while things are done. Goes to stderr; results go to stdout. */
export interface Progress {
  /** A finished or failed step is one line: mark, title, detail, seconds. */
  step<T>(
    title: string,
    work: (say: (text: string) => void) => Promise<T>,
    detail?: (result: T) => string | undefined,
  ): Promise<T>;
  note(text: string): void;
  warn(text: string): void;
}

export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** On a terminal the running step is shown and rewritten; in a pipe there are only the finished lines. */
export class ScreenProgress implements Progress {
  readonly #screen: Screen;
  readonly #clock: () => number;
  #live = false;
  /** What the steps that are under way say, the newest word last. */
  readonly #running = new Map<object, string>();

  /** @param clock milliseconds */
  constructor(screen: Screen, clock: () => number = () => performance.now()) {
    this.#screen = screen;
    this.#clock = clock;
  }

  #show(text: string): void {
    if (!this.#screen.isTTY) return;
    const width = (this.#screen.columns ?? 80) - 1;
    this.#screen.write(`\r\x1b[K${stripVTControlCharacters(text).slice(0, width)}`);
    this.#live = true;
  }

  /** Of several steps the one that spoke last, and how many others there are. */
  #showRunning(): void {
    const [others, newest] = [this.#running.size - 1, [...this.#running.values()].at(-1)];
    if (newest !== undefined) this.#show(`… ${others > 0 ? `(and ${others} more) ` : ''}${newest}`);
  }

  #line(text: string): void {
    this.#screen.write(`${this.#live ? '\r\x1b[K' : ''}${text}\n`);
    this.#live = false;
  }

  async step<T>(
    title: string,
    work: (say: (text: string) => void) => Promise<T>,
    detail?: (result: T) => string | undefined,
  ): Promise<T> {
    const began = this.#clock();
    const took = () => `(${((this.#clock() - began) / 1000).toFixed(1)} s)`;
    const key = {};
    const say = (text: string) => {
      this.#running.delete(key);
      this.#running.set(key, text);
      this.#showRunning();
    };
    say(title);
    try {
      const result = await work((text) => say(`${title}: ${text}`)).finally(() => this.#running.delete(key));
      const more = detail?.(result);
      this.#line(`✔ ${title}${more ? `: ${more}` : ''} ${took()}`);
      return result;
    } catch (e) {
      this.#line(`✖ ${title} ${took()}`);
      throw e;
    } finally {
      this.#showRunning();
    }
  }

  note(text: string): void {
    this.#line(`  ${text}`);
  }

  warn(text: string): void {
    this.#line(`! ${text}`);
  }
}

/** For --quiet and --json: warnings alone, on stderr. */
export class QuietProgress implements Progress {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  step<T>(_title: string, work: (say: (text: string) => void) => Promise<T>): Promise<T> {
    return work(() => {});
  }
  note(): void {}
  warn(text: string): void {
    this.#screen.write(`! ${text}\n`);
  }
}
