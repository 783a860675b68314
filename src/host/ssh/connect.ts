import type { Client } from 'ssh2';
import { failure } from '../../failure.js';
import type { Ask } from './identities.js';
import { type SshConfig, sshConfig } from './ssh-config.js';
import { byCommand, direct, type Transport, through } from './transport.js';

export interface ConnectOptions {
  /** In place of the user's configuration of ssh. */
  configFile?: string | undefined;
  /** Words that ssh is given before the host, and not for those that lead to it. */
  sshOptions?: readonly string[] | undefined;
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
  /** Files travel compressed: that takes less time than it saves. */
  compresses: boolean;
  /** Ends it, and those that it goes through. */
  close(): void;
}

const MOST_JUMPS = 8;
/** From this round trip on, in milliseconds, a host is far away, and what leads there most likely slow. */
const FAR = 5;
/** Seconds until a host must have answered, where ConnectTimeout does not say. */
const TIMEOUT = 20;

/**
 * Opens a connection as `ssh NAME` would: through jump hosts or a command, with the host's key checked, as the user of the
 * configuration.
 * @throws Failure SSH_…
 */
export const connect = (name: string, options: ConnectOptions): Promise<Connection> =>
  connectVia(name, options, [], undefined);

/** @param jumps in place of those of the configuration, as `ssh -J` has it */
async function connectVia(
  name: string,
  options: ConnectOptions,
  passed: readonly string[],
  jumps: readonly string[] | undefined,
): Promise<Connection> {
  const [first] = passed;
  if (first !== undefined && passed.length > MOST_JUMPS)
    throw failure('SSH_CONFIG', { host: first, why: 'its ProxyJump goes in a circle', file: options.configFile });
  // ssh2 takes its time to load, in which ssh can answer
  const [config, { handshake }] = await Promise.all([
    sshConfig(name, options.configFile, passed.length === 0 ? options.sshOptions : []),
    import('./handshake.js'),
  ]);
  options.signal?.throwIfAborted();
  const seconds = config.connectTimeout ?? TIMEOUT;
  const open = async (transport: Transport, closeRest: () => void): Promise<Connection> => {
    const { client, gone } = await handshake(config, transport, seconds, options);
    const close = () => {
      client.end();
      closeRest();
    };
    return { client, config, gone, close, compresses: config.compression || transport.roundTrip >= FAR };
  };
  const hops = jumps ?? config.proxyJump;
  if (hops.length === 0) {
    const { proxyCommand } = config;
    return open(proxyCommand === undefined ? await direct(config, seconds) : byCommand(proxyCommand), () => {});
  }
  const last = hops.at(-1)!;
  const url = last.startsWith('ssh://') ? last : `ssh://${last}`; // takes user@[address]:port as a jump does
  const hop = await connectVia(url, options, [...passed, name], hops.length > 1 ? hops.slice(0, -1) : undefined);
  try {
    return await open(await through(hop.client, last, config), hop.close);
  } catch (e) {
    hop.close();
    throw e;
  }
}
