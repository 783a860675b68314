import type { Host } from './host.js';
import type { Ask } from './ssh/identities.js';

export interface OpenOptions {
  /** As ssh is told it: an alias, user@host. Without it: this machine. */
  host?: string | undefined;
  /** In place of the user's configuration of ssh. */
  sshConfig?: string | undefined;
  /** Words that ssh is given before the host. */
  sshOptions?: readonly string[] | undefined;
  /** Take the key of a host that nothing is known of, and write it down. */
  acceptNew?: boolean | undefined;
  /** Ask for the password of sudo where it wants one. */
  askSudo?: boolean | undefined;
  /** Asks at the terminal, for what is not shown. */
  ask?: Ask | undefined;
  /** Folder of the journal; by default the agent's own choice. */
  state?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Seconds that a connection which was cut is tried to be made anew; a minute unless told. */
  patience?: number | undefined;
  /** Is told when that happens. */
  say?: ((text: string) => void) | undefined;
}

/** A host that is started anew may be back by then. */
const PATIENCE = 60;

export interface OpenHost {
  host: Host;
  /** The folder that commands of the user start in there. */
  folder: string;
}

/** The host that a command is about. What only one of the two ways needs is loaded when that one is gone. @throws Failure */
export async function openHost(o: OpenOptions): Promise<OpenHost> {
  if (!o.host) {
    const { localHost } = await import('./local-host.js');
    return { host: await localHost(o.state ? { state: o.state } : {}), folder: process.cwd() };
  }
  const { SshHost } = await import('./ssh-host.js');
  const { LastingHost } = await import('./lasting-host.js');
  const { first, again } = remembered(o.ask);
  const [name, how] = [o.host, { ...o, configFile: o.sshConfig }];
  const host = await SshHost.open(name, { ...how, ask: first });
  const open = () => SshHost.open(name, { ...how, ask: again, signal: undefined });
  const { patience = PATIENCE, say = () => {}, signal } = o;
  return { host: new LastingHost(host, { open, patience, say, signal }), folder: host.folder };
}

/** Asks, and answers the same questions again without asking: nobody may be there when a line is cut. */
function remembered(ask: Ask | undefined): { first: Ask | undefined; again: Ask } {
  const answers = new Map<string, string | undefined>();
  const first = async (question: string) => {
    const answer = await ask?.(question);
    answers.set(question, answer);
    return answer;
  };
  return { first: ask && first, again: async (question) => answers.get(question) };
}
