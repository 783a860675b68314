const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** The words of an `openstack … server create …`, in parts that later commands are made of. */
export interface ServerCreate {
  /** `openstack` and its global options. */
  client: string[];
}

export function asServerCreate(argv: readonly string[]): ServerCreate | undefined {
  const at = argv.findIndex((w, i) => w === 'server' && argv[i + 1] === 'create');
  if (at < 1 || !/(^|\/)openstack$/.test(argv[0]!)) return undefined;
  return { client: argv.slice(0, at) };
}

/** The id that a command printed of what it made: a table's, a JSON document's, a shell assignment's or a bare one. */
export function madeId(stdout: string): string | undefined {
  const patterns = [
    new RegExp(`^\\|\\s*id\\s*\\|\\s*(${UUID})\\s*\\|`, 'm'),
    new RegExp(`"id":\\s*"(${UUID})"`),
    new RegExp(`^id[=:]\\s*['"]?(${UUID})`, 'm'),
    new RegExp(`^\\s*(${UUID})\\s*$`, 'm'),
  ];
  for (const p of patterns) {
    const id = p.exec(stdout)?.[1];
    if (id) return id;
  }
  return undefined;
}

const IDENTITY = ['OS_CLOUD', 'OS_AUTH_URL', 'OS_AUTH_TYPE', 'OS_TOKEN', 'OS_USERNAME'];

/** The OS_* variables of an environment, and `OS_CLOUD=devstack-admin` where none says who one is. */
export function credentials(environment: Record<string, string | undefined>): Record<string, string> {
  const own = Object.entries(environment).filter(
    (e): e is [string, string] => e[0].startsWith('OS_') && e[1] !== undefined,
  );
  const known = own.some(([name]) => IDENTITY.includes(name));
  return { ...(known ? {} : { OS_CLOUD: 'devstack-admin' }), ...Object.fromEntries(own) };
}
