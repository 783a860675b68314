import { MarshalError } from './marshal-error.js';
import { latin1, pythonText, utf8 } from './marshal-text.js';

/** A Python dict as it stands in the file: keys and values by position, in order, repeated keys included. */
export class MarshalDict {
  readonly keys: MarshalValue[] = [];
  readonly values: MarshalValue[] = [];
}

/** A Python list. A class of its own, so that it is never taken for a tuple. */
export class MarshalList {
  readonly items: readonly MarshalValue[];

  constructor(items: readonly MarshalValue[]) {
    this.items = items;
  }
}

/** Tuples are arrays; integers beyond 2^53 are bigints; 2.7's byte strings are decoded like its text. */
export type MarshalValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly MarshalValue[]
  | MarshalDict
  | MarshalList;

const FLAG_REF = 0x80;
// A profile nests five deep (dict, row, callers, edge, number). The rest is room for what is only odd, not hostile.
const MAX_DEPTH = 64;
// Building a long integer takes time quadratic in its length, and no count or time comes near this one.
const MAX_INTEGER_DIGITS = 1000;
const END = Symbol('end of a dict');

/**
 * Reads one value of Python's marshal format, versions 0 to 5, Python 2.7's included, and nothing after it.
 * Only what a profile can hold is taken: code objects, sets and the like are refused by name.
 * @throws MarshalError with the offset of the byte where reading had to stop. Time and memory stay in proportion to the input.
 */
export function readMarshal(bytes: Uint8Array): MarshalValue {
  return new Reader(bytes).document();
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly refs: MarshalValue[] = [];
  private readonly interned: string[] = [];
  private at = 0;
  private depth = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  document(): MarshalValue {
    if (this.bytes.length === 0) throw new MarshalError('the file is empty', 0);
    const value = this.value();
    const rest = this.bytes.length - this.at;
    if (rest > 0) throw new MarshalError(`${rest} bytes follow where the profile ends`, this.at);
    return value;
  }

  private value(): MarshalValue {
    const start = this.at;
    const value = this.item();
    if (value === END) throw new MarshalError('a value is missing', start);
    return value;
  }

  private item(): MarshalValue | typeof END {
    const start = this.take(1, 'a value');
    const byte = this.bytes[start]!;
    const keep = (byte & FLAG_REF) !== 0;
    const code = String.fromCharCode(byte & ~FLAG_REF);
    switch (code) {
      case '0':
        return END;
      case 'N':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      case 'r':
        return this.reference(this.refs, start);
      case 'R':
        return this.reference(this.interned, start);
      case '(':
      case ')':
      case '[':
      case '{':
        return this.container(code, keep, start);
      default:
        return this.leaf(code, keep, start);
    }
  }

  private leaf(code: string, keep: boolean, start: number): MarshalValue {
    const value = this.number(code, start) ?? this.text(code, start);
    if (value === undefined) throw new MarshalError(refusal(code), start);
    if (keep) this.refs.push(value);
    return value;
  }

  private number(code: string, start: number): number | bigint | undefined {
    switch (code) {
      case 'i':
        return this.int32();
      case 'I':
        return safe(this.view.getBigInt64(this.take(8, 'an integer'), true));
      case 'l':
        return this.long(start);
      case 'g':
        return this.view.getFloat64(this.take(8, 'a number'), true);
      case 'f':
        return this.printedFloat(start);
      default:
        return undefined;
    }
  }

  private text(code: string, start: number): string | undefined {
    switch (code) {
      case 'z':
      case 'Z':
        return latin1(this.slice(this.byte(), 'a text'));
      case 'a':
      case 'A':
        return latin1(this.slice(this.size(), 'a text'));
      case 'u':
        return utf8(this.slice(this.size(), 'a text'), start);
      case 's':
        return pythonText(this.slice(this.size(), 'a text'));
      case 't': {
        const value = pythonText(this.slice(this.size(), 'a text'));
        this.interned.push(value);
        return value;
      }
      default:
        return undefined;
    }
  }

  private container(code: string, keep: boolean, start: number): MarshalValue {
    if (++this.depth > MAX_DEPTH) throw new MarshalError(`nested more than ${MAX_DEPTH} deep`, start);
    const value = code === '{' ? this.dict(keep) : this.sequence(code, keep, start);
    this.depth--;
    return value;
  }

  private dict(keep: boolean): MarshalDict {
    const dict = new MarshalDict();
    if (keep) this.refs.push(dict);
    for (;;) {
      const key = this.item();
      if (key === END) return dict;
      dict.keys.push(key);
      dict.values.push(this.value());
    }
  }

  private sequence(code: string, keep: boolean, start: number): MarshalValue {
    const length = code === ')' ? this.byte() : this.size();
    // Every item takes a byte at least, so a length that the rest of the file cannot hold is refused before it costs anything.
    if (length > this.bytes.length - this.at) throw new MarshalError(`${length} items are claimed, too many`, start);
    // An array that grows item by item takes four times the memory of a tuple as short as a profile's.
    const items: MarshalValue[] = length <= 16 ? new Array(length) : [];
    const value = code === '[' ? new MarshalList(items) : items;
    if (keep) this.refs.push(value);
    for (let i = 0; i < length; i++) items[i] = this.value();
    return value;
  }

  private reference<T>(known: readonly T[], start: number): T {
    const index = this.int32();
    const value = known[index];
    if (value === undefined) throw new MarshalError(`reference ${index} points at nothing read so far`, start);
    return value;
  }

  private long(start: number): number | bigint {
    const signed = this.int32();
    const digits = Math.abs(signed);
    if (digits > MAX_INTEGER_DIGITS) throw new MarshalError('an integer is longer than any count or time', start);
    const at = this.take(digits * 2, 'an integer');
    let value = 0n;
    for (let i = digits - 1; i >= 0; i--) {
      const digit = this.view.getUint16(at + 2 * i, true);
      if (digit > 0x7fff) throw new MarshalError('an integer is spoilt', at + 2 * i);
      value = (value << 15n) | BigInt(digit);
    }
    return safe(signed < 0 ? -value : value);
  }

  private printedFloat(start: number): number {
    const text = latin1(this.slice(this.byte(), 'a number'));
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new MarshalError('a number is spoilt', start);
    return Number(text);
  }

  private size(): number {
    const start = this.at;
    const size = this.int32();
    if (size < 0) throw new MarshalError(`a length of ${size} is claimed`, start);
    return size;
  }

  private int32(): number {
    return this.view.getInt32(this.take(4, 'an integer'), true);
  }

  private byte(): number {
    return this.bytes[this.take(1, 'a length')]!;
  }

  private slice(length: number, what: string): Uint8Array {
    const at = this.take(length, what);
    return this.bytes.subarray(at, at + length);
  }

  private take(length: number, what: string): number {
    const { at } = this;
    const missing = length - (this.bytes.length - at);
    if (missing > 0) throw new MarshalError(`the file ends inside ${what}, ${missing} bytes short`, at);
    this.at = at + length;
    return at;
  }
}

function safe(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
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

function refusal(code: string): string {
  const known = REFUSED[code];
  if (known !== undefined) return `${known} stands here, which no profile holds`;
  return `type code 0x${code.charCodeAt(0).toString(16).padStart(2, '0')} is unknown: this is not a Python profile`;
}
