import { string } from '@oclif/core/args';
import { boolean, string as stringFlag } from '@oclif/core/flags';
import { ProfkitCommand } from '../ui/profkit-command.js';

export default class Analyze extends ProfkitCommand {
  static override summary = 'The table of a profile as pstats prints it, and in words what it means';
  static override description = 'Reads any .prof without Python. Shares are of the target, not of the process.';
  static override examples = [
    '<%= config.bin %> analyze capture.prof',
    '<%= config.bin %> analyze capture.prof --sort tottime,calls --limit nova --limit 20',
  ];
  static override strict = false;
  static override args = {
    file: string({ required: true, description: '.prof files, or folders of them; a sidecar beside one is read too' }),
  };
  static override flags = {
    sort: stringFlag({
      default: 'cumulative',
      description: 'keys of pstats, or beginnings of them: cumulative, tottime, ncalls, …; several with commas',
    }),
    reverse: boolean({ char: 'r', description: 'the other way round' }),
    'strip-dirs': boolean({ description: 'file names without their folders' }),
    limit: stringFlag({
      multiple: true,
      multipleNonGreedy: true,
      description:
        'a number of rows, a fraction, or a pattern; repeated: applied in order, as by pstats; default: 20, and all as JSON',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Analyze);
    const { analyze } = await import('../workflow/analyze.js');
    const { capturesAt } = await import('../workflow/read-capture.js');
    const options = {
      sort: flags.sort.split(',').filter(Boolean),
      reverse: flags.reverse,
      stripDirs: flags['strip-dirs'],
      limit: flags.limit ?? [],
      width: process.stdout.columns,
    };
    const done = [];
    const files = (await Promise.all((argv as string[]).map(capturesAt))).flat();
    for (const file of files) {
      const { text, ...rest } = await analyze(file, options);
      this.log(`${text}\n`);
      done.push(rest);
    }
    return done;
  }
}
