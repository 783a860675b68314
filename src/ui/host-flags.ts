import { boolean, integer, string } from '@oclif/core/flags';

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
