import { spawn } from 'node:child_process';
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
  /** What the command that carries them said last. */
  said(): string;
}

const nothing = () => '';

/** Straight over TCP. @throws Failure SSH_UNREACHABLE */
export function direct(config: SshConfig, seconds: number): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let began = performance.now();
    const socket: Socket = connectTcp({ host: config.hostname, port: config.port, noDelay: true });
    const fail = (why: string) => {
      socket.destroy();
      reject(failure('SSH_UNREACHABLE', { host: config.name, why }));
    };
    socket.setTimeout(seconds * 1000, () => fail(`no answer within ${seconds} s`));
    socket.once('lookup', () => {
      began = performance.now();
    });
    const onError = (e: NodeJS.ErrnoException) => fail(inWords(e, config));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', onError).on('error', () => {}); // 'close' tells whoever comes to listen
      resolve({ stream: socket, roundTrip: performance.now() - began, said: nothing });
    });
  });
}

/** Through a host that a connection stands to. @throws Failure SSH_UNREACHABLE */
export function through(jump: Client, via: string, config: SshConfig): Promise<Transport> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    jump.forwardOut('127.0.0.1', 0, config.hostname, config.port, (error, channel) => {
      if (channel) return resolve({ stream: channel, roundTrip: performance.now() - began, said: nothing });
      const why = `${via} cannot connect to ${config.hostname}:${config.port} (${error?.message.replace(/^.*: /, '')})`;
      reject(failure('SSH_UNREACHABLE', { host: config.name, why }));
    });
  });
}

/** Through a command that carries the bytes, started by sh as ssh does. */
export function byCommand(command: string): Transport {
  // in a session of its own: Ctrl-C is for profkit, which undoes over this connection
  const child = spawn('sh', ['-c', `exec ${command}`], { detached: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    write: (data, _, done) => void child.stdin.write(data, () => done()),
    final: (done) => void child.stdin.end(() => done()),
    destroy: (error, done) => {
      end(child.pid);
      done(error);
    },
  });
  child.stdout.on('data', (data) => stream.push(data) || child.stdout.pause());
  child.stdin.on('error', () => {}); // its end is told by 'close'
  child.once('error', (e) => stream.destroy(e));
  child.once('close', () => stream.destroy());
  return { stream, roundTrip: 0, said: () => said.trim().split('\n').at(-1) ?? '' };
}

/** What a command started ends with it. */
function end(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {} // it has ended
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
