import { connect as connectTcp, type Socket } from 'node:net';
import { Duplex, type Readable } from 'node:stream';
import type { Client } from 'ssh2';
import { failure } from '../../failure.js';
import type { SshConfig } from './ssh-config.js';

/** The bytes to and from a host's sshd. */
export interface Transport {
  stream: Readable;
  /** Milliseconds that opening it took, without the look-up of the name: about a round trip, more with jumps. */
  roundTrip: number;
}

/** Straight over TCP. @throws Failure SSH_UNREACHABLE */
export function direct(config: SshConfig, milliseconds: number): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let began = performance.now();
    const socket: Socket = connectTcp({ host: config.hostname, port: config.port, noDelay: true });
    const fail = (why: string) => {
      socket.destroy();
      reject(failure('SSH_UNREACHABLE', { host: config.name, why }));
    };
    socket.setTimeout(milliseconds, () => fail(`no answer within ${milliseconds / 1000} s`));
    socket.once('lookup', () => {
      began = performance.now();
    });
    const onError = (e: NodeJS.ErrnoException) => fail(inWords(e, config));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', onError);
      resolve({ stream: socket, roundTrip: performance.now() - began });
    });
  });
}

/** Through a host that a connection stands to. @throws Failure SSH_UNREACHABLE */
export function through(jump: Client, via: string, config: SshConfig): Promise<Transport> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    jump.forwardOut('127.0.0.1', 0, config.hostname, config.port, (error, channel) => {
      if (channel) return resolve({ stream: channel, roundTrip: performance.now() - began });
      const why = `${via} cannot connect to ${config.hostname}:${config.port} (${error?.message.replace(/^.*: /, '')})`;
      reject(failure('SSH_UNREACHABLE', { host: config.name, why }));
    });
  });
}

/** Through a command that carries the bytes, started by sh as ssh does. */
export async function byCommand(command: string): Promise<Transport & { said(): string }> {
  const { spawn } = await import('node:child_process');
  // in a session of its own: Ctrl-C is for profkit, which undoes over this connection
  const child = spawn('sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.once('error', (e) => stream.destroy(e));
  stream.once('close', () => child.kill());
  return { stream, roundTrip: 0, said: () => said.trim().split('\n').at(-1) ?? '' };
}

function inWords(e: NodeJS.ErrnoException, { hostname, port }: SshConfig): string {
  const one = e instanceof AggregateError ? (e.errors[0] as NodeJS.ErrnoException) : e;
  switch (one.code) {
    case 'ECONNREFUSED':
      return `nothing listens on ${hostname}:${port}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${hostname} is not known`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no way to ${hostname}`;
    default:
      return one.message;
  }
}
