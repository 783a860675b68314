/** Writes the wire format of protocol buffers: a tag of field and type, then a number or so many bytes. */
export class Protobuf {
  private bytes = Buffer.allocUnsafe(256);
  private at = 0;

  /** A whole number, not negative. Nothing where it is 0, which a reader takes what is missing for. */
  number(field: number, value: number | bigint): this {
    if (Number(value) === 0) return this;
    this.varint(field * 8 + 0);
    this.varint(value);
    return this;
  }

  /** Numbers of a repeated field, packed. */
  numbers(field: number, values: readonly number[]): this {
    const inner = new Protobuf();
    for (const value of values) inner.varint(value);
    return this.message(field, inner);
  }

  text(field: number, text: string): this {
    const bytes = Buffer.from(text, 'utf8');
    return this.delimited(field, bytes);
  }

  message(field: number, inner: Protobuf): this {
    return this.delimited(field, inner.done());
  }

  done(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  private delimited(field: number, bytes: Uint8Array): this {
    this.varint(field * 8 + 2);
    this.varint(bytes.length);
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  private varint(value: number | bigint): void {
    this.reserve(10);
    let rest = BigInt(value);
    if (typeof value === 'number' && value < 0x80) {
      this.bytes[this.at++] = value;
      return;
    }
    for (; rest >= 0x80n; rest >>= 7n) this.bytes[this.at++] = Number(rest & 0x7fn) | 0x80;
    this.bytes[this.at++] = Number(rest);
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + more));
    larger.set(this.done());
    this.bytes = larger;
  }
}
