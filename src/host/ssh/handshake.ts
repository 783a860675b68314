import type { ConnectConfig, Client as SshClient } from 'ssh2';
import { type Failure, failure } from '../../failure.js';
import { authentication } from './authentication.js';
import type { ConnectOptions } from './connect.js';
import { HostKeyCheck } from './host-key-check.js';
import type { SshConfig } from './ssh-config.js';
import { Client } from './ssh2.js';
import type { Transport } from './transport.js';

/** Seconds. */
const ALIVE = 15;
/** Seconds that sshd gives for saying who we are, and some: a line that is dead by then is noticed. */
const GRACE = 150;

/**
 * Makes bytes a connection: the host shows its key, then we ours.
 * @param seconds until keys must have been exchanged; a person who is asked has all the time that sshd gives
 * @throws Failure SSH_KEY_…, SSH_CERT_AUTHORITY, SSH_HANDSHAKE, SSH_AUTH, SSH_PASSPHRASE
 */
export async function handshake(
  config: SshConfig,
  transport: Transport,
  seconds: number,
  options: ConnectOptions,
): Promise<{ client: SshClient; gone: Promise<string> }> {
  const { name: host } = config;
  const check = await HostKeyCheck.of(config, options.acceptNew === true);
  let asked = (_: boolean) => {};
  const ask =
    options.ask &&
    (async (question: string) => {
      asked(true);
      return options.ask!(question).finally(() => asked(false));
    });
  const auth = await authentication(config, config.batch ? undefined : ask);
  const keys = check.algorithms();
  options.signal?.throwIfAborted();
  // it may have ended before anybody listens for that
  if (transport.stream.destroyed)
    throw failure('SSH_HANDSHAKE', { host, why: transport.said() || 'it was closed at once' });
  const client = new Client();
  const patience = (config.aliveInterval || ALIVE) * (config.aliveCount + 1);
  let last = '';
  const closed = () => transport.said() || last || 'the other side closed it';
  const gone = new Promise<string>((resolve) => client.once('close', () => resolve(closed())));
  const opened = new Promise<void>((resolve, reject) => {
    let refused: Failure | undefined;
    const broken = (why: string) => reject(refused ?? failure('SSH_HANDSHAKE', { host, why }));
    let late = setTimeout(() => broken(`no handshake within ${seconds} s`), seconds * 1000);
    asked = (now) => {
      clearTimeout(late);
      if (!now) late = setTimeout(() => broken(`no answer within ${GRACE} s`), GRACE * 1000).unref();
    };
    const stop = () => reject(options.signal?.reason);
    options.signal?.addEventListener('abort', stop, { once: true });
    client.once('handshake', () => asked(false));
    client.once('ready', () => {
      asked(true);
      resolve();
    });
    client.once('close', () => {
      clearTimeout(late);
      broken(closed());
    });
    client.on('error', (e: Error & { level?: string }) => {
      if (e.level === 'agent') return; // one key could not sign; the next one is tried
      last ||= /keepalive/i.test(e.message) ? `it gives no sign of life for ${patience} s` : e.message;
      if (e.level === 'client-authentication') reject(auth.failed());
      else if (/no matching host key/i.test(e.message)) reject(check.changed());
      else broken(closed());
    });
    const hostVerifier = (key: Buffer, verify: (is: boolean) => void) =>
      void check.judge(key).then((failed) => {
        refused = failed;
        verify(failed === undefined);
      });
    const who = { username: config.user, authHandler: auth.handler };
    client.connect({ ...settings(config, transport, keys), ...who, hostVerifier });
  });
  try {
    await opened;
  } catch (e) {
    client.destroy();
    transport.stream.destroy();
    throw e;
  }
  return { client, gone };
}

function settings(config: SshConfig, { stream }: Transport, hostKeys: readonly string[]): ConnectConfig {
  return {
    sock: stream,
    readyTimeout: 0,
    keepaliveInterval: (config.aliveInterval || ALIVE) * 1000,
    keepaliveCountMax: config.aliveCount,
    algorithms: {
      serverHostKey: hostKeys as never,
      // those that Node does itself come first: the others are slower, and by far where ssh2 could not compile its own
      cipher: { prepend: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'] } as never,
      // ssh2 throws out of nowhere where a compressed connection is cut; what pays is compressed by the agent
      compress: ['none'],
    },
  };
}
