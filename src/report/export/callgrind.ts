import { apportion } from '../../profile/apportion.js';
import type { Columns } from '../../profile/columns.js';
import { edgesByCaller } from '../../profile/edges-by-caller.js';
import type { FunctionName, Stats } from '../../profile/stats.js';
import { callerNotes } from './estimate-notes.js';
import { plainText } from './plain-text.js';
import { hasFile } from './stack-frame.js';
import type { Exported, Subject } from './subject.js';

/** For KCachegrind, QCachegrind and callgrind_annotate: own time by function, and calls with the time in them, in nanoseconds. */
export function callgrind({ name, stats }: Subject): Exported {
  const apportioned = apportion(stats.columns);
  const notes = callerNotes(apportioned);
  return { parts: lines(name, stats, apportioned.columns, notes), notes };
}

const nanos = (seconds: number): number => Math.max(0, Math.round(seconds * 1e9));

function* lines(title: string, stats: Stats, columns: Columns, notes: readonly string[]): Generator<string> {
  const { nc, tt, edgeNc, times } = columns;
  const total = tt.reduce((sum, seconds) => sum + nanos(seconds), 0);
  yield `# callgrind format\nversion: 1\ncreator: profkit\ncmd: ${plainText(title)}\n`;
  for (const note of notes) yield `desc: Note: ${note}\n`;
  // The only lines that are known are those of the functions: a call stands at the line of the function that makes it.
  yield `positions: line\nevent: ns : Nanoseconds\nevents: ns\nsummary: ${total}\n`;
  const words = new Words(stats);
  const { edges, from } = edgesByCaller(columns.caller, stats.names.length);
  const callees = calleeByEdge(columns);
  for (let id = 0; id < stats.names.length; id++) {
    const calls = edges.subarray(from[id], from[id + 1]);
    const isRow = id < nc.length;
    if (!isRow && calls.length === 0) continue;
    const { line } = stats.name(id);
    yield `\n${words.file('fl', id)}\n${words.function('fn', id)}\n${place(line)} ${isRow ? nanos(tt[id]!) : 0}\n`;
    for (const edge of calls) {
      const callee = callees[edge]!;
      const to = stats.name(callee).line;
      yield `${words.file('cfi', callee)}\n${words.function('cfn', callee)}\n`;
      yield `calls=${Math.max(0, edgeNc[edge]!)} ${place(to)}\n${place(line)} ${nanos(times?.ct[edge] ?? 0)}\n`;
    }
  }
  yield `\ntotals: ${total}\n`;
}

function calleeByEdge({ edgeFrom, caller }: Columns): Int32Array {
  const callees = new Int32Array(caller.length);
  for (let row = 0; row + 1 < edgeFrom.length; row++) callees.fill(row, edgeFrom[row], edgeFrom[row + 1]);
  return callees;
}

const place = (line: number): number => Math.max(0, line);

/** Names are written once, with a number, which stands for them after that. */
class Words {
  private readonly stats: Stats;
  private readonly files = new Map<string, number>();
  /** By function, the number of its file, 0 before it is known. */
  private readonly fileOf: Int32Array;
  private readonly functions = new Set<number>();
  /** Readers know a function by its file and name, so that two of one name need their lines. */
  private readonly met = new Map<string, number>();

  constructor(stats: Stats) {
    this.stats = stats;
    this.fileOf = new Int32Array(stats.names.length);
    for (const key of stats.names.map(keyOf)) this.met.set(key, (this.met.get(key) ?? 0) + 1);
  }

  file(field: 'fl' | 'cfi', id: number): string {
    if (this.fileOf[id] !== 0) return `${field}=(${this.fileOf[id]})`;
    const name = fileOf(this.stats.name(id));
    const known = this.files.get(name);
    this.fileOf[id] = known ?? this.files.size + 1;
    if (known !== undefined) return `${field}=(${known})`;
    this.files.set(name, this.files.size + 1);
    return `${field}=(${this.files.size}) ${name}`;
  }

  function(field: 'fn' | 'cfn', id: number): string {
    if (this.functions.has(id)) return `${field}=(${id + 1})`;
    this.functions.add(id);
    const one = this.stats.name(id);
    const isOnly = this.met.get(keyOf(one)) === 1;
    return `${field}=(${id + 1}) ${plainText(one.name)}${isOnly ? '' : `:${one.line}`}`;
  }
}

const fileOf = (one: FunctionName): string => (hasFile(one) ? plainText(one.file) : '???');
const keyOf = (one: FunctionName): string => `${fileOf(one)}\n${plainText(one.name)}`;
