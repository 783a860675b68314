import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { failure } from '../failure.js';
import type { ApplyRequest, FileChange, Host, ProbeState } from '../host/host.js';
import { type Cell, cellOf, readCellList } from '../openstack/cells.js';
import { addConnection, commentOut, type Statement } from '../openstack/compute-db.js';
import { unifiedDiff } from '../probe/source-edit.js';
import { findService } from '../service/find-service.js';
import type { Interpreter, Service } from '../service/service.js';
import { listUnits } from '../service/systemctl.js';
import { commandOf, showUnits } from '../service/systemd-service.js';
import { template } from '../templates.js';
import { askerOf } from './ask-python.js';
import type { Context } from './context.js';
import { newId } from './new-id.js';
import { selectServices } from './select-services.js';

/** The file of cell1 on a devstack host, and its like of other cells. */
const CELL_FILES = '/etc/nova/nova_cell*.conf';
/** Never: it is taken out by hand. */
const FOR_EVER = 253402300799;

/** What is read of a service. It holds passwords. */
interface Configuration {
  name: string;
  files: string[];
  transport: string | null;
  database: { file: string; url: string } | null;
}

type Answer =
  | { missing: 'source' | 'syntax' | 'configuration'; why: string }
  | { missing?: undefined; file: string; statements: Statement[]; services: Configuration[]; cells: Cell[] };

export interface ComputeDbPlan {
  request: ApplyRequest;
  /** Of the source alone: a configuration file holds a password. */
  diff: string;
  services: string[];
  /** What changes in which file, without any value. */
  files: { path: string; what: string }[];
  /** Configuration files with the password that any user of the host can read. */
  exposed: string[];
  /** Compute services that were not named: where they run the same source, their next start would be without a database. */
  others: string[];
  notes: string[];
}

export interface ComputeDbOptions {
  /** A `[database]connection` that is there is used, whatever it is. */
  keepConnection: boolean;
}

/** The journals of this on the host, of these services or of any. */
export async function computeDbProbes(host: Host, services: readonly string[] = []): Promise<ProbeState[]> {
  const all = (await host.probes()).filter((p) => p.kind === 'compute-db');
  return services.length === 0 ? all : all.filter((p) => p.services.some((name) => services.includes(name)));
}

/** The compute services of the host, or those that are named. @throws Failure COMPUTE_DB_NONE, SERVICE_NOT_FOUND */
export async function computeServices(context: Context, names: readonly string[]): Promise<Service[]> {
  const { host } = context;
  if (names.length > 0) return selectServices(context, names, { all: true });
  const wanted = await computeUnits(host);
  if (wanted.length === 0) throw failure('COMPUTE_DB_NONE', { host: host.name });
  return Promise.all(wanted.map((name) => findService(host, name, context.services)));
}

async function computeUnits(host: Host): Promise<string[]> {
  const units = await listUnits(host, ['devstack@n-cpu*', 'nova-compute*', 'openstack-nova-compute*']);
  return units.map((u) => u.name);
}

/**
 * What would give the compute services the database of their cell: both statements of nova/cmd/compute.py as comments, and
 * `[database]connection` in a configuration file of each. Changes nothing.
 * @throws Failure COMPUTE_DB_*
 */
export async function planComputeDb(
  context: Context,
  services: readonly Service[],
  options: ComputeDbOptions,
): Promise<ComputeDbPlan> {
  const { host } = context;
  const probe = newId();
  const facts = await host.hello();
  const interpreter = await services[0]!.interpreter();
  const user = (await services[0]!.look()).user;
  const commands = await Promise.all(services.map(async (s) => ({ name: s.name, argv: await wordsOf(host, s) })));
  const ask = askerOf(program, host, interpreter, user, { timeout: 60, secret: true });
  const seen = (await ask({ op: 'look', path: interpreter.modules, services: commands, cells: CELL_FILES })) as Answer;
  if (seen.missing === 'configuration')
    throw failure('COMPUTE_DB_CONFIG', { service: services[0]!.name, why: seen.why });
  if (seen.missing) throw failure('COMPUTE_DB_SOURCE', { why: seen.why });
  const source = await sourceChange(host, seen, probe, ask);
  const config = await connectionChanges(host, seen, probe, options, { interpreter, user });
  const changes = [...(source ? [source.change] : []), ...config.changes];
  return {
    diff: source?.diff ?? '',
    services: services.map((s) => s.name),
    files: [...(source ? [{ path: source.change.path, what: 'two statements become comments' }] : []), ...config.files],
    exposed: config.exposed,
    others: source ? (await computeUnits(host)).filter((unit) => !services.some((s) => s.name === unit)) : [],
    notes: [...(source ? [] : [`${seen.file} has none of the two statements: it blocks nothing.`]), ...config.notes],
    request: {
      journal: {
        format: 2,
        probe,
        kind: 'compute-db',
        mode: 'source',
        targets: [],
        when: null,
        by: process.env.SUDO_USER ?? process.env.USER ?? facts.user,
        engine: 'none',
        scope: null,
        clock: 'wall',
        max: 0,
        until: FOR_EVER,
        owner: user,
        services: services.map((s) => s.name),
      },
      changes,
      files: [],
      owner: user,
    },
  };
}

/** The words of the process that runs, else those of ExecStart. */
async function wordsOf(host: Host, service: Service): Promise<string[]> {
  const { processes, mainPid } = await service.look();
  const main = processes.find((p) => p.pid === mainPid) ?? processes[0];
  if (main) return main.argv;
  return commandOf((await showUnits(host, [service.name]))[0] ?? {});
}

type Ask = (request: object) => Promise<unknown>;

const program = async (): Promise<string> => {
  const parts = ['oslo_config', 'compute_db'].map((part) => readFile(template(`${part}.py`), 'utf8'));
  return (await Promise.all(parts)).join('\n\n');
};

async function sourceChange(host: Host, seen: { file: string; statements: Statement[] }, probe: string, ask: Ask) {
  const { file, statements } = seen;
  if (statements.length === 0) return undefined;
  const kinds = statements.map((one) => one.what).sort();
  if (kinds.join() !== 'access,indirection')
    throw failure('COMPUTE_DB_SOURCE', { why: `${file} has ${kinds.join(', ')}` });
  const { data, sha256, real } = await host.read(file);
  const edit = commentOut(data, statements, probe);
  const encoded = { source: data.toString('base64'), edited: Buffer.from(edit.after).toString('base64') };
  const verdict = (await ask({ op: 'check', ...encoded, statements })) as { ok: boolean; why: string };
  if (!verdict.ok) throw failure('EDIT_REFUSED', { file, why: verdict.why });
  const change: FileChange = { path: real, before: sha256, ...edit };
  return { change, diff: unifiedDiff(file, data, edit.after) };
}

async function connectionChanges(
  host: Host,
  seen: { services: Configuration[]; cells: Cell[] },
  probe: string,
  options: ComputeDbOptions,
  who: { interpreter: Interpreter; user: string },
) {
  const found = {
    changes: [] as FileChange[],
    files: [] as ComputeDbPlan['files'],
    exposed: [] as string[],
    notes: [] as string[],
  };
  let cells = seen.cells;
  for (const service of seen.services) {
    const { name, files, database } = service;
    if (database && options.keepConnection) {
      found.notes.push(`${name} keeps the [database]connection of ${database.file}.`);
      continue;
    }
    let cell = cellOf(service.transport, cells);
    if (!cell && cells === seen.cells) cells = await cellsOfManage(host, who);
    cell ??= cellOf(service.transport, cells);
    if (!cell) {
      const why =
        cells.length === 0
          ? 'neither /etc/nova/nova_cell1.conf nor nova-manage tells it'
          : `there are ${cells.length} cells`;
      throw failure('COMPUTE_DB_CELL', { service: name, why });
    }
    if (database && database.url !== cell.url)
      throw failure('COMPUTE_DB_CONFLICT', { service: name, file: database.file, cell: cell.file });
    if (database) {
      found.notes.push(`${name} has the database of its cell already, in ${database.file}.`);
      continue;
    }
    const file = files[0];
    if (file === undefined) throw failure('COMPUTE_DB_CONFIG', { service: name, why: 'it has no configuration file' });
    const { data, sha256, real } = await host.read(file);
    const shared = found.changes.some((c) => c.path === real);
    if (shared) continue;
    found.changes.push({ path: real, before: sha256, ...addConnection(data, cell.url, probe), secret: true });
    found.files.push({
      path: real,
      what: `[database]connection as in ${cell.file}; it holds a password and is not shown`,
    });
    if (((await host.stat(real))?.mode ?? 0) & 0o004) found.exposed.push(real);
  }
  return found;
}

/** As Nova's own database has them, which is asked with the credentials of the service's user. */
async function cellsOfManage(
  host: Host,
  { interpreter, user }: { interpreter: Interpreter; user: string },
): Promise<Cell[]> {
  const beside = posix.join(posix.dirname(interpreter.path), 'nova-manage');
  const command = (await host.stat(beside)) ? beside : 'nova-manage';
  const env = interpreter.searchPath ? { PATH: interpreter.searchPath } : {};
  const argv = [command, 'cell_v2', 'list_cells', '--verbose'];
  const r = await host.run(argv, { user, env, timeout: 60 }).catch(() => undefined);
  return r?.code === 0 ? readCellList(r.stdout) : [];
}
