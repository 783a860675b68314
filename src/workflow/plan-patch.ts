import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { type Clock, type EngineName, engineSettings, type Scope } from '../probe/engines.js';
import { type ProbePlan, planProbe } from '../probe/plan.js';
import { probeRuntime } from '../probe/runtime.js';
import { type AskPython, type Located, locate, locateProgram } from '../python/locate.js';
import { readTarget } from '../python/target.js';
import { findService, servicesThatLoad } from '../service/find-service.js';
import { pythonServices } from '../service/python-services.js';
import type { Interpreter, Service } from '../service/service.js';
import { template } from '../templates.js';
import type { Context } from './context.js';

export interface PatchOptions {
  target: string;
  services: readonly string[];
  python?: string;
  ids?: string;
  engine: EngineName;
  scope?: Scope;
  clock?: Clock;
  max: number;
  /** Seconds. */
  duration: number;
}

export interface PatchPlan extends ProbePlan {
  services: Service[];
  interpreter: Interpreter;
  /** What was found, in a line. */
  summary: string;
}

/** Finds service, interpreter and method, and plans the edit. Changes nothing. */
export async function planPatch(context: Context, options: PatchOptions): Promise<PatchPlan> {
  const { host } = context;
  readTarget(options.target); // what cannot be is said before anything is looked for
  const engine = engineSettings(options.engine, options);
  const named = await Promise.all(options.services.map((s) => findService(host, s, context.services)));
  const { interpreter, located } = await locateFor(host, named, options);
  const services = named.length > 0 ? named : await servicesThatLoad(host, located.target.split(':')[0]!, located.file);
  checkId(located, options.ids);
  const owner = await ownerOf(services);
  if (named.length > 0) await warnIfNotLoaded(context, named, located.file);
  for (const p of await host.probes()) {
    if (p.state === 'applied' && p.targets.some((t) => t.target === located.target))
      throw failure('TARGET_BUSY', { target: located.target, probe: p.probe });
  }
  const file = await host.read(located.file);
  if (file.sha256 !== located.sha256) throw failure('SOURCE_CHANGED', { path: located.file });
  const facts = await host.hello();
  const settings = {
    probe: newId(),
    by: process.env.SUDO_USER ?? process.env.USER ?? facts.user, // the host's own word may be root's, through sudo
    ids: options.ids ?? null,
    ...engine,
    max: options.max,
    until: Math.ceil(facts.now + options.duration),
    owner,
    services: services.map((s) => s.name),
    state: facts.state,
  };
  const plan = planProbe(located, file.data, settings, await probeRuntime(options.engine));
  plan.request.changes[0]!.path = file.real; // a symbolic link stays one: what it leads to is edited
  await checkEdit(plan, file.data, asker(host, interpreter, owner));
  const names = services.map((s) => s.name).join(', ');
  return { ...plan, services, interpreter, summary: `${located.target}, ${located.file}:${located.line}, in ${names}` };
}

/** The interpreter that finds the target: the services' own, or with none named the first of a running service's. */
async function locateFor(host: Host, named: readonly Service[], o: PatchOptions) {
  const services = named.length > 0 ? named : o.python ? [] : await pythonServices(host);
  const user = (await host.hello()).user;
  const candidates: { interpreter: Interpreter; user: string }[] = [];
  for (const service of services.slice(0, named.length > 0 ? 1 : services.length)) {
    const found = o.python
      ? { path: o.python, modules: [], searchPath: '' }
      : await service.interpreter().catch((e) => {
          if (named.length > 0) throw e;
          return undefined; // one of many that only might be it
        });
    if (found === undefined) continue;
    const key = JSON.stringify(found.path);
    if (!candidates.some((c) => JSON.stringify(c.interpreter.path) === key)) {
      candidates.push({ interpreter: found, user: (await service.look()).user });
    }
  }
  if (candidates.length === 0)
    candidates.push({ interpreter: { path: o.python ?? 'python3', modules: [], searchPath: '' }, user });
  let last: unknown;
  for (const { interpreter, user } of candidates) {
    try {
      return {
        interpreter,
        located: await locate(o.target, interpreter.path, interpreter.modules, asker(host, interpreter, user)),
      };
    } catch (e) {
      last = e;
    }
  }
  throw last;
}

/** Runs templates/locate_target.py with the service's interpreter, as the service's user. */
function asker(host: Host, interpreter: Interpreter, user: string): AskPython {
  return async (request) => {
    const stdin = locateProgram(request, await readFile(template('locate_target.py'), 'utf8'));
    const r = await host.run([interpreter.path, '-B', '-W', 'ignore', '-'], { stdin, user, timeout: 60 });
    if (r.code !== 0)
      throw failure('NO_INTERPRETER', { service: interpreter.path, why: `it ended with status ${r.code}` }, r.stderr);
    return JSON.parse(r.stdout.trim().split('\n').at(-1) ?? '');
  };
}

/** The first step of --id is an argument: a slip there is seen before anything is restarted. */
function checkId(located: Located, ids: string | undefined): void {
  const first = ids?.split(/[.[]/)[0];
  if (first === undefined || located.any || located.arguments.includes(first)) return;
  throw failure('ID_UNKNOWN', { id: first, name: located.target, arguments: located.arguments });
}

async function warnIfNotLoaded(context: Context, services: readonly Service[], file: string): Promise<void> {
  for (const service of services) {
    const pids = (await service.look()).processes.map((p) => p.pid);
    if (pids.length === 0 || (await context.host.loaded(pids, file)).length > 0) continue;
    context.progress.warn(`no process of ${service.name} has loaded ${file} so far: is it the right service?`);
  }
}

async function checkEdit(plan: ProbePlan, source: Buffer, ask: AskPython): Promise<void> {
  const edit = plan.request.changes[0]!;
  const verdict = (await ask({
    op: 'check',
    source: source.toString('base64'),
    edited: Buffer.from(edit.after).toString('base64'),
    line: plan.located.line,
    decorator: edit.lines[0]!,
  })) as { ok: boolean; why?: string };
  if (!verdict.ok) throw failure('EDIT_REFUSED', { file: edit.path, why: verdict.why ?? '' });
}

async function ownerOf(services: readonly Service[]): Promise<string> {
  const users = [...new Set(await Promise.all(services.map(async (s) => (await s.look()).user)))];
  if (users.length > 1) throw failure('SERVICES_DIFFER', { services: services.map((s) => s.name), users });
  return users[0]!;
}

/** Six letters and digits, none that are mistaken for another. */
function newId(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
}
