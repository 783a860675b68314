/** The bytes are not the marshal format, or hold what a profile cannot. `offset` counts bytes from the file's start. */
export class MarshalError extends Error {
  override readonly name = 'MarshalError';

  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} (at byte ${offset})`);
    this.offset = offset;
  }
}
