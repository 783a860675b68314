import type { AnalyzeOptions } from '../workflow/analyze.js';

export const FORMATS = ['table', 'pstats', 'csv', 'json'] as const;

export interface AnalyzeFlags {
  readonly format: (typeof FORMATS)[number];
  readonly each: boolean;
  /** Keys with commas between. */
  readonly sort: string;
  readonly reverse: boolean;
  readonly 'strip-dirs': boolean;
  readonly callers: boolean;
  readonly callees: boolean;
  readonly limit?: readonly string[] | undefined;
}

/** Analyzes what the words of a command name, hands what is to be printed to `print`, and returns it as data. @throws Failure */
export async function analyzeFiles(
  paths: readonly string[],
  flags: AnalyzeFlags,
  print: (text: string) => void,
): Promise<unknown> {
  const { capturesAt } = await import('../workflow/read-capture.js');
  const files = (await Promise.all(paths.map(capturesAt))).flat();
  const sets = flags.each ? files.map((file) => [file]) : [files];
  const options: AnalyzeOptions = {
    sort: flags.sort.split(',').filter(Boolean),
    reverse: flags.reverse,
    stripDirs: flags['strip-dirs'],
    callers: flags.callers,
    callees: flags.callees,
    limit: flags.limit ?? [],
    width: process.stdout.columns,
  };
  const done: unknown[] = [];
  for (const set of sets as [string, ...string[]][]) {
    if (flags.format === 'pstats') {
      const { printPstats } = await import('../workflow/print-pstats.js');
      print(await printPstats(set, options));
      continue;
    }
    const { analyze } = await import('../workflow/analyze.js');
    const { text, ...data } = await analyze(set, options);
    done.push(data);
    if (flags.format === 'table') print(`${text}\n\n`);
    if (flags.format === 'csv')
      for (const line of (await import('../report/rows-csv.js')).rowsCsv(data.rows)) print(line);
  }
  const result = flags.each ? done : done[0];
  if (flags.format === 'json') print(`${JSON.stringify(result, null, 2)}\n`);
  return result;
}
