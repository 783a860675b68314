import { setTimeout as delay } from 'node:timers/promises';
import { type Failure, failure } from '../failure.js';
import { AgentHost } from './agent-host.js';
import { agentProgram } from './agent-program.js';
import { type Connection, type ConnectOptions, connect } from './ssh/connect.js';
import { type RemoteAgent, remoteAgent } from './ssh/remote-agent.js';

export interface SshOptions extends ConnectOptions {
  /** Folder of the journal there; by default the agent's own choice. */
  state?: string | undefined;
  /** Ask for the password of sudo where it wants one. */
  askSudo?: boolean | undefined;
}

/** A host over SSH: one connection, and one agent at the other end of it. */
export class SshHost extends AgentHost {
  /** The folder there that commands start in: the user's home. */
  readonly folder: string;
  readonly #end: () => void;

  private constructor(connection: Connection, agent: RemoteAgent, state: string | undefined) {
    const { config, compresses } = connection;
    const explain = (e: Failure) => needsRoot(e, config.name, config.user, agent);
    super(config.name, agent.pipe, agentProgram(), state, { explain, compresses, isFar: true });
    this.folder = agent.folder;
    this.#end = connection.close;
  }

  /** @throws Failure SSH_…, NO_PYTHON */
  static async open(name: string, options: SshOptions): Promise<SshHost> {
    const connection = await connect(name, options);
    const stopped = new Promise<never>((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true });
    });
    stopped.catch(() => {}); // later than the opening it is not ours
    try {
      options.signal?.throwIfAborted();
      const start = remoteAgent(connection, options.askSudo === true, options.ask);
      const agent = await Promise.race([start, stopped]);
      const host = new SshHost(connection, agent, options.state);
      await Promise.race([host.hello(), stopped]).catch(async (e) => {
        options.signal?.throwIfAborted();
        const lost = await Promise.race([connection.gone.then(() => true), delay(300, false)]);
        if (lost) throw e; // the line was cut, and nothing is known of its Python
        throw failure('NO_PYTHON', { host: name, why: await Promise.race([agent.pipe.gone, String(e)]) });
      });
      return host;
    } catch (e) {
      connection.close();
      throw e;
    }
  }

  override async close(): Promise<void> {
    await super.close();
    this.#end();
  }
}

/** What wants root, where sudo did not give it, is told with what would. */
function needsRoot(e: Failure, host: string, user: string, { refused, python }: RemoteAgent): Failure {
  if (refused === undefined || (e.code !== 'NEEDS_ROOT' && e.code !== 'NOT_WRITABLE')) return e;
  const line = `${user} ALL=(root) NOPASSWD: ${python}`;
  return failure('SSH_NEEDS_ROOT', { host, user, why: e.message.replace(/\.$/, ''), refused, line });
}
