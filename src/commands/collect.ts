import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { HostCommand } from '../ui/host-command.js';
import { intoFlag } from '../ui/probe-flags.js';
import type { Collected } from '../workflow/collect.js';

export default class Collect extends HostCommand {
  static override summary = 'Bring new captures here, verified';
  static override description =
    'Copies captures and their sidecars to ./profkit-captures/, one folder a probe (of several hosts below one a host), each checked by its sha256.';
  static override examples = [
    '<%= config.bin %> collect',
    '<%= config.bin %> collect k3f9q2 --clean',
    '<%= config.bin %> collect --host @computes',
  ];
  static override args = { probe: string({ description: 'id of the probe; default: all' }) };
  static override flags = {
    clean: boolean({ description: 'remove from the host what was brought here and verified' }),
    into: intoFlag,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Collect);
    const { oneProbe } = await import('../workflow/captures.js');
    const { collect } = await import('../workflow/collect.js');
    return this.onHosts(flags, async (context) => {
      const { host, progress, interruption } = context;
      const probes = args.probe
        ? [await oneProbe(host, args.probe)]
        : (await host.probes()).filter((p) => p.kind === 'probe');
      if (probes.length === 0) await oneProbe(host); // says that there is none
      const done: Collected[] = [];
      for (const probe of probes) {
        const c = await interruption.during('collecting', () => collect(context, probe, flags));
        for (const why of c.broken) progress.warn(why);
        const cleaned = c.cleaned > 0 ? `, ${c.cleaned} removed from the host` : '';
        progress.note(`probe ${c.probe}: ${c.files.length} new captures, ${c.here.length} were here already${cleaned}`);
        done.push(c);
      }
      const broken = done.flatMap((c) => c.broken);
      return {
        result: done,
        text: done.flatMap((c) => c.files).join('\n'),
        state: broken.length > 0 ? 'failed' : 'done',
        what: done.map(inShort).join('; '),
        exit: broken.length > 0 ? ('fault' as const) : ('done' as const),
      };
    });
  }
}

function inShort({ probe, files, here, broken, folder }: Collected): string {
  const kept = broken.length > 0 ? `, ${broken.length} could not be brought` : '';
  const where = files.length + here.length > 0 ? ` in ${folder}` : '';
  return `${probe}: ${files.length} new, ${here.length} here already${kept}${where}`;
}
