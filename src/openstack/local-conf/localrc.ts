import { bashLine } from './bash-words.js';
import { type Line, type LocalConf, linesFor } from './meta-sections.js';
import { isSecret } from './secrets.js';
import type { Shell } from './shell.js';
import type { Trap } from './trap.js';

/** An assignment of a variable in localrc, which is bash; only what stands on a line of its own is seen. */
interface Variable {
  name: string;
  /** As it is written. */
  written: string;
  line: Line;
}

/** An `enable_service` or `disable_service`, a name each. */
interface ServiceWord {
  enabled: boolean;
  name: string;
  line: Line;
}

export interface Localrc {
  variables: Variable[];
  services: ServiceWord[];
}

export function readLocalrc(conf: LocalConf): Localrc {
  const localrc: Localrc = { variables: [], services: [] };
  for (const line of linesFor(conf, 'local', 'localrc')) {
    const variable = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/s.exec(line.text);
    if (variable) localrc.variables.push({ name: variable[1]!, written: variable[2]!, line });
    const [, verb, names = ''] = /^\s*(enable|disable)_service\s+([^#]*)/.exec(line.text) ?? [];
    for (const name of names.split(/[\s,]+/).filter(Boolean)) {
      localrc.services.push({ enabled: verb === 'enable', name, line });
    }
  }
  return localrc;
}

/** Where devstack puts things, unless localrc says otherwise. */
const DEFAULTS: Readonly<Record<string, string>> = {
  HOME: '/opt/stack',
  DEST: '/opt/stack',
  DATA_DIR: '/opt/stack/data',
  NOVA_CONF_DIR: '/etc/nova',
  NOVA_CONF: '/etc/nova/nova.conf',
  NOVA_CPU_CONF: '/etc/nova/nova-cpu.conf',
  PLACEMENT_CONF: '/etc/placement/placement.conf',
  KEYSTONE_CONF: '/etc/keystone/keystone.conf',
  GLANCE_API_CONF: '/etc/glance/glance-api.conf',
  CINDER_CONF: '/etc/cinder/cinder.conf',
  NEUTRON_CONF: '/etc/neutron/neutron.conf',
  Q_PLUGIN_CONF_FILE: 'etc/neutron/plugins/ml2/ml2_conf.ini',
  Q_DHCP_CONF_FILE: '/etc/neutron/dhcp_agent.ini',
  Q_L3_CONF_FILE: '/etc/neutron/l3_agent.ini',
  Q_META_CONF_FILE: '/etc/neutron/metadata_agent.ini',
  TEMPEST_CONFIG: '/opt/stack/tempest/etc/tempest.conf',
};

/** What can be known of devstack's shell from here: its own defaults, and what localrc assigns. Secrets are not. */
export function devstackShell(localrc: Localrc): Shell {
  const known = new Map<string, string>(Object.entries(DEFAULTS));
  const shell: Shell = { variable: (name) => known.get(name) ?? null, output: () => null, names: () => null };
  for (const { name, written } of localrc.variables) {
    const { commands, unsettled, stop } = bashLine(`${name}=${written}`, shell);
    known.delete(name);
    const word = commands[0]?.[0];
    if (!stop && unsettled.length === 0 && word && !isSecret(name)) known.set(name, word.slice(name.length + 1));
  }
  return shell;
}

/** What is wrong in localrc itself; `beside`: devstack's folder has a file localrc too. */
export function localrcTraps(conf: LocalConf, beside: boolean): Trap[] {
  const sections = conf.sections.filter((s) => s.group === 'local' && s.file === 'localrc');
  const traps: Trap[] = [];
  const add = (line: number, column: number, effect: Trap['effect'], says: string) =>
    traps.push({ line, column, effect, says });
  if (beside) {
    for (const s of sections) {
      add(
        s.header.number,
        1,
        'lost',
        'a file localrc stands beside this one: devstack reads that, and nothing of this section',
      );
    }
  }
  for (const { number, text } of sections.flatMap((s) => s.lines)) {
    const spaced = /^\s*([A-Za-z_]\w*)(\s+=|=\s+\S)/.exec(text);
    if (spaced && !/^\s*(export|local|declare|readonly|if|while|until)\b/.test(text)) {
      const column = text.search(/\s+=|=\s/) + 1;
      add(number, column, 'lost', 'this section is bash, which takes no blanks around =: it runs a command here');
    } else if (/^\s*\[[^[\]]+\]\s*$/.test(text)) {
      add(
        number,
        text.indexOf('[') + 1,
        'lost',
        'this section is bash and has no [section]s: a [[post-config|file]] must stand above it',
      );
    }
  }
  return traps;
}
