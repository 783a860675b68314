import { failure } from '../failure.js';
import { nearest } from '../nearest.js';
import { HERE, type HostWord, readHostWords } from './host-words.js';
import type { Inventory } from './inventory.js';
import type { NamedHost } from './named-host.js';

/** Groups of profkit.yaml: the words of each. */
export type Groups = Readonly<Record<string, readonly string[]>>;

/**
 * The hosts that a text says, each once, in its order. `@name` is a group, always; another word is a host. With an inventory
 * hosts and groups are those of that, and a word may be either, unless it is both.
 * @throws Failure BAD_HOSTS
 */
export function chooseHosts(text: string, groups: Groups, inventory: Inventory | undefined): NamedHost[] {
  const chosen = inventory ? ofInventory(text, inventory) : ofGroups(text, groups, []);
  const found = new Map<string, NamedHost>();
  for (const one of chosen) if (!found.has(one.name)) found.set(one.name, one);
  if (found.size === 0) throw failure('BAD_HOSTS', { what: `"${text}" is no host at all` });
  return [...found.values()];
}

function wordsOf(text: string): HostWord[] {
  const words = readHostWords(text);
  if (Array.isArray(words)) return words;
  throw failure('BAD_HOSTS', { what: `"${text}" ${words.wrong}` });
}

/** @param above the groups that this text stands in */
function ofGroups(text: string, groups: Groups, above: readonly string[]): NamedHost[] {
  return wordsOf(text).flatMap((word) => {
    if ('group' in word) {
      const { group } = word;
      if (!Object.hasOwn(groups, group)) throw unknown(`@${group}`, 'group of profkit.yaml', Object.keys(groups), '@');
      if (above.includes(group))
        throw failure('BAD_HOSTS', { what: `The groups ${[...above, group].join(', ')} go in a circle` });
      return groups[group]!.flatMap((one) => ofGroups(one, groups, [...above, group]));
    }
    const { host } = word;
    // a group that is meant must not become a host that is not there; within the groups each word is what it says
    if (above.length === 0 && Object.hasOwn(groups, host))
      throw failure('BAD_HOSTS', {
        what: `"${host}" is a group of profkit.yaml: say @${host}; a host of that name is ssh://${host}`,
      });
    return [{ name: host === HERE ? 'this host' : host, ssh: host === HERE ? undefined : host }];
  });
}

function ofInventory(text: string, { hosts, groups }: Inventory): NamedHost[] {
  return wordsOf(text).flatMap((word) => {
    const name = 'group' in word ? word.group : word.host;
    const [isGroup, isHost] = [groups.has(name), hosts.has(name) && !('group' in word)];
    if (isGroup && isHost)
      throw failure('BAD_HOSTS', { what: `"${name}" is a host and a group of the inventory: the group is @${name}` });
    if (!isGroup && !isHost) {
      const known = [...groups.keys(), ...('group' in word ? [] : hosts.keys())];
      throw unknown(name, 'group' in word ? 'group of the inventory' : 'host or group of the inventory', known, '');
    }
    return (isGroup ? groups.get(name)! : [name]).map((one) => {
      const host = hosts.get(one)!;
      if ('refused' in host) throw failure('BAD_HOSTS', { what: `${one} cannot be reached: ${host.refused}` });
      return host;
    });
  });
}

function unknown(name: string, what: string, known: readonly string[], sign: string) {
  const near = nearest(name.replace(/^@/, ''), known);
  return failure('BAD_HOSTS', { what: `There is no ${what} "${name}"${near ? `; did you mean ${sign}${near}` : ''}` });
}
