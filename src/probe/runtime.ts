import { readFile } from 'node:fs/promises';
import { template } from '../templates.js';
import { type EngineName, factsOf } from './engines.js';

/** What is compiled when the service starts; the rest is a text in it until the first call. */
const FRONT = ['settings', 'wrap'];

/**
 * The Python program that a probe runs inside a service: the parts in templates/probe/ that its engine needs, as one
 * text. The order matters: the settings are the first code of all, and the last part uses all others.
 */
export async function probeRuntime(engine: EngineName): Promise<string> {
  const front = await joined(FRONT);
  const rest = await joined(['imports', 'expression', 'target', ...factsOf(engine).parts, 'capture', 'probe']);
  if (rest.includes("'''")) throw new Error("a part of the probe holds ''', the quotes that it is put into");
  return `${front}\n\nREST = r'''\n${rest}'''\n`;
}

async function joined(parts: readonly string[]): Promise<string> {
  const texts = await Promise.all(parts.map((part) => readFile(template(`probe/${part}.py`), 'utf8')));
  return texts.join('\n\n');
}
