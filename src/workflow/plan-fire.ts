import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { findCredentials } from '../openstack/credentials.js';
import { type Chosen, findTrigger } from '../openstack/find-trigger.js';
import type { PresetTrigger } from '../openstack/presets.js';
import type { Recipe } from '../openstack/recipe.js';
import { asServerCreate, withCount } from '../openstack/server-create.js';
import { DEFAULT_PATH } from '../service/find-interpreter.js';
import type { FireOptions } from './fire.js';

/** What makes the target run, as a user said it. */
export interface FireRequest extends Chosen {
  /** The user's own command; empty: `trigger`, or what a preset knows. */
  argv: readonly string[];
  /** What profkit is to do, where it was said. */
  trigger?: PresetTrigger | undefined;
  /** The folder that it runs in. */
  cwd: string;
  /** By default the service's user. */
  user?: string;
  /** Where OS_* come from. */
  environment: Record<string, string | undefined>;
  /** A file on the host that sets them. */
  openrc?: string | undefined;
  /** Seconds, for each wait. */
  timeout: number;
  /** Delete the servers that the user's command makes. */
  delete: boolean;
  /** Servers in one request, requests at the same time, and how often that one after the other. */
  count: number;
  parallel: number;
  repeat: number;
}

/** Whom it is planned for. */
export interface Fireable {
  probe: string;
  /** The service's user. */
  owner: string;
  searchPath: string | undefined;
  engine: string;
  signal: AbortSignal;
}

/** Captures that a trigger may lead to. */
export const capturesOf = (o: Pick<FireRequest, 'count' | 'parallel' | 'repeat'>, targets: number): number =>
  o.count * o.parallel * o.repeat * targets;

/** Engines that follow one call at a time; another one that overlaps passes. */
const ONE_AT_A_TIME = ['eventlet', 'cprofile', 'yappi'];

/**
 * Finds out commands and credentials; asks the cloud, changes nothing.
 * @param known what a preset of the targets knows
 * @throws Failure NO_TRIGGER, NO_COMMAND, BAD_OPTION, NOTHING_TO_BOOT and what the client says
 */
export async function planFire(
  host: Host,
  o: FireRequest,
  known: PresetTrigger | undefined,
  it: Fireable,
): Promise<FireOptions> {
  const user = o.user ?? it.owner;
  const searchPath = it.searchPath || DEFAULT_PATH;
  if (o.parallel > 1 && ONE_AT_A_TIME.includes(it.engine))
    throw failure('BAD_OPTION', {
      what: `the engine ${it.engine} follows one call at a time, so there is no --parallel`,
    });
  const how = { user, cwd: o.cwd, env: { PATH: searchPath }, timeout: o.timeout, signal: it.signal };
  const trigger = o.argv.length > 0 ? undefined : (o.trigger ?? known);
  if (o.argv.length === 0 && trigger === undefined) throw failure('NO_TRIGGER', {});
  const found = trigger?.kind === 'wait' ? 'sleep' : trigger ? 'openstack' : o.argv[0]!;
  await needCommand(host, found, how);
  const credentials = await findCredentials(host, o.environment, how, o.openrc);
  let recipe: Recipe;
  if (trigger) {
    const asking = { ...how, env: { ...how.env, ...credentials.env } };
    const { image, flavor, network, count } = o;
    const name = `profkit-${it.probe}`;
    recipe = await findTrigger(host, trigger, { how: asking, credentials, name, count, image, flavor, network });
  } else {
    recipe = { argv: o.count > 1 && asServerCreate(o.argv) ? withCount(o.argv, o.count) : o.argv, count: o.count };
  }
  if (o.count > 1 && (recipe.count === 1 || !recipe.argv.includes('--min')))
    throw failure('BAD_OPTION', {
      what: '--count is for a server create: nothing else makes several servers in one request',
    });
  if (o.parallel > 1 && trigger?.kind === 'wait')
    throw failure('BAD_OPTION', { what: 'it runs by itself, so there is no --parallel' });
  const { timeout, parallel, repeat } = o;
  // what profkit made it deletes
  return {
    recipe,
    cwd: o.cwd,
    user,
    searchPath,
    credentials,
    timeout,
    parallel,
    repeat,
    delete: o.delete || !!recipe.name,
  };
}

/** A trigger that is not there is told before anything is restarted for it. */
async function needCommand(
  host: Host,
  command: string,
  how: { user: string; cwd: string; env: Record<string, string> },
) {
  const { user, cwd, env } = how;
  const r = await host.run(['sh', '-c', 'command -v -- "$1"', 'sh', command], { user, env, cwd });
  if (r.code !== 0) throw failure('NO_COMMAND', { command, user });
}
