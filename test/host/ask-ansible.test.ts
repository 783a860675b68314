// Inventories as the real ansible-inventory reads them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askAnsible } from '../../src/host/ask-ansible.js';
import { chooseHosts } from '../../src/hosts/choose-hosts.js';

const hasAnsible = process.env.CI || spawnSync('ansible-inventory', ['--version']).status === 0;
const reason = hasAnsible ? '' : ' (needs ansible-inventory)';

describe.skipIf(!hasAnsible)(`inventories of Ansible${reason}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const inventory = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return askAnsible(join(folder, name), undefined);
  };

  test('ranges, groups of groups, and variables of groups and hosts', async () => {
    const all = await inventory(
      'hosts.ini',
      `[computes]
c[01:03] ansible_user=stack
[computes:vars]
ansible_ssh_private_key_file=/keys/k
[controllers]
ctl ansible_host=192.0.2.1 ansible_port=2222
here ansible_connection=local
[cloud:children]
computes
controllers
`,
    );
    const key = ['-o', 'IdentityFile=/keys/k', '-o', 'User=stack'];
    expect(chooseHosts('computes', {}, all)).toEqual(
      ['c01', 'c02', 'c03'].map((name) => ({ name, ssh: name, options: key })),
    );
    expect(chooseHosts('controllers', {}, all)).toEqual([
      { name: 'ctl', ssh: '192.0.2.1', options: ['-o', 'Port=2222'] },
      { name: 'here', ssh: undefined },
    ]);
    expect(chooseHosts('@cloud', {}, all)).toHaveLength(5);
    expect(chooseHosts('all', {}, all)).toHaveLength(5);
  });

  test('what cannot be read is a failure with its words, and no inventory without hosts', async () => {
    await expect(inventory('broken.yaml', 'all: [}')).rejects.toMatchObject({ code: 'INVENTORY', exit: 'usage' });
    await expect(askAnsible(join(folder, 'nothing'), undefined)).rejects.toThrow('it is not there');
  });
});
