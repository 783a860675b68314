import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { computeDbProbes, computeServices, planComputeDb } from '../../src/workflow/compute-db.js';
import type { Context } from '../../src/workflow/context.js';
import { takeOut } from '../../src/workflow/take-out.js';
import { RecordedProgress } from '../fakes/recorded-progress.js';

const SOURCE = `import nova.db.main.api


def main():
    nova.db.main.api.DISABLE_DB_ACCESS = True
    objects_base.NovaObject.indirection_api = conductor_rpcapi.ConductorAPI()
    service.wait()
`;
const CONFIG = '[DEFAULT]\ntransport_url = rabbit://there';
const URL = 'mysql+pymysql://root:hunter2@127.0.0.1/nova_cell1?charset=utf8';
const LIST = `#!/bin/sh
cat <<'E'
| Name  | UUID | Transport URL   | Database Connection |
| cell1 | 1-2  | rabbit://there  | ${URL} |
| cell2 | 1-3  | rabbit://other  | mysql://x:y@h/other |
E
`;

vi.setConfig({ testTimeout: 120_000 }); // dozens of processes, on a machine that does other things too

let folder: string;
let host: Host;
let context: Context;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-compute-db-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'nova/cmd'), { recursive: true });
  for (const init of ['nova/__init__.py', 'nova/cmd/__init__.py']) writeFileSync(join(folder, init), '');
  write('nova/cmd/compute.py', SOURCE);
  write('nova-cpu.conf', CONFIG, 0o640);
  write('one.conf', '[DEFAULT]\nhost = one\n');
  write('two.conf', '[DEFAULT]\nhost = two\n');
  write('bin/nova-manage', LIST, 0o755);
  write('nova-compute', 'import time; time.sleep(120)\n');
  const [one, two] = [run('one.conf'), run('two.conf')];
  host = await localHost({ state: join(folder, 'state'), sudo: false });
  const interruption = {
    signal: new AbortController().signal,
    during: <T>(_: string, work: () => Promise<T>) => work(),
  };
  const service = (pid: number) => ({ start: 'true', stop: 'true', pids: `echo ${pid}` });
  context = {
    host,
    progress: new RecordedProgress(),
    interruption,
    services: { one: service(one), two: service(two) },
    captures: join(folder, 'here'),
  };
});
afterEach(async () => {
  await host.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string, mode = 0o644): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
}

/** A process as nova-compute is one; its id. */
function run(own: string): number {
  const argv = [
    join(folder, 'nova-compute'),
    '--config-file',
    join(folder, 'nova-cpu.conf'),
    '--config-file',
    join(folder, own),
  ];
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, PYTHONPATH: folder };
  const child = spawn('/usr/bin/python3', argv, { env, stdio: 'ignore' });
  children.push(child);
  return child.pid!;
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const plan = async (keepConnection = false) =>
  planComputeDb(context, await computeServices(context, ['one', 'two']), { keepConnection });
const back = async () => {
  const [probe] = await computeDbProbes(host);
  return takeOut(context, probe!, { discard: true, restart: 'none', timeout: 5, kill: false });
};

test('on for two services that share a file, and off again: bytes and modes as before, the URL nowhere else', async () => {
  const planned = await plan();
  expect(planned.files.map((f) => f.path)).toEqual([
    join(folder, 'nova/cmd/compute.py'),
    join(folder, 'nova-cpu.conf'),
  ]);
  expect(planned.exposed).toEqual([]);
  const { request, ...shown } = planned;
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(read('nova-cpu.conf')).toBe(CONFIG);
  await host.apply(request);
  expect(read('nova/cmd/compute.py')).toMatch(/^ {4}# \(profkit compute-db \w+\) nova\.db/m);
  expect(read('nova-cpu.conf')).toMatch(
    new RegExp(`^\\[database\\]\nconnection = ${URL.replace(/[+?]/g, '\\$&')}$`, 'm'),
  );
  expect(statSync(join(folder, 'nova-cpu.conf')).mode & 0o777).toBe(0o640);
  const [on] = await computeDbProbes(host);
  expect(on).toMatchObject({ kind: 'compute-db', services: ['one', 'two'], state: 'applied' });
  expect(JSON.stringify(on)).not.toContain('hunter2');
  for (const name of readdirSync(on!.directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(on!.directory, name);
    const { mode } = statSync(path);
    if (statSync(path).isFile() && readFileSync(path).includes('hunter2'))
      expect([name, mode & 0o077]).toEqual([name, 0]);
  }
  expect((await back()).carrying).toEqual([]); // these processes began before
  expect(read('nova/cmd/compute.py')).toBe(SOURCE);
  expect(read('nova-cpu.conf')).toBe(CONFIG);
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('what others wrote meanwhile stays, and our lines alone go', async () => {
  await host.apply((await plan()).request);
  appendFileSync(join(folder, 'nova-cpu.conf'), '[workarounds]\nx = 1\n');
  write('nova/cmd/compute.py', `# a pull\n${read('nova/cmd/compute.py')}`);
  await back();
  expect(read('nova/cmd/compute.py')).toBe(`# a pull\n${SOURCE}`);
  expect(read('nova-cpu.conf')).toBe(`${CONFIG}\n[workarounds]\nx = 1\n`);
});

test('a connection that is there: used if it is the one, refused if not, unless it is to be kept', async () => {
  write('one.conf', `[database]\nconnection = ${URL}\n`);
  const { notes, files } = await plan();
  expect(notes).toEqual([`one has the database of its cell already, in ${join(folder, 'one.conf')}.`]);
  expect(files).toHaveLength(2);
  write('one.conf', '[database]\nconnection = mysql://u:hunter3@h/other\n');
  await expect(plan()).rejects.toMatchObject({ code: 'COMPUTE_DB_CONFLICT', status: 3 });
  await expect(plan()).rejects.not.toThrow(/hunter/);
  const kept = await plan(true);
  expect(kept.notes).toEqual([`one keeps the [database]connection of ${join(folder, 'one.conf')}.`]);
});

test('nothing to do where it was done by hand, and refused where it cannot be told', async () => {
  write('nova/cmd/compute.py', 'def main():\n    service.wait()\n');
  write('one.conf', `[database]\nconnection = ${URL}\n`);
  write('two.conf', `[database]\nconnection = ${URL}\n`);
  expect((await plan()).request.changes).toEqual([]);
  write('nova/cmd/compute.py', 'def main():\n    NovaObject.indirection_api = f()\n');
  await expect(plan()).rejects.toMatchObject({ code: 'COMPUTE_DB_SOURCE' });
  write('nova/cmd/compute.py', SOURCE);
  write('one.conf', '');
  write('bin/nova-manage', '#!/bin/sh\necho hunter2 >&2; exit 1\n', 0o755);
  await expect(plan()).rejects.toMatchObject({ code: 'COMPUTE_DB_CELL' });
  rmSync(join(folder, 'two.conf'));
  await expect(plan()).rejects.toMatchObject({ code: 'COMPUTE_DB_CONFIG' });
});

test('a file that all can read is told', async () => {
  chmodSync(join(folder, 'nova-cpu.conf'), 0o644);
  expect((await plan()).exposed).toEqual([join(folder, 'nova-cpu.conf')]);
});
