import { readFile } from 'node:fs/promises';
import { failure } from '../failure.js';
import type { Host, RunOptions } from '../host/host.js';
import { locateProgram } from '../python/ask.js';
import { template } from '../templates.js';
import { clientFailure } from './client-failure.js';
import type { Credentials } from './credentials.js';
import type { HttpRequest } from './http-request.js';
import type { PresetTrigger } from './presets.js';
import type { Recipe } from './recipe.js';
import { ACTIONS } from './server-actions.js';
import { withCount } from './server-create.js';

interface Image {
  ID: string;
  Name: string;
  Status?: string;
}
interface Flavor {
  ID: string;
  Name: string;
  RAM: number;
  Disk: number;
  VCPUs: number;
}

/** What is taken in place of what would be found out. */
export interface Chosen {
  image?: string | undefined;
  flavor?: string | undefined;
  network?: string | undefined;
}

/** How the client is asked. */
export interface Asking extends Chosen {
  how: RunOptions;
  credentials: Credentials;
  /** What servers are called that are made. */
  name: string;
  /** Servers in one request. */
  count: number;
}

/**
 * The commands that make a preset's target run on this cloud.
 * @throws Failure NOTHING_TO_BOOT, TRIGGER_FAILED, and those of what the client says
 */
export async function findTrigger(host: Host, trigger: PresetTrigger, o: Asking): Promise<Recipe> {
  const { name, count } = o;
  if (trigger.kind === 'wait') return { argv: ['sleep', String(trigger.seconds)], count: 1 };
  if (trigger.kind === 'client') return { argv: ['openstack', ...trigger.words], count: 1 };
  if (trigger.kind === 'http') return httpRecipe(host, trigger.request, o);
  const { image, flavors } = await whatToBoot(host, o);
  const client = ['openstack', '--os-compute-api-version', '2.37'];
  // without a network nothing else is asked of the cloud; a newer client would want an automatic one, which has to be there
  const create = [...client, 'server', 'create', '--nic', o.network === undefined ? 'none' : `net-id=${o.network}`];
  const words = [...create, '--image', image, '--flavor', flavors[0]!, `${name}-{n}`];
  if (trigger.kind === 'create') return { argv: count > 1 ? withCount(words, count) : words, name, count };
  const action = ACTIONS[trigger.kind];
  const [, larger] = flavors;
  if (action.words.includes('{flavor}') && larger === undefined)
    throw failure('NOTHING_TO_BOOT', { what: 'larger flavor' });
  const argv = [...client, ...action.words.map((word) => (word === '{flavor}' ? larger! : word))];
  return { argv, prepare: words, action, name, count: 1 };
}

/** The image to take, and the flavors from the smallest on: the one to take stands first. */
async function whatToBoot(host: Host, o: Asking): Promise<{ image: string; flavors: string[] }> {
  const images = o.image === undefined ? await list<Image>(host, 'image', o) : [];
  const active = images.filter((i) => (i.Status ?? 'active') === 'active');
  const image = o.image ?? (active.find((i) => /cirros/i.test(i.Name)) ?? active[0])?.ID;
  if (image === undefined) throw failure('NOTHING_TO_BOOT', { what: 'image' });
  const all = smallestFirst(await list<Flavor>(host, 'flavor', o));
  const named = all.findIndex((f) => f.ID === o.flavor || f.Name === o.flavor);
  if (o.flavor !== undefined && named < 0) throw failure('NOT_IN_CLOUD', { what: 'flavor', name: o.flavor });
  const flavors = all.slice(Math.max(named, 0)).map((f) => f.ID);
  if (flavors.length === 0) throw failure('NOTHING_TO_BOOT', { what: 'flavor' });
  return { image, flavors };
}

export function smallestFirst<F extends Pick<Flavor, 'RAM' | 'Disk' | 'VCPUs' | 'Name'>>(flavors: readonly F[]): F[] {
  return flavors.toSorted(
    (a, b) => a.RAM - b.RAM || a.Disk - b.Disk || a.VCPUs - b.VCPUs || a.Name.localeCompare(b.Name),
  );
}

async function list<T>(host: Host, what: 'image' | 'flavor', { how, credentials }: Asking): Promise<T[]> {
  const argv = ['openstack', what, 'list', '-f', 'json'];
  const r = await host.run(argv, how);
  if (r.timedOut) throw failure('TRIGGER_TIMEOUT', { command: argv.join(' '), seconds: how.timeout ?? 0 });
  if (r.code !== 0) throw clientFailure(argv.join(' '), r, credentials);
  return JSON.parse(r.stdout) as T[];
}

/** The client's own interpreter has what finds the service and its token; a whole URL needs neither. */
async function httpRecipe(host: Host, request: HttpRequest, { how }: Asking): Promise<Recipe> {
  const find = 'read -r line <"$(command -v openstack)"; case $line in "#!"*python*) echo "$line";; esac';
  const r = await host.run(['sh', '-c', find], how);
  const words = /^#!\s*(.+)/.exec(r.stdout.trim())?.[1]?.split(/\s+/) ?? ['python3'];
  const program = await readFile(template('trigger/http.py'), 'utf8');
  const where = request.path.startsWith('http') ? request.path : `${request.service}:${request.path}`;
  return {
    argv: [...words, '-W', 'ignore', '-'],
    stdin: locateProgram(request, program),
    shown: `${request.method} ${where}`,
    count: 1,
  };
}
