import { createRequire } from 'node:module';
import type ssh2 from 'ssh2';

/** The parts of ssh2 that are used here: its main module loads its server and more, a sixth of a short command's time. */
const part = createRequire(import.meta.url);
export const Client = part('ssh2/lib/client.js') as typeof ssh2.Client;
export const { BaseAgent, createAgent } = part('ssh2/lib/agent.js') as Pick<typeof ssh2, 'BaseAgent' | 'createAgent'>;
export const { parseKey } = part('ssh2/lib/protocol/keyParser.js') as Pick<typeof ssh2.utils, 'parseKey'>;
