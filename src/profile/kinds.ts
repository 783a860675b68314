import { modulePath } from './source-place.js';
import type { FunctionName } from './stats.js';

/** What work is for. */
export type Kind = 'database' | 'rpc' | 'http' | 'serialisation' | 'logging' | 'locks' | 'sleep';

/** How each is called in a sentence. */
export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  database: 'the database',
  rpc: 'RPC',
  http: 'HTTP',
  serialisation: 'serialising and copying objects',
  logging: 'logging',
  locks: 'locks',
  sleep: 'sleeping',
};

/**
 * By the path of a module from its package on. What is below one of these, such as a socket or the hub that waits for it, is of
 * its kind too; a kind further down takes over from there.
 */
const MODULES: readonly (readonly [Kind, RegExp])[] = [
  ['database', /^(?:sqlalchemy|oslo_db|pymysql|MySQLdb|psycopg2?|sqlite3|alembic|nova\/db|placement\/db)\//],
  ['rpc', /^(?:oslo_messaging|amqp|kombu|etcd3gw)\//],
  ['http', /^(?:keystoneauth1|requests|urllib3|httplib2|openstack|neutronclient|cinderclient|glanceclient|http)\//],
  ['serialisation', /^(?:oslo_serialization|oslo_versionedobjects|json|msgpack|jsonschema)\/|^(?:copy|pickle)\.py$/],
  ['logging', /^(?:logging|oslo_log)\//],
  ['locks', /^(?:oslo_concurrency|fasteners)\//],
];

/** C functions that say by their name what they are for. */
const BUILT_IN: readonly (readonly [Kind, RegExp])[] = [
  ['sleep', /^<built-in (?:method|function) time\.sleep>$/],
  ['serialisation', /(?:method|function) (?:_json|_pickle|marshal)\./],
];

/** Undefined for what is of no kind by itself: it is of that of whoever called it. */
export function kindOf({ file, line, name }: FunctionName): Kind | undefined {
  if (line === 0) return BUILT_IN.find(([, pattern]) => pattern.test(name))?.[0];
  const path = modulePath(file);
  return MODULES.find(([, pattern]) => pattern.test(path))?.[0];
}

/** As cProfile names them, and as profile and eventlet do. */
const WAITS =
  /^(?:switch|poll|select|acquire|sleep|recv|recv_into|recvfrom|accept)$|'(?:switch|poll|acquire|__enter__|recv|recv_into|recvfrom|accept)' of '(?:_?greenlet|select|_thread|_?socket|_multiprocessing)|'read' of '_ssl\._SSLSocket'|'get' of '_queue\.SimpleQueue'|^<built-in (?:method|function) (?:select\.select|time\.sleep|posix\.waitpid)>$/;

/** A C function that does nothing but wait: for another greenlet, a lock, a socket or the time. */
export function isWait({ line, name }: FunctionName): boolean {
  return line === 0 && WAITS.test(name);
}

/** `nova`, `sqlalchemy`, `Python's library`; undefined for C functions, which are their callers'. */
export function packageOf({ file, line }: FunctionName): string | undefined {
  if (line === 0) return undefined;
  const path = modulePath(file);
  if (/^<|\/python\d(?:\.\d+)?\/(?!(?:site|dist)-packages\/)/.test(file)) return "Python's library";
  const [first] = path.split('/');
  return first === undefined || first === '' ? undefined : first.replace(/\.py$/, '');
}
