import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { EXIT } from '../exit-status.js';
import { HostCommand } from '../ui/host-command.js';
import { intoFlag } from '../ui/probe-flags.js';

export default class Collect extends HostCommand {
  static override summary = 'Bring new captures here, verified';
  static override description =
    'Copies captures and their sidecars to ./profkit-captures/, one folder a probe, each checked by its sha256.';
  static override examples = ['<%= config.bin %> collect', '<%= config.bin %> collect k3f9q2 --clean'];
  static override args = { probe: string({ description: 'id of the probe; default: all' }) };
  static override flags = {
    clean: boolean({ description: 'remove from the host what was brought here and verified' }),
    into: intoFlag,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Collect);
    const context = await this.open(flags);
    const { oneProbe } = await import('../workflow/captures.js');
    const { collect } = await import('../workflow/collect.js');
    const probes = args.probe
      ? [await oneProbe(context.host, args.probe)]
      : (await context.host.probes()).filter((p) => p.kind === 'probe');
    if (probes.length === 0) await oneProbe(context.host); // says that there is none
    const done = [];
    for (const probe of probes) {
      const c = await context.interruption.during('collecting', () => collect(context, probe, flags));
      for (const file of c.files) this.log(file);
      for (const why of c.broken) context.progress.warn(why);
      const cleaned = c.cleaned > 0 ? `, ${c.cleaned} removed from the host` : '';
      context.progress.note(
        `probe ${c.probe}: ${c.files.length} new captures, ${c.here.length} were here already${cleaned}`,
      );
      done.push(c);
    }
    if (done.some((c) => c.broken.length > 0)) process.exitCode = EXIT.fault;
    return done;
  }
}
