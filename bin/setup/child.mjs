// Children: at our terminal, and none of them outlives us.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const say = (text) => console.error(`setup: ${text}`);

/** A fault that a sentence explains: no stack trace. */
export const fault = (message) => Object.assign(new Error(message), { expected: true });

/** An npm that is older than the Node it runs under would have every start complain about what it calls. */
export const npmEnvironment = () => ({ ...process.env, NODE_NO_WARNINGS: '1' });

const running = new Set();
let interrupted;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = signal;
    if (running.size === 0) finish();
    for (const child of running) {
      // At a terminal Ctrl-C has reached the child already, and a second one would tell it not to tidy up.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), 30_000).unref();
    }
  });
}

/**
 * Resolves to the exit status. After a signal nothing more is started: the whole program ends.
 * `started` is given the child.
 */
export function run(command, args, { started, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    running.add(child);
    child.on('error', (error) => {
      running.delete(child);
      reject(error.code === 'ENOENT' ? fault(`there is no ${command} on this machine`) : error);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (interrupted && running.size === 0) finish();
      if (!interrupted) resolve(signal ? 1 : code);
    });
    started?.(child);
  });
}

/** As `run`, for what has no use for its output unless it fails. Returns { code, output }. */
export async function runQuietly(command, args, options = {}) {
  let output = '';
  const started = (child) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
  };
  const code = await run(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], started });
  return { code, output };
}

export function finish() {
  if (interrupted) process.exit({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[interrupted]);
}
