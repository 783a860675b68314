import { posix } from 'node:path';
import { failure } from '../failure.js';
import type { Host, HostProcess } from '../host/host.js';
import type { Interpreter } from './service.js';

const PYTHON = /^(python|pypy)[\d.]*$/;
const isPython = (word: string | undefined): word is string => word !== undefined && PYTHON.test(posix.basename(word));
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Clues {
  processes: readonly HostProcess[];
  /** The command that starts it. */
  command: readonly string[];
  environment: Record<string, string>;
}

/**
 * Which Python runs a service. A live process tells best, as it was called (its argv[0] leads to the virtual
 * environment, /proc/PID/exe would not); then the shebang of the script that starts it; for uwsgi its --venv.
 * @throws Failure NO_INTERPRETER
 */
export async function findInterpreter(host: Host, service: string, clues: Clues): Promise<Interpreter> {
  const main = clues.processes.find((p) => isPython(p.argv[0]));
  const environment = { ...clues.environment, ...(main ? await host.environ(main.pid, ['PATH', 'PYTHONPATH']) : {}) };
  const searchPath = environment.PATH || DEFAULT_PATH;
  const modules = (environment.PYTHONPATH ?? '').split(':').filter(Boolean);
  const command = main?.argv ?? clues.command;
  const found = (path: string, script?: string): Interpreter => ({
    path,
    modules: script?.startsWith('/') ? [posix.dirname(script), ...modules] : modules,
    searchPath,
  });
  const scriptOf = (words: readonly string[]) => words.slice(1).find((w) => !w.startsWith('-'));
  if (isPython(command[0])) return found(await inPath(host, command[0], searchPath), scriptOf(command));
  if (posix.basename(command[0] ?? '').startsWith('uwsgi')) {
    const at = command.findIndex((w) => ['-H', '--home', '--virtualenv', '--venv', '--pyhome'].includes(w));
    const venv = at < 0 ? undefined : command[at + 1];
    return found(venv ? `${venv}/bin/python3` : await inPath(host, 'python3', searchPath));
  }
  if (command[0] === undefined) throw failure('NO_INTERPRETER', { service, why: 'it has no ExecStart and no process' });
  const script = await inPath(host, command[0], searchPath);
  const head = (await host.read(script, { limit: 256 })).data.toString('latin1').split('\n')[0] ?? '';
  const words = head.replace(/^#! */, '').trim().split(/\s+/);
  const name = posix.basename(words[0] ?? '') === 'env' ? words.find((w, i) => i > 0 && !w.startsWith('-')) : words[0];
  if (!head.startsWith('#!') || !isPython(name))
    throw failure('NO_INTERPRETER', { service, why: `${script} is no Python script` });
  return found(await inPath(host, name, searchPath), script);
}

async function inPath(host: Host, command: string, searchPath: string): Promise<string> {
  if (command.startsWith('/')) return command;
  for (const folder of searchPath.split(':')) {
    if (await host.stat(`${folder}/${command}`)) return `${folder}/${command}`;
  }
  return command;
}
