/** What Python raises when it reads bytes that are not what it writes. */
export class PythonRaises extends Error {
  readonly kind: string;

  constructor(kind: string, why: string) {
    super(why);
    this.kind = kind;
  }
}

/** As much of a value as it takes to say what pstats makes of it. */
export interface Value {
  /** Python's name of its type. */
  readonly type: string;
  readonly isTrue: boolean;
  /** Of tuples and lists. */
  readonly size?: number;
  /** Of those that may be a row of a profile. */
  readonly items?: readonly Value[];
  /** The type, of it or in it, for which it cannot be a key. */
  readonly unhashable?: string | undefined;
}

const MOST_DEEP = 2000;
const LARGEST = 2 ** 31;
/** How many items a row has. */
const ROW = 5;
const NAMED: Readonly<Record<string, Value>> = {
  N: { type: 'NoneType', isTrue: false },
  F: { type: 'bool', isTrue: false },
  T: { type: 'bool', isTrue: true },
  S: { type: 'type', isTrue: true },
  '.': { type: 'ellipsis', isTrue: true },
};
/** One object for all values of which no more is to be known: a damaged file may be large. */
const PLAIN = new Map(
  ['int', 'float', 'complex', 'str', 'bytes'].map((type) => [
    type,
    [
      { type, isTrue: false },
      { type, isTrue: true },
    ] as const,
  ]),
);

/**
 * Reads a value as Python 3.11 does, to find out what it says of it; `row` is given what the keys of a dict stand for, in their
 * order. Undefined where that would take more than a walk: code, decimal and UTF-8 errors.
 * @throws PythonRaises
 */
export function marshalVerdict(bytes: Uint8Array, row: (value: Value) => void): Value | undefined {
  try {
    return new Walk(bytes, row).value(0) ?? raise('TypeError', 'NULL object in marshal data for object');
  } catch (error) {
    if (error === UNKNOWN) return undefined;
    throw error;
  }
}

const UNKNOWN = Symbol('not known');

class Walk {
  private at = 0;
  private readonly view: DataView;
  private readonly refs: (Value | undefined)[] = [];

  private readonly row: (value: Value) => void;

  constructor(bytes: Uint8Array, row: (value: Value) => void) {
    this.row = row;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Undefined is Python's NULL, the end of a dict. */
  value(depth: number): Value | undefined {
    if (this.at >= this.view.byteLength) raise('EOFError', 'EOF read where object expected');
    const byte = this.view.getUint8(this.at++);
    const code = String.fromCharCode(byte & 0x7f);
    if (depth >= MOST_DEEP) raise('ValueError', 'recursion limit exceeded');
    if (code === '0') return undefined;
    const named = NAMED[code];
    if (named !== undefined) return named;
    if (code === 'r') return this.refs[this.int()] ?? bad('invalid reference');
    const isKept = byte >= 0x80;
    if (')(['.includes(code)) return this.sequence(code, isKept, depth);
    if (code === '{') return this.dict(isKept, depth);
    if ('<>'.includes(code)) return this.set(code, isKept, depth);
    const value = this.plain(code);
    if (isKept) this.refs.push(value);
    return value;
  }

  private plain(code: string): Value {
    switch (code) {
      case 'i':
        return plain('int', this.int() !== 0);
      case 'I':
        return plain('int', this.view.getBigInt64(this.take(8), true) !== 0n);
      case 'l':
        return this.long();
      case 'g':
        return plain('float', this.view.getFloat64(this.take(8), true) !== 0);
      case 'y': {
        const at = this.take(16);
        return plain('complex', this.view.getFloat64(at, true) !== 0 || this.view.getFloat64(at + 8, true) !== 0);
      }
      case 's':
        return this.text('bytes', this.size('bytes object'));
      case 't':
      case 'a':
      case 'A':
        return this.text('str', this.size('string'));
      case 'z':
      case 'Z':
        return this.text('str', this.view.getUint8(this.take(1)));
      case 'u':
        return this.utf8(this.size('string'));
      case 'f':
      case 'x':
      case 'c':
        throw UNKNOWN;
      default:
        return bad('unknown type code');
    }
  }

  private text(type: string, size: number): Value {
    this.take(size);
    return plain(type, size > 0);
  }

  private utf8(size: number): Value {
    const at = this.take(size);
    for (let i = at; i < at + size; i++) if (this.view.getUint8(i) >= 0x80) throw UNKNOWN;
    return plain('str', size > 0);
  }

  private long(): Value {
    const size = Math.abs(this.int());
    if (size >= LARGEST) bad('long size out of range');
    for (let i = 1; i <= size; i++) {
      const digit = this.view.getInt16(this.take(2), true);
      if (digit < 0) bad('digit out of range in long');
      if (digit === 0 && i === size) bad('unnormalized long data');
    }
    return plain('int', size > 0);
  }

  private sequence(code: string, isKept: boolean, depth: number): Value {
    const type = code === '[' ? 'list' : 'tuple';
    const size = code === ')' ? this.view.getUint8(this.take(1)) : this.size(type);
    const items = depth === 1 && size === ROW ? { items: [] as Value[] } : {};
    const value = { type, isTrue: size > 0, size, unhashable: type === 'list' ? type : undefined, ...items };
    if (isKept) this.refs.push(value);
    for (let i = 0; i < size; i++) {
      const item = this.value(depth + 1) ?? raise('TypeError', `NULL object in marshal data for ${type}`);
      value.unhashable ??= item.unhashable;
      items.items?.push(item);
    }
    return value;
  }

  private set(code: string, isKept: boolean, depth: number): Value {
    const size = this.size('set');
    const type = code === '<' ? 'set' : 'frozenset';
    const value = { type, isTrue: size > 0, unhashable: code === '<' ? type : undefined };
    const ref = isKept ? this.refs.push(code === '<' || size === 0 ? value : undefined) - 1 : -1;
    for (let i = 0; i < size; i++) {
      hash(this.value(depth + 1) ?? raise('TypeError', 'NULL object in marshal data for set'));
    }
    if (ref >= 0) this.refs[ref] = value;
    return value;
  }

  private dict(isKept: boolean, depth: number): Value {
    const value = { type: 'dict', isTrue: false, unhashable: 'dict' };
    if (isKept) this.refs.push(value);
    for (let key = this.value(depth + 1); key !== undefined; key = this.value(depth + 1)) {
      const one = this.value(depth + 1);
      if (one === undefined) break;
      hash(key);
      if (depth === 0) this.row(one);
      value.isTrue = true;
    }
    return value;
  }

  private size(what: string): number {
    const size = this.int();
    return size < 0 ? bad(`${what} size out of range`) : size;
  }

  private int(): number {
    return this.view.getInt32(this.take(4), true);
  }

  /** Where the bytes taken begin. */
  private take(size: number): number {
    const at = this.at;
    if (at + size > this.view.byteLength) raise('EOFError', 'EOF read where not expected');
    this.at += size;
    return at;
  }
}

function raise(kind: string, why: string): never {
  throw new PythonRaises(kind, why);
}

function bad(what: string): never {
  raise('ValueError', `bad marshal data (${what})`);
}

function hash({ unhashable }: Value): void {
  if (unhashable !== undefined) raise('TypeError', `unhashable type: '${unhashable}'`);
}

const plain = (type: string, isTrue: boolean): Value => PLAIN.get(type)![isTrue ? 1 : 0];
