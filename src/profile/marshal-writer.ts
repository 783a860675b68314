import type { Columns } from './columns.js';
import { FLAG_REF } from './marshal-cursor.js';
import type { FunctionName, Stats } from './stats.js';

const code = (type: string): number => type.charCodeAt(0);
const DICT = code('{');
const TUPLE = code(')');
const REFERENCE = code('r');
const SHORT_ASCII = code('z');
const ASCII = code('a');
const TEXT = code('u');
const INT = code('i');
const LONG = code('l');
const FLOAT = code('g');
const END = code('0');

/** A chunk is handed on when it has less room than any row's figures take. */
const CHUNK = 1 << 16;
const ROOM = 64;

/**
 * Writes a profile as cProfile does, in Python's marshal format, for pstats and all that read with it. Callers without times
 * stay counts. A name is written once and referred to after that.
 * @param columns the figures, where they are not the profile's own
 */
export function* writeMarshal(stats: Stats, columns = stats.columns): Generator<Uint8Array> {
  const writer = new Writer(stats);
  writer.byte(DICT);
  for (let row = 0; row < columns.nc.length; row++) {
    writer.row(columns, row);
    yield* writer.full();
  }
  writer.byte(END);
  yield writer.rest();
}

class Writer {
  private readonly stats: Stats;
  private chunk = Buffer.allocUnsafe(CHUNK);
  private at = 0;
  private done: Uint8Array[] = [];
  /** Python numbers what may be referred to in the order in which it begins. */
  private references = 0;
  private readonly functions: Int32Array;
  private readonly texts = new Map<string, number>();

  constructor(stats: Stats) {
    this.stats = stats;
    this.functions = new Int32Array(stats.names.length).fill(-1);
  }

  row(columns: Columns, row: number): void {
    this.function(row);
    this.tuple(5);
    this.int(columns.cc[row]!);
    this.int(columns.nc[row]!);
    this.float(columns.tt[row]!);
    this.float(columns.ct[row]!);
    this.byte(DICT);
    for (let edge = columns.edgeFrom[row]!; edge < columns.edgeFrom[row + 1]!; edge++) this.caller(columns, edge);
    this.byte(END);
  }

  byte(value: number): void {
    this.reserve(ROOM);
    this.at = this.chunk.writeUInt8(value, this.at);
  }

  /** The chunks that are full by now. */
  full(): Uint8Array[] {
    const done = this.done;
    this.done = [];
    return done;
  }

  rest(): Uint8Array {
    return Buffer.concat([...this.done, this.chunk.subarray(0, this.at)]);
  }

  private caller({ caller, edgeNc, times }: Columns, edge: number): void {
    this.function(caller[edge]!);
    if (times === undefined || Number.isNaN(times.ct[edge]!)) {
      this.int(edgeNc[edge]!);
      return;
    }
    this.tuple(4);
    // The other way round than in a row: here all calls come first.
    this.int(edgeNc[edge]!);
    this.int(times.cc[edge]!);
    this.float(times.tt[edge]!);
    this.float(times.ct[edge]!);
  }

  private function(id: number): void {
    const known = this.functions[id]!;
    if (known >= 0) {
      this.refer(known);
      return;
    }
    const { file, line, name }: FunctionName = this.stats.name(id);
    this.functions[id] = this.references++;
    this.tuple(3, FLAG_REF);
    this.text(file);
    this.int(line);
    this.text(name);
  }

  private text(text: string): void {
    const known = this.texts.get(text);
    if (known !== undefined) {
      this.refer(known);
      return;
    }
    this.texts.set(text, this.references++);
    const bytes = encode(text);
    const isAscii = bytes.length === text.length && bytes.every((byte) => byte < 0x80);
    this.reserve(bytes.length + ROOM);
    if (isAscii && bytes.length < 256) {
      this.at = this.chunk.writeUInt8(SHORT_ASCII | FLAG_REF, this.at);
      this.at = this.chunk.writeUInt8(bytes.length, this.at);
    } else {
      this.at = this.chunk.writeUInt8((isAscii ? ASCII : TEXT) | FLAG_REF, this.at);
      this.at = this.chunk.writeInt32LE(bytes.length, this.at);
    }
    this.chunk.set(bytes, this.at);
    this.at += bytes.length;
  }

  private refer(reference: number): void {
    this.byte(REFERENCE);
    this.at = this.chunk.writeInt32LE(reference, this.at);
  }

  private tuple(length: number, flag = 0): void {
    this.byte(TUPLE | flag);
    this.at = this.chunk.writeUInt8(length, this.at);
  }

  private float(value: number): void {
    this.byte(FLOAT);
    this.at = this.chunk.writeDoubleLE(value, this.at);
  }

  private int(value: number): void {
    if ((value | 0) === value) {
      this.byte(INT);
      this.at = this.chunk.writeInt32LE(value, this.at);
    } else this.long(value);
  }

  /** Digits of 15 bits, the lowest first, and their number, negative where the value is. */
  private long(value: number): void {
    const digits: number[] = [];
    for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 0x8000)) digits.push(rest % 0x8000);
    this.byte(LONG);
    this.at = this.chunk.writeInt32LE(Math.sign(value) * digits.length, this.at);
    for (const digit of digits) this.at = this.chunk.writeUInt16LE(digit, this.at);
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.chunk.length) return;
    this.done.push(this.chunk.subarray(0, this.at));
    this.chunk = Buffer.allocUnsafe(Math.max(CHUNK, bytes));
    this.at = 0;
  }
}

/** UTF-8 as Python's marshal has it: a lone surrogate, which stands for an undecodable byte of a file name, is three bytes. */
function encode(text: string): Uint8Array {
  if (!/\p{Surrogate}/u.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(/([\ud800-\udfff])/u).map((part) => {
    const unit = part.charCodeAt(0);
    const isLone = part.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
    return isLone ? Buffer.of(0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)) : Buffer.from(part, 'utf8');
  });
  return Buffer.concat(parts);
}
