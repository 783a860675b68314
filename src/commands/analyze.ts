import { string } from '@oclif/core/args';
import { boolean, option, string as stringFlag } from '@oclif/core/flags';
import { ProfkitCommand } from '../ui/profkit-command.js';

const FORMATS = ['table', 'pstats', 'csv', 'json'] as const;

export default class Analyze extends ProfkitCommand {
  static override summary = 'What a profile means: a table, and in words why it took so long';
  static override description =
    'Reads any .prof without Python. Several are added up. Shares are of the target, not of the process.';
  static override examples = [
    '<%= config.bin %> analyze capture.prof',
    '<%= config.bin %> analyze capture.prof --sort tottime,calls --limit nova --limit 20',
    '<%= config.bin %> analyze capture.prof --limit get_by_host --callers',
    '<%= config.bin %> analyze before/ --format pstats --strip-dirs',
  ];
  static override strict = false;
  static override args = {
    file: string({ required: true, description: '.prof files, or folders of them; a sidecar beside one is read too' }),
  };
  static override flags = {
    format: option({
      options: FORMATS,
      default: 'table' as const,
      description:
        'table, and what it means; pstats: byte for byte as Python prints it; csv: the rows; json: as --json',
    })(),
    each: boolean({ description: 'several files one after the other, not added up' }),
    sort: stringFlag({
      default: 'cumulative',
      description: 'keys of pstats, or beginnings of them: cumulative, tottime, ncalls, …; several with commas',
    }),
    reverse: boolean({ char: 'r', description: 'the other way round' }),
    'strip-dirs': boolean({ description: 'file names without their folders' }),
    callers: boolean({ description: 'in place of the table, who called each of its functions' }),
    callees: boolean({ description: 'in place of the table, whom each of its functions called' }),
    limit: stringFlag({
      multiple: true,
      multipleNonGreedy: true,
      description:
        'a number of rows, a fraction, or a pattern; repeated: applied in order, as by pstats; default: 20 in a table',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Analyze);
    const { capturesAt } = await import('../workflow/read-capture.js');
    const files = (await Promise.all((argv as string[]).map(capturesAt))).flat();
    const sets = flags.each ? files.map((file) => [file]) : [files];
    const options = {
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
      if (flags.format === 'pstats' && !this.jsonEnabled()) {
        const { printPstats } = await import('../workflow/print-pstats.js');
        process.stdout.write(await printPstats(set, options));
        continue;
      }
      const { analyze } = await import('../workflow/analyze.js');
      const { text, ...data } = await analyze(set, options);
      done.push(data);
      if (flags.format === 'table') this.log(`${text}\n`);
    }
    const result = flags.each ? done : done[0];
    if (flags.format === 'json' && !this.jsonEnabled()) this.logJson(result);
    return result;
  }
}
