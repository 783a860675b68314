import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import { failure } from '../../failure.js';
import type { AgentPipe } from '../agent-host.js';
import { agentCommand, type Become, questionOf } from './agent-command.js';
import type { Connection } from './connect.js';
import type { Ask } from './identities.js';

/** A Python on a host that waits for the agent. */
export interface RemoteAgent {
  pipe: AgentPipe;
  uid: number;
  /** The folder that commands start in: the user's home. */
  folder: string;
  /** Path of python3 as sudo finds it. */
  python: string;
  /** What sudo said when it did not make us root. */
  refused?: string;
}

/** Why there is none. */
interface Ended {
  said: string;
  code: number | undefined;
}

/** Seconds without a word until a login shell is given up: it may do much. */
const SILENCE = 60;

/**
 * Starts the agent's Python: as root where sudo lets the user be it, else as the user.
 * @param askSudo ask for the password that sudo wants, and be root or fail
 * @throws Failure NO_PYTHON, SSH_SHELL, SSH_SUDO, HOST_GONE
 */
export async function remoteAgent(
  connection: Connection,
  askSudo: boolean,
  ask: Ask | undefined,
): Promise<RemoteAgent> {
  const { name: host, user } = connection.config;
  const asRoot = await start(connection, askSudo ? 'sudo-password' : 'sudo', ask);
  if ('pipe' in asRoot) return asRoot;
  if (askSudo && asRoot.code !== 127) throw failure('SSH_SUDO', { host, user, why: asRoot.said });
  const asUser = await start(connection, 'nobody-else', undefined);
  if ('pipe' in asUser) return { ...asUser, refused: asRoot.said };
  // 127 is what a shell ends with that finds no command; others tell of a shell that runs none
  if (asUser.code === 127 || /python/.test(asUser.said)) throw failure('NO_PYTHON', { host, why: asUser.said });
  throw failure('SSH_SHELL', { host, user, why: asUser.said || `it ended with status ${asUser.code}` });
}

async function start(connection: Connection, become: Become, ask: Ask | undefined): Promise<RemoteAgent | Ended> {
  const { name: host, user } = connection.config;
  const mark = `profkit-${randomBytes(8).toString('hex')}`;
  const channel = await open(connection, agentCommand(become, mark));
  let [said, code] = ['', undefined as number | undefined];
  let unanswered = '';
  const last = () => (unanswered || said.trim().split('\n').at(-1)?.trim()) ?? '';
  const hear = (text: string) => {
    said = (said + text).slice(-4000);
  };
  channel.on('exit', (c: number | null) => {
    code = c ?? undefined;
  });
  const ended = new Promise<void>((resolve) => channel.once('close', resolve));
  return new Promise((resolve, reject) => {
    const silent = setTimeout(() => {
      channel.destroy();
      reject(failure('SSH_SHELL', { host, user, why: `no answer within ${SILENCE} s` }));
    }, SILENCE * 1000);
    channel.stderr.setEncoding('utf8').on('data', (text: string) => {
      hear(text);
      silent.refresh();
      if (!said.includes(questionOf(mark))) return;
      said = said.replace(questionOf(mark), '');
      clearTimeout(silent);
      void Promise.resolve(ask?.(`Password of ${user} on ${host}, for sudo: `)).then((password) => {
        // on sudo's standard input and nowhere else: a command line is everybody's to read
        if (password !== undefined) return channel.write(`${password}\n`);
        unanswered = 'it wants a password, and there is no terminal to ask for it on';
        return channel.end();
      }, reject);
    });
    void ended.then(() => {
      clearTimeout(silent);
      resolve({ said: last(), code });
    });
    void connection.gone.then((why) => reject(failure('HOST_GONE', { host, why })));
    void afterMark(channel, mark, hear).then(([uid, python = '', folder = '/']) => {
      clearTimeout(silent);
      said = '';
      const gone = Promise.race([ended.then(() => last() || 'the agent ended there'), connection.gone]);
      resolve({ pipe: { stdin: channel, stdout: channel, gone }, uid: Number(uid), python, folder });
    });
  });
}

function open({ client, config }: Connection, command: string): Promise<ClientChannel> {
  const { name: host, user } = config;
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(failure('SSH_SHELL', { host, user, why: error.message }));
      else resolve(channel);
    });
  });
}

/** The facts that stand behind the mark, once it has come; what comes before it is the login shell's. */
function afterMark(channel: ClientChannel, mark: string, hear: (text: string) => void): Promise<string[]> {
  let seen = Buffer.alloc(0);
  return new Promise((resolve) => {
    const take = (data: Buffer) => {
      seen = Buffer.concat([seen, data]);
      const at = seen.indexOf(`${mark}|`);
      const end = at < 0 ? -1 : seen.indexOf('\n', at);
      if (end < 0) return hear(data.toString('utf8'));
      channel.off('data', take);
      channel.pause();
      channel.unshift(seen.subarray(end + 1));
      resolve(seen.toString('utf8', at, end).split('|').slice(1));
    };
    channel.on('data', take);
  });
}
