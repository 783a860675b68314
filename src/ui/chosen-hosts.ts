import type { Config } from '../config/settings.js';
import { failure } from '../failure.js';
import type { NamedHost } from '../hosts/named-host.js';
import type { HostFlagValues } from './open-context.js';

export interface ChosenHosts {
  hosts: [NamedHost, ...NamedHost[]];
  /** What was said is about several, whatever their number comes to: a group of one host is answered as a group. */
  several: boolean;
  /** As it was said; undefined: nothing was. */
  said: string | undefined;
}

const HERE: NamedHost = { name: 'this host', ssh: undefined };

/** The hosts that a command is about: those of the command line, else of profkit.yaml, else this machine. @throws Failure */
export async function chosenHosts(flags: HostFlagValues, config: Config, signal?: AbortSignal): Promise<ChosenHosts> {
  const said = flags.host ?? config.host;
  const groups = config.hosts ?? {};
  const file = flags.inventory ?? config.inventory;
  if (said === undefined && flags.inventory) throw failure('NO_HOST_CHOSEN', { file: flags.inventory });
  if (!said) return { hosts: [HERE], several: false, said };
  const { saysSeveral } = await import('../hosts/host-words.js');
  if (!file && !saysSeveral(said) && !Object.hasOwn(groups, said))
    return { hosts: [{ name: said, ssh: said }], several: false, said };
  const { chooseHosts } = await import('../hosts/choose-hosts.js');
  const inventory = file ? await (await import('../host/ask-ansible.js')).askAnsible(file, signal) : undefined;
  const hosts = chooseHosts(said, groups, inventory) as [NamedHost, ...NamedHost[]];
  return { hosts, several: saysSeveral(said) || inventory?.groups.has(said) === true, said };
}
