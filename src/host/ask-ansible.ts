import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { failure } from '../failure.js';
import { type Inventory, readInventory } from '../hosts/inventory.js';

/** Seconds: an inventory may be a program that asks a cloud. */
const TIMEOUT = 120;

/** What an inventory of Ansible says, by Ansible's own word. @throws Failure NO_ANSIBLE, INVENTORY */
export async function askAnsible(file: string, signal: AbortSignal | undefined): Promise<Inventory> {
  // it takes what is not there for an inventory without hosts
  if (!(await stat(file).catch(() => undefined))) throw failure('INVENTORY', { file, why: 'it is not there' });
  const text = await list(file, signal);
  const inventory = readInventory(text);
  if (inventory === undefined) throw failure('INVENTORY', { file, why: 'ansible-inventory prints no list of hosts' });
  return inventory;
}

function list(file: string, signal: AbortSignal | undefined): Promise<string> {
  const options = {
    timeout: TIMEOUT * 1000,
    maxBuffer: 256 * 1024 * 1024,
    signal,
    // what it cannot read is to be a failure, not an inventory without those hosts; and its words are for a pipe
    env: { ...process.env, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: 'true', ANSIBLE_NOCOLOR: '1' },
  };
  return new Promise((resolve, reject) => {
    const child = execFile('ansible-inventory', ['-i', file, '--list'], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (signal?.aborted) return reject(signal.reason);
      if (error.code === 'ENOENT') return reject(failure('NO_ANSIBLE', { file }));
      const why = error.killed ? `ansible-inventory takes longer than ${TIMEOUT} s` : lastWords(stderr);
      reject(failure('INVENTORY', { file, why }, stderr));
    });
    child.stdin?.end();
  });
}

const lastWords = (stderr: string): string => {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.find((line) => /error/i.test(line)) ?? lines.findLast(Boolean) ?? 'ansible-inventory fails on it';
  return said.replace(/^\[?ERROR\]?!?:?\s*/, '').replace(/\.$/, '');
};
