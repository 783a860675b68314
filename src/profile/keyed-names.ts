import type { MarshalValue } from './marshal.js';
import { NameTable } from './name-table.js';
import type { FunctionName } from './stats.js';
import { StatsError } from './stats-error.js';

/** Turns key tuples into ids. A tuple that the file refers to again and again is looked up only once. */
export class KeyedNames {
  readonly table = new NameTable();
  private readonly seen = new Map<MarshalValue, number>();

  /** @throws StatsError when the key is not (text, whole number, text). */
  id(key: MarshalValue): number {
    let id = this.seen.get(key);
    if (id === undefined) {
      id = this.table.id(shapeName(key));
      this.seen.set(key, id);
    }
    return id;
  }
}

function shapeName(key: MarshalValue): FunctionName {
  if (Array.isArray(key) && key.length === 3) {
    const [file, line, name] = key as readonly MarshalValue[];
    if (
      typeof file === 'string' &&
      typeof name === 'string' &&
      typeof line === 'number' &&
      Number.isSafeInteger(line)
    ) {
      return { file, line, name };
    }
  }
  throw new StatsError('a function is named by (file, line, name), and here it is not');
}
