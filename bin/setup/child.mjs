// Children: at our terminal, one after the other, and none of them outlives us.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const say = (text) => console.error(`setup: ${text}`);

/** A fault that a sentence explains: no stack trace. */
export const fault = (message) => Object.assign(new Error(message), { expected: true });

/** An npm that is older than the Node it runs under would have every start complain about what it calls. */
export const npmEnvironment = () => ({ ...process.env, NODE_NO_WARNINGS: '1' });

let running;
let interrupted;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = signal;
    if (!running) finish();
    // At a terminal Ctrl-C has reached the child already, and a second one would tell it not to tidy up.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) running.kill(signal);
    const child = running;
    setTimeout(() => child.kill('SIGKILL'), 30_000).unref();
  });
}

/** Resolves to the exit status. After a signal nothing more is started: the whole program ends. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    running = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    running.on('error', (error) =>
      reject(error.code === 'ENOENT' ? fault(`there is no ${command} on this machine`) : error),
    );
    running.on('close', (code, signal) => {
      running = undefined;
      if (interrupted) finish();
      resolve(signal ? 1 : code);
    });
  });
}

/** Ends the child that `run` has running; that counts as a failure of it. */
export const endRunning = () => running?.kill('SIGKILL');

/** As `run`, for what has no use for its output unless it fails. Returns { code, output }. */
export async function runQuietly(command, args, options = {}) {
  let output = '';
  const done = run(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [running.stdout, running.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return { code: await done, output };
}

export function finish() {
  if (interrupted) process.exit({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[interrupted]);
}
