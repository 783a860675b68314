import { boolean, string } from '@oclif/core/flags';
import { failure } from '../../failure.js';
import { HostCommand } from '../../ui/host-command.js';

export default class ComputeDbDisable extends HostCommand {
  static override summary = 'Keep nova-compute from its database again: every file as it was, byte for byte';
  static override description =
    'Restores nova/cmd/compute.py and the configuration. Services that run keep what they have until they are restarted. The same is done by revert.';
  static override examples = ['<%= config.bin %> compute-db disable', '<%= config.bin %> compute-db disable --restart'];
  static override flags = {
    service: string({
      char: 's',
      multiple: true,
      multipleNonGreedy: true,
      description: 'only where it was enabled for this service; it goes for all services that it was enabled for',
    }),
    restart: boolean({ description: 'restart the services that run with it' }),
    'dry-run': boolean({ description: 'show what would be restored, change nothing' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ComputeDbDisable);
    const context = await this.open(flags);
    const { computeDbProbes, computeServices } = await import('../../workflow/compute-db.js');
    const { takeOut } = await import('../../workflow/take-out.js');
    const named = flags.service ? await computeServices(context, flags.service) : [];
    const probes = await computeDbProbes(
      context.host,
      named.map((s) => s.name),
    );
    if (probes.length === 0 && (await context.host.hello()).hidden)
      throw failure('HIDDEN_PROBES', { host: context.host.name });
    if (probes.length === 0) this.log('It is not on.');
    const how = { discard: true, restart: flags.restart ? 'all' : 'none', timeout: 120, kill: false } as const;
    const done = [];
    for (const probe of probes) {
      if (flags['dry-run']) {
        for (const file of probe.files) this.log(`${file.path}: ${file.now}`);
        done.push({
          probe: probe.probe,
          restored: false,
          files: probe.files.map((f) => f.path),
          services: probe.services,
        });
        continue;
      }
      const out = await takeOut(context, probe, how);
      if (out.carrying.length > 0)
        context.progress.note(`they run with it still: profkit restart ${out.carrying.join(' ')} ends that`);
      for (const [path, what] of Object.entries(out.files)) this.log(`${path}: ${what}`);
      done.push({
        probe: probe.probe,
        restored: true,
        files: Object.keys(out.files),
        services: probe.services,
        carrying: out.carrying,
      });
    }
    return done;
  }
}
