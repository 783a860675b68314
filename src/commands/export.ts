import { string } from '@oclif/core/args';
import { boolean, option, string as stringFlag } from '@oclif/core/flags';
import { FORMATS, type FormatName } from '../report/export/formats.js';
import { ProfkitCommand } from '../ui/profkit-command.js';

const NAMES = Object.keys(FORMATS) as FormatName[];

export default class Export extends ProfkitCommand {
  static override summary = 'A profile in the format of another tool: SnakeViz, speedscope, KCachegrind, pprof, …';
  static override description =
    'Text goes to a pipe where there is one, else to a file in the current folder; a file that is there is not overwritten unasked. ' +
    'A profile keeps no stacks: where they, or the times of callers, are estimates, that is said. docs/export.md has the tools.';
  static override examples = [
    '<%= config.bin %> export capture.prof --to speedscope',
    '<%= config.bin %> export capture.prof --to cprofile --output for-snakeviz.prof',
    '<%= config.bin %> export capture.prof --to dot | dot -Tsvg > capture.svg',
  ];
  static override strict = false;
  static override args = {
    file: string({ required: true, description: '.prof files, or folders of them: one export each' }),
  };
  static override flags = {
    to: option({ options: NAMES })({ required: true, description: 'the format' }),
    output: stringFlag({ char: 'o', description: 'the file to write, a folder for several files, or - for stdout' }),
    force: boolean({ char: 'f', description: 'replace a file that is there' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Export);
    const { capturesAt } = await import('../workflow/read-capture.js');
    const { exportFiles } = await import('../workflow/export.js');
    const files = (await Promise.all((argv as string[]).map(capturesAt))).flat();
    const { progress } = this.watched(flags.quiet);
    if (await this.isForStdout(files, flags)) return this.toStdout(files[0]!, flags.to, (note) => progress.warn(note));
    const done = await exportFiles(files, flags);
    for (const { file, output, notes } of done) {
      this.log(output);
      for (const note of notes) progress.warn(files.length > 1 ? `${file}: ${note}` : note);
    }
    return done;
  }

  private async isForStdout(files: readonly string[], { to, output }: { to: FormatName; output?: string | undefined }) {
    const { failure } = await import('../failure.js');
    const { isTTY } = process.stdout;
    const { isText } = FORMATS[to];
    if (output !== '-') return output === undefined && files.length === 1 && isText && !isTTY && !this.jsonEnabled();
    const why =
      (this.jsonEnabled() && '--json has stdout already') ||
      (files.length > 1 && `${files.length} exports cannot share stdout`) ||
      (isTTY && !isText && `${to} is binary, and stdout is a terminal`);
    if (why) throw failure('BAD_OPTION', { what: `--output - cannot be: ${why}` });
    return true;
  }

  private async toStdout(file: string, to: FormatName, warn: (note: string) => void): Promise<void> {
    const { exported } = await import('../workflow/export.js');
    const { blocks } = await import('../workflow/write-parts.js');
    const { Readable } = await import('node:stream');
    const { pipeline } = await import('node:stream/promises');
    const { parts, notes } = await exported(file, to);
    for (const note of notes) warn(note);
    try {
      await pipeline(Readable.from(blocks(parts)), process.stdout, { end: false });
    } catch (e) {
      // The reader, such as head, has what it wanted.
      if ((e as NodeJS.ErrnoException).code !== 'EPIPE') throw e;
    }
  }
}
