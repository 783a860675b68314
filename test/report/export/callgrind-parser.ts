/** A function of a file in callgrind's format. Costs in its one event. */
export interface CallgrindFunction {
  readonly file: string;
  readonly name: string;
  own: number;
  readonly calls: {
    readonly file: string;
    readonly name: string;
    readonly count: number;
    readonly inclusive: number;
  }[];
}

/**
 * Reads callgrind's profile format, as https://valgrind.org/docs/manual/cl-format.html gives it, and nothing more: whatever is not in
 * that grammar, or refers to a name that was not given, is an error with its line.
 */
export function parseCallgrind(text: string): {
  functions: CallgrindFunction[];
  header: Map<string, string>;
  totals: number;
} {
  const header = new Map<string, string>();
  const tables = { file: new Map<string, string>(), function: new Map<string, string>() };
  const functions: CallgrindFunction[] = [];
  let totals = Number.NaN;
  let file: string | undefined;
  let at: CallgrindFunction | undefined;
  let callee: { file: string; name?: string } | undefined;
  let calls: number | undefined;

  const lines = text.split('\n');
  if (lines[0] !== '# callgrind format') throw new Error('the first line has to say what it is');
  const name = (table: Map<string, string>, value: string): string => {
    const [, id, given] = /^\((\d+)\)(?: (.*))?$/.exec(value) ?? [];
    if (id === undefined) return value;
    if (given !== undefined) {
      if (table.has(id)) throw new Error(`(${id}) is given twice`);
      table.set(id, given);
    }
    const known = table.get(id);
    if (known === undefined) throw new Error(`(${id}) was not given`);
    return known;
  };
  const read = (line: string): void => {
    if (line === '' || line.startsWith('#')) return;
    const [, key, value] = /^(version|creator|cmd|desc|positions|event|events|summary|totals): (.*)$/.exec(line) ?? [];
    if (key === 'totals') totals = Number(value);
    else if (key !== undefined) {
      if (at !== undefined) throw new Error('a header after the first cost');
      header.set(key, key === 'desc' && header.has(key) ? `${header.get(key)}\n${value}` : value!);
    } else assign(line);
  };
  const assign = (line: string): void => {
    const [, field, value] = /^(fl|fn|cfi|cfl|cfn|calls)=(.*)$/.exec(line) ?? [];
    if (calls !== undefined && field !== undefined) throw new Error('a cost has to follow calls=');
    if (field === 'fl') file = name(tables.file, value!);
    else if (field === 'fn') {
      at = { file: file!, name: name(tables.function, value!), own: 0, calls: [] };
      functions.push(at);
    } else if (field === 'cfi' || field === 'cfl') callee = { file: name(tables.file, value!) };
    else if (field === 'cfn') callee = { file: callee?.file ?? file!, name: name(tables.function, value!) };
    else if (field === 'calls') {
      const [, count] = /^(\d+) \d+$/.exec(value!) ?? [];
      if (count === undefined || callee?.name === undefined) throw new Error('calls= without a number, place or cfn=');
      calls = Number(count);
    } else cost(line);
  };
  const cost = (line: string): void => {
    const [, figure] = /^\d+ (\d+)$/.exec(line) ?? [];
    if (figure === undefined || at === undefined) throw new Error('no line of this format');
    if (calls === undefined) at.own += Number(figure);
    else at.calls.push({ file: callee!.file, name: callee!.name!, count: calls, inclusive: Number(figure) });
    if (calls !== undefined) callee = undefined;
    calls = undefined;
  };
  lines.forEach((line, i) => {
    try {
      read(line);
    } catch (e) {
      throw new Error(`line ${i + 1}, ${JSON.stringify(line)}: ${(e as Error).message}`);
    }
  });
  return { functions, header, totals };
}
