import { BOOT } from '../agent-host.js';

/** How the agent's Python comes to be root: by sudo without a password, with one, or not at all. */
export type Become = 'sudo' | 'sudo-password' | 'nobody-else';

/** Without site: what is installed beside Python's own is not looked for, which takes longer than all else at its start. */
const PYTHON = 'python3 -I -S -c "$0"';
const UNLESS_ROOT = `[ "$(id -u)" = 0 ] && exec ${PYTHON};`;
/** Where sudo looks for python3, unless it is told otherwise. */
const SUDO_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What sudo asks with. The command does not hold it as it is: a shell that says what it runs (`set -v`) asks nothing. */
export const questionOf = (mark: string): string => `sudo-${mark}?`;

/**
 * The command that starts the agent's Python, for whatever login shell reads it: sh, csh and fish read it the same, for it
 * has no quotes within quotes, no backslash, no line break and no `!`.
 * @param mark stands in the first line that is not the login shell's: `mark|uid|path of python3|folder`
 */
export function agentCommand(become: Become, mark: string): string {
  const script = {
    sudo: `${UNLESS_ROOT} exec sudo -n -- ${PYTHON}`,
    'sudo-password': `${UNLESS_ROOT} exec sudo -S -p "${questionOf('$1')}" -- ${PYTHON}`,
    'nobody-else': `exec ${PYTHON}`,
  }[become];
  const boot = [
    'import os,sys', // without shutil, which takes as long to load as all of Python
    `f=next((p for p in (d+"/python3" for d in "${SUDO_PATH}".split(":")) if os.access(p,os.X_OK)),sys.executable)`,
    'print()', // a banner may have no line break at its end
    `print("${mark}",os.geteuid(),f,os.getcwd(),sep="|",flush=True)`,
    BOOT.replaceAll("'", '"'),
  ].join(';');
  return `sh -c '${script}' '${boot}' ${mark}`;
}
