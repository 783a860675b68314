import type { Lab } from './lab.js';

/** What must be as before when profkit is done: lines, by what they are of. */
export interface HostState {
  /** Every file but those that daemons write by themselves: path, time, size, mode, owner. */
  files: string[];
  /** What dpkg finds changed of the packages of Python. */
  packages: string[];
  /** How systemd would start OpenStack's units, and whether they run. */
  units: string[];
}

// Python writes a .pyc anew when its source has changed meanwhile: whether it is there is all that is looked at.
const FILES = `find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /var/log -o -path /var/lib/mysql \\
  -o -path /var/lib/rabbitmq -o -path /var/lib/systemd -o -path /var/tmp -o -path /run/systemd/units -o -path /run/log \\
  -o -path /run/user -o -path /opt/stack/data/nova \\) -prune -o \\( -name '*.pyc' -printf '%p\\n' \\
  -o \\( -type f -o -type l \\) -printf '%p %T@ %s %m %u\\n' \\) | sort`;
const PACKAGES = `dpkg-query -W -f '\${Package}\\n' 'python3*' | xargs dpkg --verify | grep -v ' /usr/share/\\(doc\\|man\\|locale\\)/' | sort`;
const UNITS =
  "systemctl show 'devstack@*' -p Id,ActiveState,SubState,FragmentPath,DropInPaths,Environment,EnvironmentFiles,ExecStart,NeedDaemonReload" +
  " | sed 's/ ; start_time=.*//'; find /run/systemd/system /etc/systemd/system -name '*.conf' | sort";

export async function hostState(lab: Lab): Promise<HostState> {
  const lines = async (script: string) => {
    const r = await lab.script(`set -o pipefail; ${script}`);
    if (r.code !== 0) throw new Error(`the lab's state cannot be read (${r.code}): ${r.stderr}`);
    return r.stdout.split('\n');
  };
  return { files: await lines(FILES), packages: await lines(`{ ${PACKAGES} || true; }`), units: await lines(UNITS) };
}

/** Lines that came (+) and went (-), of each kind; nothing where a state is as the other. */
export function changes(before: HostState, after: HostState): string[] {
  const kinds = ['files', 'packages', 'units'] as const;
  return kinds.flatMap((kind) => {
    const [was, is] = [new Set(before[kind]), new Set(after[kind])];
    return [
      ...before[kind].filter((line) => !is.has(line)).map((line) => `- ${line}`),
      ...after[kind].filter((line) => !was.has(line)).map((line) => `+ ${line}`),
    ];
  });
}
