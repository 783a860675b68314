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

/** Where systemd looks for a unit's runtime drop-ins: gone at the next boot. */
export const dropInFolder = (unit: string): string => `/run/systemd/system/${unit}.d`;

const DROP_IN = /\/profkit-(\d+)-[a-z0-9]+\.conf$/;

/**
 * The name of a probe's drop-in for a unit. systemd reads drop-ins by name, and of several that set PYTHONPATH the last
 * counts: so a later probe's name comes after those of the earlier ones, whose hooks it names too.
 * @param others paths of the drop-ins of all probes
 */
export function dropInPath(unit: string, probe: string, others: readonly string[]): string {
  const folder = dropInFolder(unit);
  const numbers = others.filter((o) => o.startsWith(`${folder}/`)).map((o) => Number(DROP_IN.exec(o)?.[1] ?? 0));
  return `${folder}/profkit-${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}-${probe}.conf`;
}

/** PYTHONPATH with the hook in front of what the unit has, which keeps its order: Python skips what is not there. */
export const hookedPath = (hook: string, had: string): string => (had === '' ? hook : `${hook}:${had}`);

/**
 * What a drop-in says.
 * @param environment path of an EnvironmentFile of ours, where the unit sets PYTHONPATH by such a file: those come after
 *   every Environment=
 */
export function dropInText(probe: string, pythonPath: string, environment?: string): string {
  const line = environment
    ? `EnvironmentFile=-${specifierFree(environment)}`
    : `Environment="PYTHONPATH=${specifierFree(pythonPath).replace(/[\\"]/g, (c) => `\\${c}`)}"`;
  return `# Of the probe ${probe} of profkit, and gone at the next boot; profkit revert ${probe} takes it out.\n[Service]\n${line}\n`;
}

const specifierFree = (text: string): string => text.replaceAll('%', '%%');
