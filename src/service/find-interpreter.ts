import { posix } from 'node:path';
import { failure } from '../failure.js';
import type { Host, HostProcess } from '../host/host.js';
import { PYTHON_NAME } from '../python/python-name.js';
import type { Interpreter } from './service.js';

const isPython = (word: string | undefined): word is string =>
  word !== undefined && PYTHON_NAME.test(posix.basename(word));
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
  const found = (path: string, command: string[]): Interpreter => {
    const script = isPython(command[0]) ? command.slice(1).find((w) => !w.startsWith('-')) : undefined;
    return {
      path,
      modules: script?.startsWith('/') ? [posix.dirname(script), ...modules] : modules,
      searchPath,
      command,
    };
  };
  const command = main?.argv ?? [...clues.command];
  if (isPython(command[0])) return found(await inPath(host, command[0], searchPath), command);
  if (posix.basename(command[0] ?? '').startsWith('uwsgi')) {
    const words = [...command, ...(await iniOptions(host, command))];
    const venv = words.flatMap((w, i) => VENV.exec(w)?.[1] ?? (VENV.test(`${w}=`) ? words[i + 1] : undefined) ?? [])[0];
    return found(venv ? `${venv}/bin/python3` : await inPath(host, 'python3', searchPath), words);
  }
  if (command[0] === undefined) throw failure('NO_INTERPRETER', { service, why: 'it has no ExecStart and no process' });
  const script = await inPath(host, command[0], searchPath);
  const head = (await host.read(script, { limit: 256 })).data.toString('latin1').split('\n')[0] ?? '';
  const words = head.replace(/^#! */, '').trim().split(/\s+/);
  const at = posix.basename(words[0] ?? '') === 'env' ? words.findIndex((w, i) => i > 0 && isPython(w)) : 0;
  const name = words[at];
  if (!head.startsWith('#!') || !isPython(name))
    throw failure('NO_INTERPRETER', { service, why: `${script} is no Python script` });
  return found(await inPath(host, name, searchPath), [...words.slice(at), script, ...command.slice(1)]);
}

const VENV = /^(?:-H|--(?:home|virtualenv|venv|pyhome))=(.*)$/;

/** What stands in the ini file of a uWSGI, as devstack has it, as options. */
async function iniOptions(host: Host, command: readonly string[]): Promise<string[]> {
  const file = command.flatMap(
    (w, i) => /^--ini=(.*)$/.exec(w)?.[1] ?? (w === '--ini' ? command[i + 1] : undefined) ?? [],
  )[0];
  if (!file?.startsWith('/')) return [];
  const text = await host.read(file).then(
    (f) => f.data.toString('utf8'),
    () => '',
  );
  return [...text.matchAll(/^\s*([a-z][\w-]*)\s*=\s*(.*?)\s*$/gm)].map(([, key, value]) => `--${key}=${value}`);
}

async function inPath(host: Host, command: string, searchPath: string): Promise<string> {
  if (command.startsWith('/')) return command;
  for (const folder of searchPath.split(':')) {
    if (await host.stat(`${folder}/${command}`)) return `${folder}/${command}`;
  }
  return command;
}
