import { hostFlags } from './host-flags.js';
import { ProfkitCommand } from './profkit-command.js';

/** What the commands share that are about a host, here or over SSH. */
export abstract class HostCommand extends ProfkitCommand {
  static override baseFlags = { ...ProfkitCommand.baseFlags, ...hostFlags };
}
