import { string } from '@oclif/core/flags';
import { HostCommand } from '../ui/host-command.js';
import { fireRequest, triggerFlags, triggerOf } from '../ui/trigger-flags.js';

export default class Trigger extends HostCommand {
  static override summary = 'Make the target run, and wait for its capture';
  static override description =
    'Without a command: what the preset of the target does, else a server is created, of an image and a flavor that are found out, and deleted afterwards. A command runs as the user of the service. Of a server create it knows the server, waits until that is built, and for the capture that carries its uuid.';
  static override examples = [
    '<%= config.bin %> trigger',
    '<%= config.bin %> trigger --repeat 10',
    '<%= config.bin %> trigger -- openstack --os-compute-api-version 2.37 server create --image cirros-0.4.0-x86_64-disk --flavor c1 --nic none x1',
  ];
  static override usage = '<%= command.id %> [FLAG...] [-- COMMAND ARGUMENT...]';
  static override flags = {
    probe: string({ description: 'id of the probe; default: the only one there is' }),
    ...triggerFlags,
  };

  async run(): Promise<unknown> {
    const trailing = this.takeTrailing();
    const { flags } = await this.parse(Trigger);
    const what = triggerOf(trailing, [], { ...(await this.defaults()), target: [] }, flags, true);
    const context = await this.open(flags);
    const { triggerProbe } = await import('../workflow/trigger-probe.js');
    const { shots, deleted } = await triggerProbe(context, flags.probe, fireRequest(what, flags, context.folder));
    const [first, ...others] = shots.map(({ capture, ...shot }) => ({
      ...shot,
      capture: capture.file,
      sidecar: capture.sidecar,
    }));
    if (others.length === 0) return { ...first, deleted };
    const { repeatsOf } = await import('../profile/repeats.js');
    const { repeatRows } = await import('../workflow/analyze-repeats.js');
    const { repeatsLines } = await import('../report/repeats-table.js');
    const repeats = repeatsOf(shots.map(({ capture }) => capture.sidecar));
    this.log(repeatsLines(repeatRows(shots), repeats).join('\n'));
    return { calls: [first, ...others], ...repeats, deleted };
  }
}
