import { boolean, string } from '@oclif/core/flags';
import { HostCommand } from '../ui/host-command.js';

export default class Init extends HostCommand {
  static override summary = 'Write a profkit.yaml by looking at the host';
  static override description =
    'Looks at what runs there and changes nothing on it. The file says why each of its lines stands; what is only a suggestion is commented out. docs/config.md has all that may stand in it.';
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --host stack@devstack',
    '<%= config.bin %> init --dry-run',
  ];
  static override flags = {
    output: string({
      char: 'o',
      default: 'profkit.yaml',
      description: 'the file to write, - for stdout; one that is there is left alone',
    }),
    'dry-run': boolean({ description: 'show it, and write nothing' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Init);
    const { init, refuseExisting } = await import('../workflow/init.js');
    const dryRun = flags['dry-run'] || flags.output === '-';
    if (!dryRun) await refuseExisting(flags.output); // before a host is asked
    const host = flags.host ?? (await this.defaults()).host;
    const context = await this.open(flags);
    const done = await context.progress.step(
      `Look at ${context.host.name}`,
      () =>
        context.interruption.during('looking', () =>
          init(context, { path: flags.output, host: host || undefined, dryRun }),
        ),
      (d) => seenWords(d),
    );
    this.log(dryRun ? done.text.trimEnd() : done.path);
    return done;
  }
}

const seenWords = (d: { systemd: boolean; services: readonly string[]; presets: readonly unknown[] }): string =>
  d.systemd ? `${d.services.length} Python services, ${d.presets.length} presets fit` : 'no systemd';
