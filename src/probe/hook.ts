import { readFile } from 'node:fs/promises';
import { pythonString } from '../python/ask.js';
import { template } from '../templates.js';

/** A target as the hook looks for it. */
export interface HookedTarget {
  module: string;
  /** `Class.method` */
  name: string;
  /** Of its `def`, where it is known: there may be several of that name. */
  line?: number;
  /** Name of its runtime in the probe's folder. */
  runtime: string;
}

/** Name of the hook's folder in the probe's; it stands in PYTHONPATH. */
export const HOOK = 'hook';

/** The order matters: the settings are the first code of all, and the last part uses all others. */
const PARTS = ['settings', 'exchange', 'finder', 'sitecustomize'];

const PLACEHOLDER = /^SETTINGS = .*$/m;

/**
 * The `sitecustomize.py` that probes the targets as their modules are imported.
 * @param directory the probe's folder on the host
 */
export async function hookText(directory: string, targets: readonly HookedTarget[]): Promise<string> {
  const parts = await Promise.all(PARTS.map((part) => readFile(template(`hook/${part}.py`), 'utf8')));
  const each = targets.map((t) =>
    literal({ module: t.module, name: t.name, line: String(t.line ?? 0), runtime: t.runtime }),
  );
  const settings = `{"directory": ${pythonString(directory)}, "targets": [${each.join(', ')}]}`;
  return parts.join('\n\n').replace(PLACEHOLDER, () => `SETTINGS = ${settings}`);
}

const literal = (words: Record<string, string>): string =>
  `{${Object.entries(words)
    .map(([key, value]) => `${pythonString(key)}: ${pythonString(value)}`)
    .join(', ')}}`;

/** PYTHONPATH with the hook in front of what the unit has, which keeps its order: Python skips what is not there. */
export const hookedPath = (hook: string, had: string): string => (had === '' ? hook : `${hook}:${had}`);
