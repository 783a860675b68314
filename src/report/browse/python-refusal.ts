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
    const value = marshalVerdict(bytes);
    if (value === undefined) return undefined;
    if (!value.isTrue) return { kind: 'TypeError', why: WORDS.nothingInIt(reprText(dated)) };
    const found = value.entries === undefined ? noDict(value) : firstWrong(value.entries);
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

/** pstats unpacks each row, adds its figures up, and looks for a caller. */
function firstWrong(entries: readonly (readonly [Value, Value])[]): Refused | undefined {
  let seconds = 'int';
  for (const [, { type, items }] of entries) {
    if (items === undefined) {
      // what is made of parts, but not of these, is taken to pieces in its own way
      const hasParts = ['str', 'bytes', 'dict', 'set', 'frozenset'].includes(type);
      return hasParts ? undefined : wrongType(`cannot unpack non-iterable ${type} object`);
    }
    if (items.length < 5) return wrongValue(`not enough values to unpack (expected 5, got ${items.length})`);
    if (items.length > 5) return wrongValue('too many values to unpack (expected 5)');
    const [cc, nc, tt, , callers] = items as [Value, Value, Value, Value, Value];
    for (const [sum, added] of [
      ['int', nc.type],
      ['int', cc.type],
      [seconds, tt.type],
    ] as const) {
      if (!['int', 'float', 'bool'].includes(added)) {
        return added === 'complex'
          ? undefined
          : wrongType(`unsupported operand type(s) for +=: '${sum}' and '${added}'`);
      }
    }
    if (tt.type === 'float') seconds = 'float';
    if (['int', 'float', 'bool', 'NoneType', 'ellipsis'].includes(callers.type)) {
      return wrongType(`argument of type '${callers.type}' is not iterable`);
    }
    if (!['dict', 'tuple', 'list'].includes(callers.type)) return undefined;
  }
  return undefined;
}

const wrongType = (why: string): Refused => ({ kind: 'TypeError', why });
const wrongValue = (why: string): Refused => ({ kind: 'ValueError', why });
