import type { NamedHost } from './named-host.js';
import { shellWords } from './shell-words.js';

/** What an inventory of Ansible says, as far as hosts are reached by it. */
export interface Inventory {
  hosts: ReadonlyMap<string, NamedHost | { refused: string }>;
  /** Hosts of each group, those of groups below it too. */
  groups: ReadonlyMap<string, readonly string[]>;
}

type Variables = Record<string, unknown>;
interface Group {
  hosts?: string[];
  children?: string[];
}

/** Reads what `ansible-inventory --list` prints; undefined where that is something else. */
export function readInventory(text: string): Inventory | undefined {
  let all: Record<string, unknown>;
  try {
    all = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof all !== 'object' || all === null || typeof all._meta !== 'object') return undefined;
  const { _meta, ...listed } = all as { _meta: { hostvars?: Record<string, Variables> } } & Record<string, Group>;
  const groups = new Map<string, readonly string[]>();
  for (const name of Object.keys(listed)) groups.set(name, hostsOf(name, listed, new Set()));
  const hosts = new Map<string, NamedHost | { refused: string }>();
  for (const name of new Set([...groups.values()].flat())) hosts.set(name, reached(name, _meta.hostvars?.[name] ?? {}));
  return { hosts, groups };
}

/** Ansible refuses groups that go in a circle; a name that only stands among children has no entry of its own. */
function hostsOf(name: string, listed: Record<string, Group>, seen: Set<string>): string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const { hosts = [], children = [] } = listed[name] ?? {};
  return [...new Set([...hosts, ...children.flatMap((child) => hostsOf(child, listed, seen))])];
}

const ARGUMENTS = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];

/** How Ansible would reach it: the same words for ssh, in the same order, and the first that says a thing holds. */
function reached(name: string, variables: Variables): NamedHost | { refused: string } {
  const one = (...keys: string[]): string | undefined => {
    const value = keys.map((key) => variables[key]).find((v) => v !== undefined && v !== null && v !== '');
    return value === undefined ? undefined : String(value);
  };
  const connection = one('ansible_connection') ?? 'ssh';
  if (/(^|\.)local$/.test(connection)) return { name, ssh: undefined };
  if (!/(^|\.)(ssh|smart|paramiko|paramiko_ssh)$/.test(connection))
    return { refused: `its ansible_connection is ${connection}, and profkit reaches hosts by ssh` };
  const options: string[] = [];
  for (const key of ARGUMENTS) {
    const words = shellWords(one(key) ?? '');
    if (words === undefined) return { refused: `its ${key} ends within quotes` };
    options.push(...words);
  }
  const said = {
    Port: one('ansible_ssh_port', 'ansible_port'),
    IdentityFile: one('ansible_ssh_private_key_file', 'ansible_private_key_file'),
    User: one('ansible_ssh_user', 'ansible_user'),
  };
  for (const [key, value] of Object.entries(said))
    if (value !== undefined) options.push('-o', `${key}=${/\s/.test(value) ? `"${value}"` : value}`);
  const ssh = one('ansible_ssh_host', 'ansible_host') ?? name;
  if (ssh.startsWith('-') || /\s/.test(ssh)) return { refused: `its ansible_host "${ssh}" is no name of a host` };
  return options.length > 0 ? { name, ssh, options } : { name, ssh };
}
