import { parseArgs } from 'node:util';
import { type AnalyzeFlags, analyzeFiles, FORMATS } from './analyze-files.js';
import { withoutOclif } from './without-oclif.js';

const flag = { type: 'boolean', default: false } as const;

/**
 * `profkit analyze` without oclif, whose loading takes longer than reading a profile. For plain words alone: false, with nothing
 * done, for all else, such as `--help`, `--json` and whatever is wrong. `src/commands/analyze.ts` says what the flags mean.
 */
export const quick = (argv: readonly string[]): Promise<boolean> =>
  withoutOclif(parse(argv), async ({ files, flags }) => {
    await analyzeFiles(files, flags, (text) => process.stdout.write(text));
    return true;
  });

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
