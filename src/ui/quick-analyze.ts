import { parseArgs } from 'node:util';
import { Failure, failureText } from '../failure.js';
import { type AnalyzeFlags, analyzeFiles, FORMATS } from './analyze-files.js';

const flag = { type: 'boolean', default: false } as const;

/**
 * `profkit analyze` without oclif, whose loading takes longer than reading a profile. For plain words alone: false, with nothing
 * done, for all else, such as `--help`, `--json` and whatever is wrong. `src/commands/analyze.ts` says what the flags mean.
 */
export async function quickAnalyze(argv: readonly string[]): Promise<boolean> {
  const asked = parse(argv);
  if (asked === undefined) return false;
  try {
    await analyzeFiles(asked.files, asked.flags, (text) => process.stdout.write(text));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${failureText(error)}\n`);
    process.exitCode = error.status;
  }
  return true;
}

function parse(argv: readonly string[]): { files: string[]; flags: AnalyzeFlags } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        format: { type: 'string', default: 'table' },
        each: flag,
        sort: { type: 'string', default: 'cumulative' },
        reverse: { ...flag, short: 'r' },
        'strip-dirs': flag,
        callers: flag,
        callees: flag,
        limit: { type: 'string', multiple: true },
      },
    });
    const format = FORMATS.find((one) => one === values.format);
    if (positionals.length === 0 || format === undefined) return undefined;
    return { files: positionals, flags: { ...values, format } };
  } catch {
    return undefined;
  }
}
