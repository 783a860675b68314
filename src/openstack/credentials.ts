import { failure } from '../failure.js';
import type { Host, RunOptions } from '../host/host.js';

/** Who one is to OpenStack. */
export interface Credentials {
  /** OS_* variables. Never to be shown. */
  env: Record<string, string>;
  /** Where they are from, in words. */
  from: string;
  /** Somebody said or put them there; else devstack's cloud is only tried. */
  given: boolean;
}

const IDENTITY = ['OS_CLOUD', 'OS_AUTH_URL', 'OS_AUTH_TYPE', 'OS_TOKEN', 'OS_USERNAME', 'OS_APPLICATION_CREDENTIAL_ID'];
const DEVSTACK = 'devstack-admin';

/** Where an openrc is looked for, in homes and in folders. */
const NAMES = 'devstack/openrc openrc admin-openrc admin-openrc.sh admin_openrc.sh keystonerc_admin'.split(' ');
const FOLDERS = ['/opt/stack', '/etc/kolla'];

/**
 * Taken in this order: an openrc that was named, OS_CLOUD, the other OS_* of the environment, devstack's cloud where a
 * clouds.yaml has it, an openrc that lies where one is expected.
 * @param environment of the user
 * @param how who runs the client, where, and with which PATH
 * @param openrc on the host
 * @throws Failure OPENRC
 */
export async function findCredentials(
  host: Host,
  environment: Record<string, string | undefined>,
  how: RunOptions,
  openrc?: string,
): Promise<Credentials> {
  const own = Object.fromEntries(
    Object.entries(environment).filter((e): e is [string, string] => e[0].startsWith('OS_') && e[1] !== undefined),
  );
  if (openrc !== undefined) return { env: await source(host, openrc, how), from: `the openrc ${openrc}`, given: true };
  if (own.OS_CLOUD) return { env: own, from: `OS_CLOUD=${own.OS_CLOUD}`, given: true };
  if (IDENTITY.some((name) => own[name])) {
    const who = own.OS_USERNAME ? `, as ${own.OS_USERNAME}` : '';
    return { env: own, from: `OS_* of your environment${who}`, given: true };
  }
  const [kind, file] = await lookAround(host, how);
  if (kind === 'openrc' && file !== undefined)
    return { env: { ...(await source(host, file, how)), ...own }, from: `the openrc ${file}`, given: true };
  const from = `the cloud ${DEVSTACK}, since no OS_* is set`;
  return { env: { OS_CLOUD: DEVSTACK, ...own }, from, given: false };
}

// An openrc holds commands: one that was not named is taken only where nobody else can have written it.
const LOOK = `
for f in "$OS_CLIENT_CONFIG_FILE" clouds.yaml "$HOME/.config/openstack/clouds.yaml" /etc/openstack/clouds.yaml; do
  if [ -f "$f" ] && grep -qs '^ *${DEVSTACK}:' "$f"; then echo cloud; exit; fi
done
for f in "$@"; do
  case $f in /*) ;; *) f=$HOME/$f ;; esac
  if [ -r "$f" ] && [ -n "$(find -L "$f" -maxdepth 0 -type f ! -perm /022 '(' -user root -o -uid "$(id -u)" ')')" ]; then
    echo "openrc $f"; exit
  fi
done`;

async function lookAround(host: Host, how: RunOptions): Promise<string[]> {
  const places = [...NAMES, ...FOLDERS.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`))];
  const r = await host.run(['sh', '-c', LOOK, 'sh', ...places], how);
  return /^(\w+)(?: (.*))?/.exec(r.stdout)?.slice(1) ?? [];
}

/** An openrc is bash, so bash reads it, as the user of the trigger. devstack's takes user and project as arguments. */
async function source(host: Host, file: string, how: RunOptions): Promise<Record<string, string>> {
  const program = '[ -r "$1" ] || exit 9; . "$1" admin admin >/dev/null 2>&1 </dev/null; env -0';
  const r = await host.run(['bash', '-c', program, 'bash', file.includes('/') ? file : `./${file}`], how);
  if (r.code !== 0) {
    const why = r.code === 9 ? `${how.user ?? 'who runs the trigger'} cannot read it` : `bash ended with ${r.code}`;
    throw failure('OPENRC', { file, why });
  }
  const set = r.stdout.split('\0').map((one) => /^(OS_[A-Z0-9_]+)=(.*)$/s.exec(one)?.slice(1) as [string, string]);
  const env = Object.fromEntries(set.filter(Boolean));
  if (IDENTITY.some((name) => env[name])) return env;
  throw failure('OPENRC', { file, why: 'it sets no OS_* that say who one is' });
}

/** Values that are secrets by the names of their variables. */
export const secretsOf = (environment: Record<string, string | undefined>): string[] =>
  Object.entries(environment).flatMap(([name, value]) =>
    /^OS_.*(PASS|TOKEN|SECRET|KEY|PASSCODE)/.test(name) && value ? [value] : [],
  );
