import { readFile } from 'node:fs/promises';
import { template } from '../templates.js';

/** The order matters: later parts use earlier ones, and the last one starts it. */
const PARTS = ['files', 'commands', 'processes', 'journal', 'dialogue'];

/** The Python program that does what is done on a host: the parts in templates/agent/, as one text. */
export async function agentProgram(): Promise<string> {
  const parts = await Promise.all(PARTS.map((part) => readFile(template(`agent/${part}.py`), 'utf8')));
  return parts.join('\n\n');
}
