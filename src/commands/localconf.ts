import { boolean, integer, option, string as stringFlag } from '@oclif/core/flags';
import { EXIT } from '../exit-status.js';
import type { Conflict } from '../openstack/local-conf/add-settings.js';
import { MODES } from '../openstack/local-conf/wanted.js';
import { ProfkitCommand } from '../ui/profkit-command.js';

export default class Localconf extends ProfkitCommand {
  static override summary =
    "A devstack local.conf for profiling: write it, add it to one's own, or see what one really does";
  static override description =
    "Writes the guide's local.conf, corrected, with what makes captures clean, and says of each line why it stands there. " +
    'Passwords are generated, or taken from a file or from ADMIN_PASSWORD and its like in the environment. ' +
    "--check reads by devstack's own rules and ends with status 1 where something is lost or changed. docs/localconf.md has the traps.";
  static override examples = [
    '<%= config.bin %> localconf --computes 50',
    '<%= config.bin %> localconf --merge /opt/stack/devstack/local.conf --dry-run',
    '<%= config.bin %> localconf --check /opt/stack/devstack/local.conf',
  ];
  static override flags = {
    output: stringFlag({
      char: 'o',
      default: 'local.conf',
      description: 'the file to write; one that is there is left alone',
    }),
    merge: stringFlag({
      exclusive: ['check', 'output'],
      description: 'add to this file instead; its text, order and comments stay',
    }),
    check: stringFlag({
      exclusive: ['merge', 'output', 'dry-run'],
      description: 'say what each file gets of this one, and warn of traps',
    }),
    computes: integer({ min: 1, description: 'how many fake computes; default: 25, or as many as a merged file has' }),
    concurrency: option({ options: MODES })({
      description: "Nova's concurrency mode, from Nova 34 on; default: its own",
    }),
    passwords: stringFlag({ description: 'a file with one password for all, or lines like ADMIN_PASSWORD=…' }),
    conflicts: option({ options: ['ask', 'keep', 'replace'] as const, default: 'ask' })({
      description: 'what to do where a merged file has other values',
    }),
    'dry-run': boolean({ description: 'show it, and write nothing' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Localconf);
    if (flags.check !== undefined) return this.check(flags.check);
    const { progress } = this.watched(flags.quiet);
    const workflow = await import('../workflow/local-conf.js');
    const options = { ...flags, dryRun: flags['dry-run'] };
    const done =
      flags.merge === undefined
        ? await workflow.writeLocalConf(flags.output, options)
        : await workflow.mergeLocalConf(flags.merge, options, (c) => this.settle(c, flags.conflicts));
    if (flags.merge !== undefined || flags['dry-run'])
      this.log(done.text.trimEnd() || `${done.path} has all of it already.`);
    else this.log(done.path);
    for (const warning of done.warnings) progress.warn(warning);
    return done;
  }

  private async check(path: string): Promise<unknown> {
    const { checkFile } = await import('../workflow/local-conf.js');
    const { localConfReport } = await import('../report/local-conf-report.js');
    const checked = await checkFile(path);
    this.log(localConfReport(path, checked).trimEnd());
    if (checked.traps.some((t) => t.effect !== 'note')) process.exitCode = EXIT.fault;
    return checked;
  }

  private async settle(
    { what, theirs, ours }: Conflict,
    how: 'ask' | 'keep' | 'replace',
  ): Promise<boolean | undefined> {
    if (how !== 'ask') return how === 'replace';
    if (this.jsonEnabled()) return undefined;
    const { ask } = await import('../ui/ask.js');
    return ask(`${what} is ${theirs}, wanted is ${ours}. Replace it?`);
  }
}
