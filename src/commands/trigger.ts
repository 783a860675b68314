import { boolean, string } from '@oclif/core/flags';
import { HostCommand } from '../ui/host-command.js';
import { span, triggerOf } from '../ui/probe-flags.js';

export default class Trigger extends HostCommand {
  static override summary = 'Make the target run, and wait for its capture';
  static override description =
    "Runs a command as the service's user, with OS_CLOUD=devstack-admin unless the environment says who you are to OpenStack. Of a server create it knows the server, waits until that is built, and for the capture that carries its uuid.";
  static override examples = [
    '<%= config.bin %> trigger -- openstack --os-compute-api-version 2.37 server create --image cirros-0.4.0-x86_64-disk --flavor c1 --nic none x1',
  ];
  static override usage = '<%= command.id %> [FLAG...] [-- COMMAND ARGUMENT...]';
  static override flags = {
    probe: string({ description: 'id of the probe; default: the only one there is' }),
    user: string({ description: "who runs the command; default: the service's user" }),
    timeout: span({
      default: 300,
      defaultHelp: async () => '5m',
      description: 'time for each wait; of the capture 60 s at most',
    }),
    delete: boolean({ description: 'delete the server afterwards' }),
  };

  async run(): Promise<unknown> {
    const trailing = this.takeTrailing();
    const { flags } = await this.parse(Trigger);
    const argv = triggerOf(trailing, [], { ...(await this.defaults()), target: [] });
    const context = await this.open(flags);
    const { oneProbe } = await import('../workflow/captures.js');
    const { fire } = await import('../workflow/fire.js');
    const probe = await oneProbe(context.host, flags.probe);
    const fired = await fire(context, probe, {
      argv,
      timeout: flags.timeout,
      delete: flags.delete,
      cwd: context.folder,
      environment: process.env,
      ...(flags.user ? { user: flags.user } : {}),
    });
    return {
      ...fired.triggered,
      capture: fired.capture.file,
      sidecar: fired.capture.sidecar,
      deleted: fired.deleted,
    };
  }
}
