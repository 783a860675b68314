import { MarshalError } from './marshal-error.js';
import { latin1, pythonText, utf8 } from './marshal-text.js';
import { TextTable } from './text-table.js';

/** Marks a value that the file may refer to later. */
export const FLAG_REF = 0x80;
// Building a long integer takes time quadratic in its length, and no count or time comes near this one.
const MAX_INTEGER_DIGITS = 1000;

/** Walks over a file of Python's marshal format, a part at a time. Every method throws MarshalError where it cannot go on. */
export class MarshalCursor {
  at = 0;
  readonly bytes: Uint8Array;
  readonly texts: TextTable;
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.texts = new TextTable(bytes);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The type of the value that begins here, without FLAG_REF, and without a step. */
  type(): number {
    if (this.at >= this.bytes.length) this.take(1, 'a value');
    return this.bytes[this.at]! & ~FLAG_REF;
  }

  /** A number of any kind; undefined, with no step done, where there is none. Beyond 2^53 it is rounded. */
  number(): number | undefined {
    const start = this.at;
    switch (this.type()) {
      case 0x69: // i
        this.at++;
        return this.int32();
      case 0x67: // g
        return this.view.getFloat64(this.take(9, 'a number', 1) + 1, true);
      case 0x49: // I
        return Number(this.view.getBigInt64(this.take(9, 'an integer', 1) + 1, true));
      case 0x6c: // l
        this.at++;
        return this.long(start);
      case 0x66: // f
        this.at++;
        return this.printedFloat(start);
      default:
        return undefined;
    }
  }

  /** The number in `texts` of a text of any kind; undefined, with no step done, where there is none. */
  text(): number | undefined {
    const start = this.at;
    switch (this.type()) {
      case 0x7a: // z
      case 0x5a: // Z
        this.at++;
        return this.spelled(this.byte(), latin1);
      case 0x61: // a
      case 0x41: // A
        this.at++;
        return this.spelled(this.size(), latin1);
      case 0x75: // u
        this.at++;
        return this.spelled(this.size(), (bytes) => utf8(bytes, start));
      case 0x73: // s
      case 0x74: // t
        this.at++;
        return this.spelled(this.size(), pythonText);
      default:
        return undefined;
    }
  }

  int32(): number {
    return this.view.getInt32(this.take(4, 'an integer'), true);
  }

  byte(): number {
    return this.bytes[this.take(1, 'a length')]!;
  }

  /** A length in four bytes. */
  size(): number {
    const start = this.at;
    const size = this.int32();
    if (size < 0) throw new MarshalError(`a length of ${size} is claimed`, start);
    return size;
  }

  private spelled(size: number, decode: (bytes: Uint8Array, at: number) => string): number {
    return this.texts.id(this.take(size, 'a text'), size, decode);
  }

  private long(start: number): number {
    const signed = this.int32();
    const digits = Math.abs(signed);
    if (digits > MAX_INTEGER_DIGITS) throw new MarshalError('an integer is longer than any count or time', start);
    const at = this.take(digits * 2, 'an integer');
    let value = 0n;
    for (let i = digits - 1; i >= 0; i--) {
      const digit = this.view.getUint16(at + 2 * i, true);
      // Python writes none with a leading zero, and reads none
      if (digit > 0x7fff || (digit === 0 && i === digits - 1))
        throw new MarshalError('an integer is spoilt', at + 2 * i);
      value = (value << 15n) | BigInt(digit);
    }
    return Number(signed < 0 ? -value : value);
  }

  private printedFloat(start: number): number {
    const size = this.byte();
    const at = this.take(size, 'a number');
    const text = latin1(this.bytes.subarray(at, at + size));
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new MarshalError('a number is spoilt', start);
    return Number(text);
  }

  /** Steps over `length` bytes and says where they begin. The first `known` of them are what was recognised already. */
  private take(length: number, what: string, known = 0): number {
    const { at } = this;
    const missing = length - (this.bytes.length - at);
    if (missing > 0) throw new MarshalError(`the file ends inside ${what}, ${missing} bytes short`, at + known);
    this.at = at + length;
    return at;
  }
}

const REFUSED: Readonly<Record<string, string>> = {
  c: 'a code object',
  '<': 'a set',
  '>': 'a frozen set',
  x: 'a complex number',
  y: 'a complex number',
  S: 'StopIteration',
  '.': 'an ellipsis',
  ':': 'a slice',
};
const KNOWN = 'NTFiIlgfzZaAustrR()[{';

/** Why no value of that type can stand in a profile at all, wherever; undefined for one that can. */
export function refusal(type: number): string | undefined {
  const code = String.fromCharCode(type);
  const known = REFUSED[code];
  if (known !== undefined) return `${known} stands here, which no profile holds`;
  if (code === '0') return 'a value is missing';
  if (KNOWN.includes(code)) return undefined;
  return `type code 0x${type.toString(16).padStart(2, '0')} is unknown: this is not a Python profile`;
}
