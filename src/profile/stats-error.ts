/** The file is Python's marshal format, but what it holds is not a profile. `offset` counts bytes from the file's start. */
export class StatsError extends Error {
  override readonly name = 'StatsError';

  readonly reason: string;
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} (at byte ${offset})`);
    this.reason = reason;
    this.offset = offset;
  }
}
