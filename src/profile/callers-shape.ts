import { count, seconds } from './figures.js';
import type { KeyedNames } from './keyed-names.js';
import { MarshalDict, type MarshalValue } from './marshal.js';
import type { Edge } from './stats.js';
import { StatsError } from './stats-error.js';

/** Reads the callers of one row after the other, and sees to it that one file holds one kind of them. */
export class CallersShape {
  private timed: boolean | undefined;
  private readonly taken = new Set<MarshalDict>();
  /** By caller: the last dict that named it, counted from 1. Cheaper than a set a row. */
  private readonly namedIn: number[] = [];

  private readonly names: KeyedNames;

  constructor(names: KeyedNames) {
    this.names = names;
  }

  /** @throws StatsError that says what is wrong. */
  edges(value: MarshalValue | undefined): Edge[] {
    if (!(value instanceof MarshalDict)) throw new StatsError(`its callers are not a dict`);
    // No profiler writes this, and a small file could make its reader walk a huge graph with it.
    if (this.taken.has(value)) throw new StatsError(`it shares its callers with another row`);
    this.taken.add(value);
    const edges: Edge[] = [];
    for (let i = 0; i < value.keys.length; i++) {
      const caller = this.names.id(value.keys[i]!);
      if (this.namedIn[caller] === this.taken.size) throw new StatsError(`caller ${i + 1} is named twice`);
      this.namedIn[caller] = this.taken.size;
      edges.push(this.edge(caller, value.values[i]!));
    }
    return edges;
  }

  private edge(caller: number, value: MarshalValue): Edge {
    const timed = Array.isArray(value);
    this.timed ??= timed;
    if (this.timed !== timed) throw new StatsError(`some callers are counts and some are tuples`);
    if (!Array.isArray(value)) {
      return { caller, nc: count(value, 'calls by a caller'), cc: undefined, tt: undefined, ct: undefined };
    }
    if (value.length !== 4) throw new StatsError(`a caller is not a tuple of four`);
    // The other way round than in a row: here all calls come first.
    const [nc, cc, tt, ct] = value as readonly MarshalValue[];
    return {
      caller,
      nc: count(nc, 'calls by a caller'),
      cc: count(cc, 'primitive calls by a caller'),
      tt: seconds(tt, 'own time under a caller'),
      ct: seconds(ct, 'cumulative time under a caller'),
    };
  }
}
