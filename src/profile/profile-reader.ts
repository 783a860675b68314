import { ColumnStats } from './column-stats.js';
import { FunctionTable } from './function-table.js';
import { FLAG_REF, MarshalCursor, refusal } from './marshal-cursor.js';
import { MarshalError } from './marshal-error.js';
import { type ReadingRoom, readingRoom } from './reading-room.js';
import { standardName } from './standard-name.js';
import { StatsError } from './stats-error.js';

const DICT = 0x7b; // {
const SMALL_TUPLE = 0x29; // )
const TUPLE = 0x28; // (
const REFERENCE = 0x72; // r
const INTERNED_REFERENCE = 0x52; // R
const INTERNED = 0x74; // t
const INT = 0x69; // i
const FLOAT = 0x67; // g
const END = 0x30; // 0

/** What a reference leads to, and what stands beside it: the number of a text or function, or where the value begins. */
type Kind = (typeof KIND)[keyof typeof KIND];
const KIND = { text: 1, function: 2, value: 3, dict: 4 } as const;

/**
 * Reads a profile out of Python's marshal format, versions 0 to 5, Python 2.7's included, in one walk over the file, straight into
 * columns: a dict of (file, line, name) to (cc, nc, tt, ct, callers). Whatever is not that is refused where it stands.
 * Time and memory stay in proportion to the file: a text, a function or an edge that is referred to again is not read again
 * in full, and callers that two rows share are refused.
 */
export class ProfileReader {
  private readonly cursor: MarshalCursor;
  private readonly functions: FunctionTable;
  private readonly room: ReadingRoom;
  private refCount = 0;
  /** Inside a value that was read before, whose parts have their numbers already. */
  private isAgain = false;
  private readonly interned: number[] = [];

  private rowCount = 0;
  /** By function, as it was met: its row and 1, 0 while it has none. */
  private readonly rowOf: number[] = [];

  private edgeCount = 0;
  /** Undefined before the first caller. */
  private isTimed: boolean | undefined;
  private isSampled = false;
  /** By function: the row and 1 whose callers named it last. Cheaper than a set a row. */
  private readonly namedBy: number[] = [];

  constructor(bytes: Uint8Array) {
    this.cursor = new MarshalCursor(bytes);
    this.functions = new FunctionTable(this.cursor.texts);
    this.room = readingRoom(bytes.length);
  }

  /** @throws MarshalError, StatsError */
  document(): ColumnStats {
    const { cursor } = this;
    if (cursor.bytes.length === 0) throw new MarshalError('the file is empty', 0);
    if (cursor.type() !== DICT) this.refuse('a profile is a dict of functions, and this file holds none');
    this.open(KIND.dict, 0);
    while (cursor.type() !== END) {
      if (this.isSampledMark()) this.isSampled = true;
      else this.row();
    }
    cursor.at++;
    const rest = cursor.bytes.length - cursor.at;
    if (rest > 0) throw new MarshalError(`${rest} bytes follow where the profile ends`, cursor.at);
    if (this.rowCount === 0) throw new StatsError('the profile is empty: nothing ran while it was taken', 0);
    return this.stats();
  }

  private row(): void {
    const row = this.rowCount;
    let met: number | undefined;
    try {
      const start = this.cursor.at;
      const key = this.functionKey();
      if (this.rowOf[key]) throw new StatsError(`${standardName(this.functions.name(key))} has a row already`, start);
      met = key;
      this.rowOf[key] = row + 1;
      this.figures(row);
      this.rowCount++;
    } catch (error) {
      if (!(error instanceof StatsError)) throw error;
      const name = met === undefined ? '' : `, ${standardName(this.functions.name(met))}`;
      throw new StatsError(`row ${row + 1}${name}: ${error.reason}`, error.offset);
    }
  }

  private figures(row: number): void {
    this.tuple(5, 'not a tuple of five');
    this.room.cc[row] = this.count('the number of primitive calls');
    this.room.nc[row] = this.count('the number of calls');
    this.room.tt[row] = this.seconds('own time');
    this.room.ct[row] = this.seconds('cumulative time');
    this.callers(row);
    this.room.edgeFrom[row + 1] = this.edgeCount;
  }

  private callers(row: number): void {
    const { cursor } = this;
    const type = cursor.type();
    // No profiler writes this, and a small file could make its reader walk a huge graph with it.
    if (type === REFERENCE && this.referred(KIND.dict) >= 0)
      throw new StatsError('it shares its callers with another row', cursor.at);
    if (type !== DICT) this.refuse('its callers are not a dict');
    this.open(KIND.dict, 0);
    for (let i = 1; cursor.type() !== END; i++) {
      const start = cursor.at;
      const caller = this.knownFunction(start) ?? this.functionKey();
      if (this.namedBy[caller] === row + 1) throw new StatsError(`caller ${i} is named twice`, start);
      this.namedBy[caller] = row + 1;
      const at = this.edgeCount++;
      this.room.caller[at] = caller;
      if (!this.plainEdge(at)) this.edge(at);
    }
    cursor.at++;
  }

  /** A reference to a function, which is what nearly all callers are, without the ways to other things. */
  private knownFunction(start: number): number | undefined {
    const { cursor } = this;
    if (cursor.bytes[start] !== REFERENCE || start + 5 > cursor.bytes.length) return undefined;
    const index = cursor.view.getInt32(start + 1, true);
    if (!(index >= 0 && index < this.refCount) || this.room.refKinds[index] !== KIND.function) return undefined;
    cursor.at = start + 5;
    return this.room.refs[index];
  }

  /**
   * An edge as nearly all are written, in one step: `i` and a count, or a tuple of two of these and two of `g` and a time. A large
   * profile has half a million. False, with no step done, for any other.
   */
  private plainEdge(at: number): boolean {
    const { cursor, room } = this;
    const { bytes, view } = cursor;
    const start = cursor.at;
    if (start + 30 > bytes.length) return false; // a timed one, or more than the last count of a file
    if (bytes[start] === INT) {
      if (this.isTimed !== false) return false;
      room.edgeNc[at] = view.getInt32(start + 1, true);
      cursor.at = start + 5;
      return true;
    }
    const isTuple = (bytes[start]! | FLAG_REF) === (SMALL_TUPLE | FLAG_REF) && bytes[start + 1] === 4;
    if (!isTuple || this.isTimed !== true) return false;
    const isPlain =
      bytes[start + 2] === INT &&
      bytes[start + 7] === INT &&
      bytes[start + 12] === FLOAT &&
      bytes[start + 21] === FLOAT;
    if (!isPlain) return false;
    const tt = view.getFloat64(start + 13, true);
    const ct = view.getFloat64(start + 22, true);
    if (!Number.isFinite(tt) || !Number.isFinite(ct)) return false;
    if (bytes[start] !== SMALL_TUPLE) this.keep(KIND.value, start);
    room.edgeNc[at] = view.getInt32(start + 3, true);
    room.edgeCc[at] = view.getInt32(start + 8, true);
    room.edgeTt[at] = tt;
    room.edgeCt[at] = ct;
    cursor.at = start + 30;
    return true;
  }

  private edge(at: number): void {
    const { cursor } = this;
    const start = cursor.at;
    const type = cursor.type();
    let timed = type === SMALL_TUPLE || type === TUPLE;
    let back = -1;
    if (type === REFERENCE) {
      const there = this.referred(KIND.value);
      timed = there >= 0 && isTuple(cursor.bytes[this.room.refs[there]!]! & ~FLAG_REF);
      if (timed) {
        back = start + 5;
        cursor.at = this.room.refs[there]!;
        this.isAgain = true;
      }
    }
    this.isTimed ??= timed;
    if (this.isTimed !== timed) throw new StatsError('some callers are counts and some are tuples', start);
    if (timed) this.timedEdge(at);
    else this.room.edgeNc[at] = this.count('calls by a caller');
    if (back < 0) return;
    cursor.at = back;
    this.isAgain = false;
  }

  private timedEdge(at: number): void {
    this.tuple(4, 'a caller is not a tuple of four');
    // The other way round than in a row: here all calls come first.
    this.room.edgeNc[at] = this.count('calls by a caller');
    this.room.edgeCc[at] = this.count('primitive calls by a caller');
    this.room.edgeTt[at] = this.seconds('own time under a caller');
    this.room.edgeCt[at] = this.seconds('cumulative time under a caller');
  }

  /** The function that is named here, by its number. */
  private functionKey(): number {
    const { cursor } = this;
    const start = cursor.at;
    if (cursor.type() === REFERENCE) {
      const there = this.referred(KIND.function);
      if (there < 0) throw new StatsError(NO_NAME, start);
      cursor.at += 5;
      return this.room.refs[there]!;
    }
    const ref = this.tuple(3, NO_NAME);
    const file = this.textPart(start);
    const line = this.numberPart();
    if (line === undefined || !Number.isSafeInteger(line)) throw new StatsError(NO_NAME, start);
    const id = this.functions.id(file, line, this.textPart(start));
    if (ref >= 0) {
      this.room.refKinds[ref] = KIND.function;
      this.room.refs[ref] = id;
    }
    return id;
  }

  private textPart(start: number): number {
    const { cursor } = this;
    const type = cursor.type();
    if (type === REFERENCE) {
      const there = this.referred(KIND.text);
      if (there < 0) throw new StatsError(NO_NAME, start);
      cursor.at += 5;
      return this.room.refs[there]!;
    }
    if (type === INTERNED_REFERENCE) return this.internedText();
    const isKept = (cursor.bytes[cursor.at]! & FLAG_REF) !== 0;
    const text = cursor.text();
    if (text === undefined) this.refuse(NO_NAME, start);
    if (type === INTERNED) this.interned.push(text);
    if (isKept) this.keep(KIND.text, text);
    return text;
  }

  private internedText(): number {
    const { cursor } = this;
    const start = cursor.at++;
    const index = cursor.int32();
    return this.interned[index] ?? dangling(index, start);
  }

  private count(what: string): number {
    const start = this.cursor.at;
    const value = this.numberPart();
    if (value === undefined || !Number.isSafeInteger(value)) this.refuse(`${what} is no count`, start);
    return value;
  }

  /** A profiler whose timer counts ticks writes integers. */
  private seconds(what: string): number {
    const start = this.cursor.at;
    const value = this.numberPart();
    if (value === undefined || !Number.isFinite(value)) this.refuse(`${what} is no time`, start);
    return value;
  }

  private numberPart(): number | undefined {
    const { cursor } = this;
    const start = cursor.at;
    if (cursor.type() === REFERENCE) {
      const there = this.referred(KIND.value);
      if (there < 0) return undefined;
      cursor.at = this.room.refs[there]!;
      const value = cursor.number();
      cursor.at = value === undefined ? start : start + 5;
      return value;
    }
    const value = cursor.number();
    if (value !== undefined && (cursor.bytes[start]! & FLAG_REF) !== 0) this.keep(KIND.value, start);
    return value;
  }

  /** Steps into a tuple. Returns the number of the reference to it, -1 where there is none. */
  private tuple(length: number, otherwise: string): number {
    const { cursor } = this;
    const start = cursor.at;
    const type = cursor.type();
    if (!isTuple(type)) this.refuse(otherwise);
    const ref = this.open(KIND.value, start);
    const found = type === SMALL_TUPLE ? cursor.byte() : cursor.size();
    const left = cursor.bytes.length - cursor.at;
    if (found > left) throw new MarshalError(`${found} items are claimed, too many`, start);
    if (found !== length) throw new StatsError(otherwise, start);
    return ref;
  }

  /** Steps over the type of a value that holds others. */
  private open(kind: Kind, value: number): number {
    const isKept = (this.cursor.bytes[this.cursor.at++]! & FLAG_REF) !== 0;
    return isKept ? this.keep(kind, value) : -1;
  }

  private keep(kind: Kind, value: number): number {
    if (this.isAgain) return -1;
    this.room.refKinds[this.refCount] = kind;
    this.room.refs[this.refCount] = value;
    return this.refCount++;
  }

  /** The number of the reference that stands here, if it leads to something of that kind; -1 otherwise. No step is done. */
  private referred(kind: Kind): number {
    const { cursor } = this;
    const start = cursor.at++;
    const index = cursor.int32();
    cursor.at = start;
    if (index < 0 || index >= this.refCount) dangling(index, start);
    return this.room.refKinds[index] === kind ? index : -1;
  }

  /** Python 3.15's sampling profiler marks its files with one key that is no function: ("__sampled__",). */
  private isSampledMark(): boolean {
    const { cursor } = this;
    const start = cursor.at;
    if (!isTuple(cursor.type()) || cursor.bytes[start + 1] !== 1) return false;
    const kept = this.refCount;
    this.tuple(1, NO_NAME);
    if (cursor.texts.text(this.textPart(start)) === '__sampled__') {
      const value = cursor.type();
      if (value !== 0x54 && value !== 0x46) this.refuse('the mark of a sampling profiler is neither true nor false');
      cursor.at++;
      return true;
    }
    this.refCount = kept;
    cursor.at = start;
    return false;
  }

  private refuse(reason: string, start = this.cursor.at): never {
    const { at } = this.cursor;
    const type = at < this.cursor.bytes.length ? this.cursor.type() : undefined;
    const foreign = type === undefined || at !== start ? undefined : refusal(type);
    if (foreign !== undefined) throw new MarshalError(foreign, at);
    throw new StatsError(reason, start);
  }

  /** Rows get the numbers of their places in the file; callers that have no row come after them. */
  private stats(): ColumnStats {
    const { rowCount: rows, edgeCount: edges, functions, room } = this;
    const idOf = new Int32Array(functions.count);
    const metAs = new Int32Array(functions.count);
    let next = rows;
    for (let met = 0; met < idOf.length; met++) {
      const row = this.rowOf[met];
      const id = row ? row - 1 : next++;
      idOf[met] = id;
      metAs[id] = met;
    }
    functions.renumber(metAs);
    for (let i = 0; i < edges; i++) room.caller[i] = idOf[room.caller[i]!]!;
    const columns = {
      cc: room.take(room.cc, rows),
      nc: room.take(room.nc, rows),
      tt: room.take(room.tt, rows),
      ct: room.take(room.ct, rows),
      edgeFrom: room.take(room.edgeFrom, rows + 1),
      caller: room.take(room.caller, edges),
      edgeNc: room.take(room.edgeNc, edges),
      times: this.isTimed
        ? { cc: room.take(room.edgeCc, edges), tt: room.take(room.edgeTt, edges), ct: room.take(room.edgeCt, edges) }
        : undefined,
    };
    return new ColumnStats(columns, functions, undefined, this.isSampled);
  }
}

const NO_NAME = 'a function is named by (file, line, name), and here it is not';

const isTuple = (type: number): boolean => type === SMALL_TUPLE || type === TUPLE;

function dangling(index: number, start: number): never {
  throw new MarshalError(`reference ${index} points at nothing read so far`, start);
}
