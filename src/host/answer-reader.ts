/** What the agent answers to a request; behind its line come as many bytes as it says. */
export interface Answer<E = unknown> {
  id: number;
  ok?: unknown;
  error?: E;
  bytes?: number;
}

const LINE_BREAK = 10;

/** Cuts what the agent says into answers, wherever the pieces of it end. Bytes are copied once, and are no text meanwhile. */
export class AnswerReader<E> {
  readonly #take: (answer: Answer<E>, data: Buffer) => void;
  /** Of a line that has not ended: not joined before it has, for a long one has thousands. */
  #line: Buffer[] = [];
  /** An answer whose bytes are still coming. */
  #open: { answer: Answer<E>; data: Buffer; filled: number } | undefined;

  constructor(take: (answer: Answer<E>, data: Buffer) => void) {
    this.#take = take;
  }

  push(piece: Buffer): void {
    for (let at = 0; at < piece.length; ) at = this.#open ? this.#fill(piece, at) : this.#read(piece, at);
  }

  /** @returns where it goes on */
  #read(piece: Buffer, at: number): number {
    const end = piece.indexOf(LINE_BREAK, at);
    this.#line.push(piece.subarray(at, end < 0 ? piece.length : end));
    if (end < 0) return piece.length;
    const answer = JSON.parse(Buffer.concat(this.#line).toString('utf8')) as Answer<E>;
    this.#line = [];
    this.#open = { answer, data: Buffer.allocUnsafeSlow(answer.bytes ?? 0), filled: 0 };
    this.#end();
    return end + 1;
  }

  #fill(piece: Buffer, at: number): number {
    const open = this.#open!;
    const copied = piece.copy(open.data, open.filled, at);
    open.filled += copied;
    this.#end();
    return at + copied;
  }

  #end(): void {
    const open = this.#open!;
    if (open.filled < open.data.length) return;
    this.#open = undefined;
    this.#take(open.answer, open.data);
  }
}
