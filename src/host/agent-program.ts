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

/** The Python program that does what is done on a host, of the parts in templates/agent/. */
export interface AgentProgram {
  /** Looks at a host. */
  look: string;
  /** What that answers by itself. */
  looks: ReadonlySet<string>;
  /** All else, for the request `load`. */
  rest: string;
}

let program: AgentProgram | undefined;

export function agentProgram(): AgentProgram {
  if (program) return program;
  const look = joined([...LOOK, AGENT]);
  const looks = new Set([...look.matchAll(/^def op_(\w+)/gm)].map((found) => found[1]!));
  program = { look, looks, rest: joined([...CHANGE, 'apply', 'commands']) };
  return program;
}

/** The `revert` script that lies beside each journal, of the same parts. */
export const revertProgram = (): string => HEAD + joined([...LOOK, ...CHANGE, SCRIPT]);
