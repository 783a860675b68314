import { expect, test } from 'vitest';
import { chooseHosts } from '../../src/hosts/choose-hosts.js';
import { readHostWords, saysSeveral } from '../../src/hosts/host-words.js';
import { readInventory } from '../../src/hosts/inventory.js';

const GROUPS = {
  computes: ['stack@c1', 'c[2:4]'],
  all: ['ctl', '@computes', '.'],
  round: ['@trip'],
  trip: ['@round'],
  devstack: ['devstack'],
};
const names = (text: string) => chooseHosts(text, GROUPS, undefined).map((one) => one.name);

test.each([
  ['ctl', ['ctl']],
  ['ctl, c1', ['ctl', 'c1']],
  ['c[1:3]', ['c1', 'c2', 'c3']],
  ['c[08:10].dc[1:2]', ['c08.dc1', 'c08.dc2', 'c09.dc1', 'c09.dc2', 'c10.dc1', 'c10.dc2']],
  ['stack@c[1:2]', ['stack@c1', 'stack@c2']],
  ['ssh://[2001:db8::1]:22', ['ssh://[2001:db8::1]:22']],
  ['@computes', ['stack@c1', 'c2', 'c3', 'c4']],
  ['c3,@all', ['c3', 'ctl', 'stack@c1', 'c2', 'c4', 'this host']],
  ['@devstack', ['devstack']],
  ['ssh://devstack', ['ssh://devstack']],
])('%s', (text, hosts) => {
  expect(names(text)).toEqual(hosts);
});

test('a dot is this machine, all else is what ssh is told', () => {
  expect(chooseHosts('.,a', {}, undefined)).toEqual([
    { name: 'this host', ssh: undefined },
    { name: 'a', ssh: 'a' },
  ]);
});

test.each([
  ['', 'has nothing between two commas'],
  ['a,,b', 'has nothing between two commas'],
  ['a b', 'which is no name of a host'],
  ['-oProxyCommand=x', 'which is no name of a host'],
  ['@', 'which is no name of a group'],
  ['c[3:1]', 'whose range is none'],
  ['c[1:100000]', 'whose range is none'],
  ['c[1:99]-[1:99]', 'whose range is none'],
  ['@compute', 'There is no group of profkit.yaml "@compute"; did you mean @computes'],
  ['computes', '"computes" is a group of profkit.yaml: say @computes; a host of that name is ssh://computes'],
  ['@round', 'The groups round, trip, round go in a circle'],
])('%j is refused', (text, words) => {
  expect(() => names(text)).toThrow(expect.objectContaining({ code: 'BAD_HOSTS', exit: 'usage' }));
  expect(() => names(text)).toThrow(words);
});

test.each([
  ['ctl', false],
  ['stack@ctl', false],
  ['ssh://stack@[2001:db8::1]:22', false],
  ['a,b', true],
  ['@one', true],
  ['stack@c[1:1]', true],
])('does %s say several: %s', (text, several) => {
  expect(saysSeveral(text)).toBe(several);
});

test('more hosts than anybody waits for are refused', () => {
  expect(readHostWords('a[1:600],b[1:600]')).toEqual({ wrong: 'is more than 1000 hosts' });
});

const INVENTORY = readInventory(
  JSON.stringify({
    _meta: {
      hostvars: {
        ctl: { ansible_connection: 'local' },
        c1: { ansible_host: '10.0.0.1', ansible_port: 2222, ansible_user: 'stack', ansible_password: 'hunter2' },
        c2: {
          ansible_ssh_private_key_file: '/keys/my key',
          ansible_ssh_common_args: `-o ProxyCommand="ssh -W %h:%p 'jump'" -C`,
        },
        box: { ansible_connection: 'community.docker.docker' },
        odd: { ansible_ssh_extra_args: "-o 'x" },
      },
    },
    all: { children: ['ungrouped', 'computes', 'others'] },
    computes: { hosts: ['c1', 'c2'] },
    others: { hosts: ['ctl', 'box', 'odd', 'both'] },
    both: { hosts: ['c1'] },
  }),
)!;
const ofInventory = (text: string) => chooseHosts(text, GROUPS, INVENTORY);

test('hosts of an inventory are reached as Ansible reaches them, and no password of it is kept', () => {
  expect(ofInventory('computes,ctl')).toEqual([
    { name: 'c1', ssh: '10.0.0.1', options: ['-o', 'Port=2222', '-o', 'User=stack'] },
    {
      name: 'c2',
      ssh: 'c2',
      options: ['-o', "ProxyCommand=ssh -W %h:%p 'jump'", '-C', '-o', 'IdentityFile="/keys/my key"'],
    },
    { name: 'ctl', ssh: undefined },
  ]);
  expect(ofInventory('@both').map((one) => one.name)).toEqual(['c1']);
  expect(JSON.stringify([...INVENTORY.hosts])).not.toContain('hunter2');
});

test.each([
  ['both', '"both" is a host and a group of the inventory: the group is @both'],
  ['compute', 'There is no host or group of the inventory "compute"; did you mean computes'],
  ['@c1', 'There is no group of the inventory "c1"'],
  ['box', 'box cannot be reached: its ansible_connection is community.docker.docker'],
  ['odd', 'odd cannot be reached: its ansible_ssh_extra_args ends within quotes'],
  ['@ungrouped', 'There is no group'],
])('of the inventory %s is refused', (text, words) => {
  expect(() => ofInventory(text)).toThrow(words);
});

test('what is no list of an inventory is seen', () => {
  for (const text of ['', 'null', '[]', '{}']) expect(readInventory(text)).toBeUndefined();
});
