import { reprText } from '../../profile/python-repr.js';
import { WORDS } from './interface-words.js';
import { marshalVerdict, PythonRaises, type Value } from './marshal-verdict.js';
import type { Refused } from './opened.js';

/**
 * What Python says of a file that is no profile. `dated` is the file as it stands above a table. Undefined where Python would take
 * the file, or fails in a way of its own.
 */
export function pythonRefusal(bytes: Uint8Array, dated: string): Refused | undefined {
  try {
    const rows = new Rows();
    const value = marshalVerdict(bytes, (row) => rows.see(row));
    if (value === undefined) return undefined;
    if (!value.isTrue) return { kind: 'TypeError', why: WORDS.nothingInIt(reprText(dated)) };
    const found = value.type === 'dict' ? rows.wrong : noDict(value);
    return found && { ...found, before: WORDS.invalidTiming(dated) };
  } catch (error) {
    if (error instanceof PythonRaises) return { kind: error.kind, why: error.message };
    throw error;
  }
}

function noDict({ type }: Value): Refused {
  const what = type === 'type' ? "type object 'StopIteration'" : `'${type}' object`;
  return { kind: 'AttributeError', why: `${what} has no attribute 'items'` };
}

/** pstats unpacks each row, adds its figures up, and looks for a caller: what it says of the first with which it cannot. */
class Rows {
  /** Undefined where all is well, or the first fails in a way of its own. */
  wrong: Refused | undefined;
  private isOver = false;
  private seconds = 'int';

  see(row: Value): void {
    if (this.isOver) return;
    this.wrong = this.judge(row);
    this.isOver = this.wrong !== undefined || this.isOver;
  }

  private judge({ type, size, items }: Value): Refused | undefined {
    if (size === undefined) {
      if (!hasParts(type)) return wrongType(`cannot unpack non-iterable ${type} object`);
      this.isOver = true; // taken to pieces, but not to these
      return undefined;
    }
    if (size < 5) return wrongValue(`not enough values to unpack (expected 5, got ${size})`);
    if (size > 5) return wrongValue('too many values to unpack (expected 5)');
    const [cc, nc, tt, , callers] = items as [Value, Value, Value, Value, Value];
    for (const [sum, { type: added }] of [
      ['int', nc],
      ['int', cc],
      [this.seconds, tt],
    ] as const) {
      if (isReal(added)) continue;
      if (added !== 'complex') return wrongType(`unsupported operand type(s) for +=: '${sum}' and '${added}'`);
      this.isOver = true;
      return undefined;
    }
    if (tt.type === 'float') this.seconds = 'float';
    if (['NoneType', 'ellipsis'].includes(callers.type) || isReal(callers.type)) {
      return wrongType(`argument of type '${callers.type}' is not iterable`);
    }
    this.isOver = !['dict', 'tuple', 'list'].includes(callers.type);
    return undefined;
  }
}

const hasParts = (type: string): boolean => ['str', 'bytes', 'dict', 'set', 'frozenset'].includes(type);
const isReal = (type: string): boolean => ['int', 'float', 'bool'].includes(type);
const wrongType = (why: string): Refused => ({ kind: 'TypeError', why });
const wrongValue = (why: string): Refused => ({ kind: 'ValueError', why });
