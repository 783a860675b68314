import { boolean, integer, string } from '@oclif/core/flags';
import type { OpenOptions } from '../host/open-host.js';
import type { NamedHost } from '../hosts/named-host.js';

const helpGroup = 'HOST';

/** The flags that say where the services run, and how that is reached. */
export const hostFlags = {
  host: string({
    env: 'PROFKIT_HOST',
    helpGroup,
    helpValue: 'user@host',
    description:
      'where the services run, as you would tell ssh, or several: ctl,c[1:3],@computes; default: what profkit.yaml says, else here',
  }),
  inventory: string({
    helpGroup,
    helpValue: 'FILE',
    description: 'an inventory of Ansible: --host says hosts and groups of it',
  }),
  'hosts-at-once': integer({
    helpGroup,
    helpValue: 'N',
    default: 16,
    min: 1,
    description: 'of several hosts, how many at the same time',
  }),
  'ssh-config': string({ helpGroup, helpValue: 'FILE', description: "configuration of ssh, in place of the user's" }),
  'accept-new': boolean({
    helpGroup,
    description: 'take the key of a host that nothing is known of, and write it down',
  }),
  'ask-sudo': boolean({ helpGroup, description: 'ask for the password of sudo there' }),
};

export interface HostFlagValues {
  host?: string | undefined;
  inventory?: string | undefined;
  'hosts-at-once'?: number | undefined;
  'ssh-config'?: string | undefined;
  'accept-new'?: boolean | undefined;
  'ask-sudo'?: boolean | undefined;
}

/** The flags as the host room takes them. */
export const hostOptions = (flags: HostFlagValues, host: NamedHost, ask: OpenOptions['ask']): OpenOptions => ({
  host: host.ssh,
  sshOptions: host.options,
  sshConfig: flags['ssh-config'],
  acceptNew: flags['accept-new'],
  askSudo: flags['ask-sudo'],
  ask,
  state: process.env.PROFKIT_STATE,
});
