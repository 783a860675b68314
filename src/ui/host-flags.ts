import { boolean, string } from '@oclif/core/flags';
import type { OpenOptions } from '../host/open-host.js';
import { askSecret } from './ask-secret.js';

const helpGroup = 'HOST';

/** The flags that say where the services run, and how that is reached. */
export const hostFlags = {
  host: string({
    env: 'PROFKIT_HOST',
    helpGroup,
    helpValue: 'user@host',
    description: 'where the services run, as you would tell ssh; default: what profkit.yaml says, else here',
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
  'ssh-config'?: string | undefined;
  'accept-new'?: boolean | undefined;
  'ask-sudo'?: boolean | undefined;
}

/** The flags as the host room takes them. */
export const hostOptions = (flags: HostFlagValues): OpenOptions => ({
  host: flags.host,
  sshConfig: flags['ssh-config'],
  acceptNew: flags['accept-new'],
  askSudo: flags['ask-sudo'],
  ask: askSecret(),
  state: process.env.PROFKIT_STATE,
});
