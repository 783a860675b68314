import { string } from '@oclif/core/args';
import { boolean, option, string as stringFlag } from '@oclif/core/flags';
import { analyzeFiles, FORMATS } from '../ui/analyze-files.js';
import { ProfkitCommand } from '../ui/profkit-command.js';

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
    const print = (text: string) => this.jsonEnabled() || process.stdout.write(text);
    return analyzeFiles(argv as string[], { ...flags, format: this.jsonEnabled() ? 'table' : flags.format }, print);
  }
}
