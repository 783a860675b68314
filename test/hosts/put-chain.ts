import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, type TestHosts } from './start-hosts.js';

/** Options of patch and run for it. */
export const CHAIN = ['work:Manager.build', '--service', 'chain', '--id', 'server'];

/** A command of the service on a host: start, stop, pids, ask. */
export const chainCommand = (hosts: TestHosts, verb: string): string[] => [
  '/usr/bin/python3',
  `${hosts.here}/code/service.py`,
  verb,
  hosts.here,
];

/** Puts the service `chain` on all hosts, where the first hands on to the second. @returns it as profkit.yaml has it */
export async function putChain(hosts: TestHosts): Promise<string> {
  const ports = await freePorts(hosts.names.length);
  for (const [n, name] of hosts.names.entries()) {
    cpSync(join(import.meta.dirname, 'chain'), join(hosts.on(name), 'code'), { recursive: true });
    const chain = { port: ports[n], ...(n === 0 ? { next: ports[1] } : {}) };
    writeFileSync(join(hosts.on(name), 'chain.json'), JSON.stringify(chain));
  }
  const commands = ['start', 'stop', 'pids'].map((verb) => `${verb}: ${JSON.stringify(chainCommand(hosts, verb))}`);
  return `services:\n  chain: {${commands.join(', ')}}\n`;
}
