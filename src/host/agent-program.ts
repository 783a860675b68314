import { readFile } from 'node:fs/promises';
import { template } from '../templates.js';

const PROBES = ['files', 'writes', 'systemd', 'processes', 'journal', 'lines', 'revert'];

/** The order matters: later parts use earlier ones, and the last one starts it. */
const AGENT = [...PROBES, 'apply', 'commands', 'dialogue'];
const SCRIPT = [...PROBES, 'script'];

/** As systemd starts it and as root does; what lies beside it must not stand in for Python's own. */
const HEAD = '#!/usr/bin/env python3\nimport sys\nif not sys.flags.isolated:\n    sys.path.pop(0)\n';

const joined = async (parts: readonly string[]): Promise<string> =>
  (await Promise.all(parts.map((part) => readFile(template(`agent/${part}.py`), 'utf8')))).join('\n\n');

/** The Python program that does what is done on a host: the parts in templates/agent/, as one text. */
export const agentProgram = (): Promise<string> => joined(AGENT);

/** The `revert` script that lies beside each journal, of the same parts. */
export const revertProgram = async (): Promise<string> => HEAD + (await joined(SCRIPT));
