import type { Client, ConnectConfig } from 'ssh2';
import ssh2 from 'ssh2';
import { type Failure, failure } from '../../failure.js';
import { authentication } from './authentication.js';
import { HostKeyCheck } from './host-key-check.js';
import type { Ask } from './identities.js';
import { type SshConfig, sshConfig } from './ssh-config.js';
import { byCommand, direct, type Transport, through } from './transport.js';

export interface ConnectOptions {
  /** In place of the user's configuration of ssh. */
  configFile?: string | undefined;
  /** Take the key of a host that nothing is known of, and write it down. */
  acceptNew?: boolean | undefined;
  ask?: Ask | undefined;
  signal?: AbortSignal | undefined;
}

export interface Connection {
  client: Client;
  config: SshConfig;
  /** Resolves, with the reason in words, when it is gone. */
  gone: Promise<string>;
  /** Ends it, and those that it goes through. */
  close(): void;
}

const MOST_JUMPS = 8;
/** Seconds from the first byte to the exchanged keys, where ConnectTimeout does not say. */
const HANDSHAKE = 20;
/** From this round trip on, in milliseconds, what compressing saves is more than what it costs. */
const SLOW_LINK = 5;

/**
 * Opens a connection as `ssh NAME` would: through jump hosts, with the host's key checked, as the user of the configuration.
 * @throws Failure SSH_…
 */
export const connect = (name: string, options: ConnectOptions): Promise<Connection> =>
  connectVia(name, options, [], undefined);

async function connectVia(
  name: string,
  options: ConnectOptions,
  passed: readonly string[],
  jumps: readonly string[] | undefined,
): Promise<Connection> {
  if (passed.length > MOST_JUMPS)
    throw failure('SSH_CONFIG', {
      host: passed[0]!,
      why: `its ProxyJump goes in a circle over ${name}`,
      file: options.configFile,
    });
  const config = await sshConfig(name, options.configFile);
  const hops = jumps ?? config.proxyJump;
  if (hops.length === 0) return handshake(config, await straight(config), options, () => {});
  const last = hops.at(-1)!;
  const before = hops.length > 1 ? hops.slice(0, -1) : undefined;
  const hop = await connectVia(asUrl(last), options, [...passed, name], before);
  try {
    return await handshake(config, await through(hop.client, last, config), options, hop.close);
  } catch (e) {
    hop.close();
    throw e;
  }
}

const asUrl = (hop: string): string => (hop.startsWith('ssh://') ? hop : `ssh://${hop}`);

const straight = (config: SshConfig): Promise<Transport & { said?(): string }> =>
  config.proxyCommand === undefined
    ? direct(config, (config.connectTimeout ?? HANDSHAKE) * 1000)
    : byCommand(config.proxyCommand);

async function handshake(
  config: SshConfig,
  transport: Transport & { said?(): string },
  options: ConnectOptions,
  closeRest: () => void,
): Promise<Connection> {
  const { name: host } = config;
  const check = await HostKeyCheck.of(config, options.acceptNew === true);
  const auth = await authentication(config, config.batch ? undefined : options.ask);
  const client = new ssh2.Client();
  let last = '';
  const gone = new Promise<string>((resolve) => {
    client.on('error', (e) => {
      last ||= e.message;
    });
    client.once('close', () => resolve(last || transport.said?.() || 'the other side closed it'));
  });
  await new Promise<void>((resolve, reject) => {
    let refused: Failure | undefined;
    const seconds = config.connectTimeout ?? HANDSHAKE;
    const late = setTimeout(
      () => fail(failure('SSH_HANDSHAKE', { host, why: `no handshake within ${seconds} s` })),
      seconds * 1000,
    );
    const stop = () => fail(options.signal?.reason as Error);
    const settle = () => {
      clearTimeout(late);
      options.signal?.removeEventListener('abort', stop);
    };
    const fail = (e: Error) => {
      settle();
      client.destroy();
      reject(e);
    };
    options.signal?.addEventListener('abort', stop, { once: true });
    if (options.signal?.aborted) return stop();
    client.once('handshake', () => clearTimeout(late));
    client.once('ready', () => {
      settle();
      resolve();
    });
    client.on('error', (e: Error & { level?: string }) => {
      if (e.level === 'agent') return; // one key could not sign; the next one is tried
      if (e.level === 'client-authentication') return fail(auth.failed());
      if (/no matching host key/i.test(e.message)) return fail(check.changed());
      fail(refused ?? failure('SSH_HANDSHAKE', { host, why: transport.said?.() || e.message }));
    });
    client.once('close', () =>
      fail(
        refused ?? failure('SSH_HANDSHAKE', { host, why: transport.said?.() || last || 'the other side closed it' }),
      ),
    );
    try {
      const judge = (key: Buffer, verify: (is: boolean) => void) =>
        void check.judge(key).then((failed) => {
          refused = failed;
          verify(failed === undefined);
        }, fail);
      client.connect({ ...settings(config, transport, check), hostVerifier: judge, authHandler: auth.handler });
    } catch (e) {
      fail(e as Error);
    }
  });
  const close = () => {
    client.end();
    closeRest();
  };
  return { client, config, gone, close };
}

function settings(config: SshConfig, { stream, roundTrip }: Transport, check: HostKeyCheck): ConnectConfig {
  const keys = check.algorithms();
  const isSlow = config.compression || roundTrip >= SLOW_LINK;
  return {
    sock: stream,
    username: config.user,
    readyTimeout: 0, // a passphrase may be waited for; the handshake has a time-out of its own
    keepaliveInterval: (config.aliveInterval || 15) * 1000,
    keepaliveCountMax: config.aliveCount,
    algorithms: {
      ...(keys ? { serverHostKey: keys as never } : {}),
      // the ciphers that Node does itself come first: the others are slower, and by far where ssh2 is not compiled
      cipher: { prepend: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'] } as never,
      compress: isSlow ? ['zlib@openssh.com', 'none'] : ['none', 'zlib@openssh.com'],
    },
  };
}
