import { readFile } from 'node:fs/promises';
import { template } from '../templates.js';
import { type EngineName, factsOf } from './engines.js';

/**
 * The Python program that a probe runs inside a service: the parts in templates/probe/ that its engine needs, as one
 * text. The order matters: the settings are the first code of all, and the last part uses all others.
 */
export async function probeRuntime(engine: EngineName): Promise<string> {
  const names = ['settings', 'target', ...factsOf(engine).parts, 'capture', 'probe'];
  const parts = await Promise.all(names.map((part) => readFile(template(`probe/${part}.py`), 'utf8')));
  return parts.join('\n\n');
}
