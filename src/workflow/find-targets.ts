import { posix } from 'node:path';
import { Failure, failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { aliasesOf } from '../openstack/aliases.js';
import { PACKAGES } from '../openstack/projects.js';
import { locate, type Search } from '../python/locate.js';
import type { Candidate, Located } from '../python/place.js';
import { readTarget } from '../python/target.js';
import { servicesThatLoad } from '../service/find-service.js';
import { pythonServices } from '../service/python-services.js';
import type { Interpreter, Service } from '../service/service.js';
import { asker } from './ask-python.js';
import type { Context } from './context.js';
import { selectServices } from './select-services.js';

export interface WhatToFind {
  targets: readonly string[];
  services: readonly string[];
  /** The interpreter, where the user names it. */
  python?: string;
}

export interface FoundTargets {
  services: Service[];
  interpreter: Interpreter;
  /** The services' user: captures are theirs. */
  owner: string;
  targets: Located[];
}

/** Finds services, interpreter and the targets; all targets with one interpreter. Changes nothing. */
export async function findTargets(context: Context, wanted: WhatToFind): Promise<FoundTargets> {
  const { host } = context;
  for (const target of wanted.targets) readTarget(target); // what cannot be is said before anything is looked for
  const named = await selectServices(context, wanted.services);
  const { interpreter, targets } = await locateAll(host, named, wanted);
  refuseTwice(targets);
  const services = named.length > 0 ? named : await servicesFor(host, targets);
  const owner = await ownerOf(services);
  if (named.length > 0) await warnIfNotLoaded(context, named, targets);
  for (const note of targets.flatMap((t) => t.notes)) context.progress.warn(note);
  for (const p of await host.probes()) {
    const busy = targets.find((t) => p.targets.some((other) => other.target === t.target));
    if (busy && p.state === 'applied') throw failure('TARGET_BUSY', { target: busy.target, probe: p.probe });
  }
  return { services, interpreter, owner, targets };
}

/** Interpreters that may know the targets, with who asks them: the named services' own, else those of all that run. */
export async function interpreters(
  host: Host,
  named: readonly Service[],
  python: string | undefined,
): Promise<{ interpreter: Interpreter; user: string }[]> {
  const services = named.length > 0 ? named : python ? [] : await pythonServices(host);
  const candidates: { interpreter: Interpreter; user: string }[] = [];
  for (const service of services.slice(0, named.length > 0 ? 1 : services.length)) {
    const found = python
      ? { path: python, modules: [], searchPath: '' }
      : await service.interpreter().catch((e) => {
          if (named.length > 0) throw e;
          return undefined; // one of many that only might be it
        });
    if (found === undefined) continue;
    const key = JSON.stringify(found.path);
    if (!candidates.some((c) => JSON.stringify(c.interpreter.path) === key))
      candidates.push({ interpreter: found, user: (await service.look()).user });
  }
  if (candidates.length > 0) return candidates;
  const { user, uid } = await host.hello();
  const path = python ?? 'python3';
  return [
    { interpreter: { path, modules: [], searchPath: '' }, user: uid === 0 ? await makerOf(host, path, user) : user },
  ];
}

/**
 * The user whose interpreter that is: the .pth files of a virtual environment are programs, and root is not to run those of
 * others. Its owner, or of its folder (in an environment it is a link to the system's), or of what a link leads to.
 */
async function makerOf(host: Host, path: string, root: string): Promise<string> {
  if (!path.includes('/')) return root;
  const real = await host.read(path, { limit: 0 }).catch(() => undefined); // one that is not there is told when it is asked
  for (const one of [path, posix.dirname(path), ...(real ? [real.real] : [])]) {
    const uid = (await host.stat(one))?.uid ?? 0;
    if (uid === 0) continue;
    const name = (await host.run(['getent', 'passwd', String(uid)])).stdout.split(':')[0];
    if (name) return name;
    throw failure('BAD_OPTION', {
      what: `${one} belongs to the user ${uid}, who has no name there: say --service too`,
    });
  }
  return root;
}

/** What is known of names when targets are looked for with that interpreter. */
export function searchWith(host: Host, interpreter: Interpreter, services: readonly Service[]): Search {
  return {
    interpreter: interpreter.path,
    path: interpreter.modules,
    packages: PACKAGES,
    aliases: aliasesOf,
    prefer: (candidates) => loadedBy(host, services, candidates),
  };
}

async function locateAll(host: Host, named: readonly Service[], wanted: WhatToFind) {
  let first: unknown;
  for (const { interpreter, user } of await interpreters(host, named, wanted.python)) {
    try {
      const search = searchWith(host, interpreter, named);
      const ask = asker(host, interpreter, user);
      const targets: Located[] = [];
      for (const text of wanted.targets) targets.push(await locate(text, search, ask));
      return { interpreter, targets };
    } catch (e) {
      // one that knows the name says more than one that does not
      if (first === undefined || (isUnknown(first) && !isUnknown(e))) first = e;
    }
  }
  throw first;
}

const isUnknown = (e: unknown): boolean =>
  e instanceof Failure && ['TARGET_UNKNOWN', 'MODULE_NOT_FOUND', 'TARGET_NO_FILE'].includes(e.code);

/** Looking into memories takes a moment each: of very many it says nothing. */
const MOST_LOOKED_AT = 8;

/** Of several that a name can mean, those whose file the services have loaded. */
async function loadedBy(host: Host, services: readonly Service[], all: readonly Candidate[]): Promise<Candidate[]> {
  const pids: number[] = [];
  for (const s of services) pids.push(...(await s.look()).processes.map((p) => p.pid));
  const files = [...new Set(all.map((c) => c.file))];
  if (pids.length === 0 || files.length < 2 || files.length > MOST_LOOKED_AT) return [];
  const loaded = new Set<string>();
  for (const file of files) if ((await host.loaded(pids, file)).length > 0) loaded.add(file);
  return all.filter((c) => loaded.has(c.file));
}

function refuseTwice(targets: readonly Located[]): void {
  const twice = targets.find((t, n) => targets.findIndex((o) => o.file === t.file && o.line === t.line) < n);
  if (twice) throw failure('BAD_OPTION', { what: `${twice.target} is named twice` });
}

/** The services that have loaded every one of the targets' modules. */
async function servicesFor(host: Host, targets: readonly Located[]): Promise<Service[]> {
  let common: Service[] | undefined;
  for (const { module, file } of targets.filter((t, n) => targets.findIndex((o) => o.file === t.file) === n)) {
    const loading = await servicesThatLoad(host, module, file);
    const both: Service[] | undefined = common?.filter((s) => loading.some((l) => l.name === s.name));
    if (both?.length === 0)
      throw failure('NO_SERVICE_LOADS', { module: `${module} and the other targets'`, looked: loading.length });
    common = both ?? loading;
  }
  return common!;
}

async function warnIfNotLoaded(
  context: Context,
  services: readonly Service[],
  targets: readonly Located[],
): Promise<void> {
  for (const file of new Set(targets.map((t) => t.file))) {
    for (const service of services) {
      const pids = (await service.look()).processes.map((p) => p.pid);
      if (pids.length === 0 || (await context.host.loaded(pids, file)).length > 0) continue;
      context.progress.warn(`no process of ${service.name} has loaded ${file} so far: is it the right service?`);
    }
  }
}

async function ownerOf(services: readonly Service[]): Promise<string> {
  const users = [...new Set(await Promise.all(services.map(async (s) => (await s.look()).user)))];
  if (users.length > 1) throw failure('SERVICES_DIFFER', { services: services.map((s) => s.name), users });
  return users[0]!;
}
