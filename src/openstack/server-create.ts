const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** The words of an `openstack … server create …`, in parts that later commands are made of. */
export interface ServerCreate {
  /** `openstack` and its global options. */
  client: string[];
}

export function asServerCreate(argv: readonly string[]): ServerCreate | undefined {
  const at = argv.findIndex((w, i) => w === 'server' && argv[i + 1] === 'create');
  if (at < 1 || !isClient(argv)) return undefined;
  return { client: argv.slice(0, at) };
}

export const isClient = (argv: readonly string[]): boolean => /(^|\/)openstack$/.test(argv[0] ?? '');

/** The client with its global options, as the trigger has them. */
export function clientOf(argv: readonly string[]): readonly string[] {
  return isClient(argv) ? argv.slice(0, argv.indexOf('server')) : ['openstack'];
}

/** The same for so many servers in one request; the client calls them NAME-1, NAME-2, …. */
export function withCount(argv: readonly string[], count: number): string[] {
  const at = argv.indexOf('create');
  return [...argv.slice(0, at + 1), '--min', String(count), '--max', String(count), ...argv.slice(at + 1)];
}

/** The words with `{n}` replaced by which call it is, from 1 on, and `{server}` by the server that it is about. */
export function filledIn(argv: readonly string[], n: number, server = '{server}'): string[] {
  return argv.map((word) => word.replaceAll('{n}', String(n)).replaceAll('{server}', server));
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
