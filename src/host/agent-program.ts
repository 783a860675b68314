import { readFileSync } from 'node:fs';
import { template } from '../templates.js';

/** The order matters: later parts use earlier ones. */
const LOOK = ['files', 'processes', 'journal'];
const CHANGE = ['writes', 'lock', 'systemd', 'lines', 'revert'];
/** The last part of each program starts it. */
const AGENT = 'dialogue';
const SCRIPT = 'script';

/** As systemd starts it and as root does; what lies beside it must not stand in for Python's own. */
const HEAD = '#!/usr/bin/env python3\nimport sys\nif not sys.flags.isolated:\n    sys.path.pop(0)\n';

// at once and not one by one: they are small, and each that is waited for takes as long as all of them
const joined = (parts: readonly string[]): string =>
  parts.map((part) => readFileSync(template(`agent/${part}.py`), 'utf8')).join('\n\n');

/**
 * The Python program that does what is done on a host: the parts in templates/agent/, as one text. Those that a look at a
 * host does not need are a literal in it, which is compiled when something else is asked for.
 */
export function agentProgram(): string {
  const later = JSON.stringify(joined([...CHANGE, 'apply', 'commands'])); // what JSON escapes, Python reads the same
  return [joined(LOOK), `LATER = [${later}]`, joined([AGENT])].join('\n\n');
}

/** The `revert` script that lies beside each journal, of the same parts. */
export const revertProgram = (): string => HEAD + joined([...LOOK, ...CHANGE, SCRIPT]);
