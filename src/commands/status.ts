import { HostCommand } from '../ui/host-command.js';

export default class Status extends HostCommand {
  static override summary = 'What probes are here, which processes carry them, how to get back';
  static override examples = ['<%= config.bin %> status', "<%= config.bin %> status --host 'ctl,c[1:20]'"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Status);
    const { tellStatus } = await import('../ui/tell-status.js');
    return this.onHosts(flags, tellStatus);
  }
}
