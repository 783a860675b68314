import { string } from '@oclif/core/args';
import { integer, option, string as stringFlag } from '@oclif/core/flags';
import { failure } from '../failure.js';
import { COMPARE_SORTS } from '../report/compare-table.js';
import { ProfkitCommand } from '../ui/profkit-command.js';

export default class Compare extends ProfkitCommand {
  static override summary =
    'Did it help: captures before and after, with a verdict where the difference is larger than the spread';
  static override description =
    `Each side is a .prof, a folder of captures, a pattern in quotes, or several with commas between. Several captures of a side
are repeats of one call; from 4 a side on, chance is tested. Functions are matched across moved lines.`;
  static override examples = [
    '<%= config.bin %> compare before.prof after.prof',
    '<%= config.bin %> compare captures/before captures/after --sort tottime',
    '<%= config.bin %> compare --before a.prof --before b.prof --after c.prof --after d.prof --by package',
  ];
  static override args = {
    before: string({ description: 'captures before the change' }),
    after: string({ description: 'captures after it' }),
  };
  static override flags = {
    before: stringFlag({ multiple: true, multipleNonGreedy: true, description: 'in place of BEFORE; repeatable' }),
    after: stringFlag({ multiple: true, multipleNonGreedy: true, description: 'in place of AFTER; repeatable' }),
    by: option({ options: ['function', 'package'] as const, default: 'function' })({
      description: 'what the table is of',
    }),
    sort: option({ options: COMPARE_SORTS, default: 'cumtime' })({
      description: 'the change that rows are ordered by',
    }),
    limit: integer({ min: 1, description: 'rows at most; default: 15, and all as JSON' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Compare);
    const before = [...(flags.before ?? []), ...(args.before === undefined ? [] : [args.before])];
    const after = [...(flags.after ?? []), ...(args.after === undefined ? [] : [args.after])];
    const isMixed = args.before !== undefined && (flags.before ?? flags.after) !== undefined;
    if (isMixed || before.length === 0 || after.length === 0)
      throw failure('BAD_OPTION', {
        what: 'compare takes two sides, BEFORE and AFTER, or --before and --after for each capture',
      });
    const { compareCaptures } = await import('../workflow/compare.js');
    const { by, sort, limit } = flags;
    const { text, ...data } = await compareCaptures(before, after, { by, sort, limit, width: process.stdout.columns });
    this.log(text);
    return data;
  }
}
