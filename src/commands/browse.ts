import { string } from '@oclif/core/args';
import { ProfkitCommand } from '../ui/profkit-command.js';

export default class Browse extends ProfkitCommand {
  static override summary = 'The prompt of python3 -m pstats: the same commands, the same output, no Python';
  static override description =
    'Several files are added up. On a terminal with history and completion; a pipe works as well.';
  static override examples = [
    '<%= config.bin %> browse capture.prof',
    "echo 'sort cumulative\nstats 20' | <%= config.bin %> browse capture.prof",
  ];
  static override strict = false;
  static override args = { file: string({ description: '.prof files', ignoreStdin: true }) };

  async run(): Promise<unknown> {
    const { argv } = await this.parse(Browse);
    const { Dialogue } = await import('../report/browse/dialogue.js');
    const { openProfile } = await import('../workflow/open-profile.js');
    const { converse, inPipe } = await import('../ui/converse.js');
    const dialogue = new Dialogue(openProfile);
    const said = [dialogue.start(argv as string[])];
    if (this.jsonEnabled()) {
      await inPipe(dialogue, (text) => said.push(text));
      return { text: said.join('') };
    }
    process.stdout.write(said.join(''));
    await converse(dialogue);
  }
}
