import type { Groups } from '../hosts/choose-hosts.js';
import { ENGINE_NAMES, type EngineName } from '../probe/engines.js';
import { type AskedMode, MODES } from '../probe/mode.js';
import type { CommandServices } from '../service/find-service.js';

/** What may stand as a value. */
export type Kind =
  | 'text'
  /** A text, or several. */
  | 'texts'
  /** A list of words, as a command without a shell. */
  | 'words'
  /** Words, or a text for `sh -c`. */
  | 'command'
  | 'services'
  /** Names of groups, each with words that say hosts. */
  | 'groups'
  | readonly string[];

export interface Setting {
  kind: Kind;
  about: string;
  required?: true;
  /** It says something about another one, and nothing without that. */
  needs?: string;
}

/** What stands in profkit.yaml, once it is checked. */
export interface Config {
  host?: string;
  hosts?: Groups;
  inventory?: string;
  service?: string[];
  target?: string[];
  id?: string[];
  when?: string;
  engine?: EngineName;
  mode?: AskedMode;
  trigger?: string[];
  into?: string;
  services: CommandServices;
}

/** All that may stand in profkit.yaml. The checker and the JSON schema are made from this table. */
export const SETTINGS: Record<keyof Config, Setting> = {
  host: {
    kind: 'text',
    about:
      'Where the services run, as ssh is told it, e.g. stack@devstack, or several, e.g. ctl,@computes; default: here.',
  },
  hosts: {
    kind: 'groups',
    about: 'Groups of hosts, by their names: computes: [stack@c1, "c[2:20]", "@others"]; --host @computes says them.',
  },
  inventory: { kind: 'text', about: 'An inventory of Ansible: hosts and groups of --host are those of it.' },
  service: { kind: 'texts', about: 'The service that runs the target, e.g. n-sch or nova-scheduler.service.' },
  target: {
    kind: 'texts',
    about: 'What is profiled: package.module:Class.method, the end of one, path/to/file.py:LINE, or a preset.',
  },
  id: {
    kind: 'texts',
    about:
      'Argument of the target that names a capture, e.g. instance_uuids; of several targets one for all or one each.',
    needs: 'target',
  },
  when: {
    kind: 'text',
    about: 'Which calls of the target are captured, by their arguments, e.g. len(instance_uuids) > 1.',
    needs: 'target',
  },
  engine: { kind: ENGINE_NAMES, about: 'What measures; default: profkit.' },
  mode: { kind: MODES, about: 'How the probe is put in; default: auto.' },
  trigger: { kind: 'words', about: 'The command that makes the target run, word by word; no shell.' },
  into: { kind: 'text', about: 'Folder below which captures are put; default: profkit-captures.' },
  services: { kind: 'services', about: 'Services without systemd, told by commands: --service NAME finds them here.' },
};

/** Of one of the services. */
export const SERVICE_SETTINGS: Record<keyof CommandServices[string], Setting> = {
  start: { kind: 'command', required: true, about: 'Starts it and returns.' },
  stop: { kind: 'command', required: true, about: 'Stops it.' },
  pids: {
    kind: 'command',
    required: true,
    about: 'Prints the ids of its processes, nothing when it is stopped (status 0 or 1).',
  },
  user: { kind: 'text', about: 'Who runs these commands; default: who runs profkit.' },
  python: { kind: 'text', about: 'Its interpreter; default: that of its processes.' },
};
