import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cellOf, readCellList } from '../../src/openstack/cells.js';
import { addConnection, commentOut, type Statement } from '../../src/openstack/compute-db.js';
import { locateProgram } from '../../src/python/ask.js';
import { template } from '../../src/templates.js';
import { pythons } from '../pythons.js';

const folder = mkdtempSync(join(tmpdir(), 'profkit-compute-db-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** nova/cmd/compute.py as far as it matters, of a release by its number: Train is 20, Hibiscus 34. */
function sourceOf(release: number): string {
  const old = release < 24;
  const patched =
    release >= 33 ? "from nova import monkey_patch; monkey_patch.patch(backend='threading')  # noqa\n" : '';
  const access = old
    ? "    cmd_common.block_db_access('nova-compute')"
    : '    # disable database access for this service\n    nova.db.main.api.DISABLE_DB_ACCESS = True';
  return `"""Starter script for Nova Compute."""
${patched}import shlex
import sys

${old ? 'from nova.cmd import common as cmd_common\n' : ''}from nova.conductor import rpcapi as conductor_rpcapi
import nova.conf
${old ? '' : 'import nova.db.main.api\n'}from nova.objects import base as objects_base

CONF = nova.conf.CONF


def main():
    config.parse_args(sys.argv)
    gmr.TextGuruMeditation.setup_autorun(version, conf=CONF)

${access}
    objects_base.NovaObject.indirection_api = conductor_rpcapi.ConductorAPI()
    objects.Service.enable_min_version_cache()
    service.serve(server${release >= 34 ? ', workers=1, no_fork=True' : ''})
`;
}

const PROGRAM = ['oslo_config', 'compute_db'].map((part) => readFileSync(template(`${part}.py`), 'utf8')).join('\n\n');

const ask = (python: string, request: object): Record<string, unknown> =>
  JSON.parse(
    execFileSync(python, ['-B', '-W', 'error', '-'], { input: locateProgram(request, PROGRAM), cwd: '/' }).toString(),
  ) as Record<string, unknown>;

/** A module of that source where Python finds it. */
function put(name: string, source: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'nova/cmd'), { recursive: true });
  for (const init of ['nova/__init__.py', 'nova/cmd/__init__.py'])
    writeFileSync(join(path, init), 'raise RuntimeError("imported")\n');
  writeFileSync(join(path, 'nova/cmd/compute.py'), source);
  return path;
}

const look = (python: string, path: string): { file: string; statements: Statement[] } =>
  ask(python, { op: 'look', path: [path], services: [], cells: '/none' }) as never;

function check(python: string, source: string, edited: Uint8Array, statements: Statement[]): object {
  const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64');
  return ask(python, { op: 'check', source: base64(source), edited: base64(edited), statements });
}

/** What a revert does with each of our lines. */
function backFrom(
  after: Uint8Array,
  { lines, replaced = {} }: { lines: string[]; replaced?: Record<string, string> },
): string {
  const text = Buffer.from(after).toString('utf8');
  return lines.reduce((rest, line) => {
    expect(rest.split(line)).toHaveLength(2);
    return rest.replace(line, () => replaced[line]!);
  }, text);
}

describe.each(pythons().map(({ name, path }) => [name, path] as const))('compute_db.py on %s', (_name, python) => {
  it('takes both statements out of the sources of all releases from 20 to 34', { timeout: 120_000 }, () => {
    const asked = new Set<string>();
    for (let release = 20; release <= 34; release += 1) {
      const source = sourceOf(release);
      if (asked.has(source)) continue; // as in the release before
      asked.add(source);
      const { statements, file } = look(python, put(`r${release}`, source));
      expect(file).toBe(join(folder, `r${release}/nova/cmd/compute.py`));
      expect(statements.map((s) => s.what)).toEqual(['access', 'indirection']);
      const edit = commentOut(Buffer.from(source), statements, 'abcdef');
      expect(edit.lines).toEqual([
        `    # (profkit compute-db abcdef) ${release < 24 ? "cmd_common.block_db_access('nova-compute')" : 'nova.db.main.api.DISABLE_DB_ACCESS = True'}`,
        '    # (profkit compute-db abcdef) objects_base.NovaObject.indirection_api = conductor_rpcapi.ConductorAPI()',
      ]);
      expect(check(python, source, edit.after, statements)).toEqual({ ok: true, why: '' });
      expect(backFrom(edit.after, edit)).toBe(source);
    }
    expect(asked.size).toBe(4);
  });

  it('takes them out of what others made of it', () => {
    const source = `def main():
    if True:
        nova.db.main.api.DISABLE_DB_ACCESS = True
    objects_base.NovaObject.indirection_api = \\
        conductor_rpcapi.ConductorAPI(
            timeout=3)
    x = 1

def other():
    block_db_access('mine')
    NovaObject.indirection_api = None
`.replaceAll('\n', '\r\n');
    const { statements } = look(python, put('odd', source));
    expect(statements).toEqual([
      { what: 'access', line: 3, end: 3, alone: true },
      { what: 'indirection', line: 4, end: expect.any(Number), alone: false },
    ]);
    const edit = commentOut(Buffer.from(source), statements, 'abcdef');
    if (statements[1]!.end === 6) expect(check(python, source, edit.after, statements)).toEqual({ ok: true, why: '' });
    expect(Buffer.from(edit.after).toString()).toContain('        pass  # (profkit compute-db abcdef) nova.db');
    expect(backFrom(edit.after, edit)).toBe(source);
  });

  it('refuses an edit that takes more, and finds nothing where nothing blocks', () => {
    const source =
      'def main():\n    a = 1; nova.db.main.api.DISABLE_DB_ACCESS = True\n    NovaObject.indirection_api = f()\n';
    const { statements } = look(python, put('one-line', source));
    const edit = commentOut(Buffer.from(source), statements, 'abcdef');
    expect(check(python, source, edit.after, statements)).toMatchObject({ ok: false });
    expect(look(python, put('none', 'def main():\n    pass\n')).statements).toEqual([]);
    expect(look(python, put('broken', 'def main(:\n'))).toMatchObject({ missing: 'syntax' });
    expect(look(python, join(folder, 'nowhere'))).toMatchObject({ missing: 'source' });
  });

  it('reads the configuration of services and cells as oslo.config does', () => {
    const at = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const cpu = at(
      'cpu.conf',
      '[DEFAULT]\ntransport_url = rabbit://a\n# [database]\n#connection = no\n[api_database]\nconnection = no\n',
    );
    const own = at('own.conf', '[database]\nconnection: "mysql://u:p:w=1@h/d?charset=utf8"\n[DEFAULT]\n');
    at('nova_cell0.conf', '[database]\nconnection = zero\n');
    at(
      'nova_cell1.conf',
      '[database]\nconnection = one\n[database]\nconnection = two\n[DEFAULT]\ntransport_url=rabbit://a\n',
    );
    at('nova_cell2.conf', '[DEFAULT]\ntransport_url = rabbit://b\n');
    mkdirSync(join(folder, 'conf.d'), { recursive: true });
    at('conf.d/b.conf', '[database]\nconnection = b\n');
    at('conf.d/a.conf', '[database]\nconnection = a\n');
    const services = [
      { name: 'x', argv: ['python3', 'nova-compute', '--config-file', cpu] },
      { name: 'y', argv: ['nova-compute', `--config-file=${cpu}`, '--config-file', own] },
      { name: 'z', argv: ['nova-compute', '--config-dir', join(folder, 'conf.d')] },
    ];
    const path = put('r26', sourceOf(26));
    const seen = ask(python, { op: 'look', path: [path], services, cells: join(folder, 'nova_cell*.conf') });
    expect(seen.services).toEqual([
      { name: 'x', files: [cpu], transport: 'rabbit://a', database: null },
      {
        name: 'y',
        files: [cpu, own],
        transport: 'rabbit://a',
        database: { file: own, url: 'mysql://u:p:w=1@h/d?charset=utf8' },
      },
      {
        name: 'z',
        files: [join(folder, 'conf.d/a.conf'), join(folder, 'conf.d/b.conf')],
        transport: null,
        database: { file: join(folder, 'conf.d/b.conf'), url: 'b' },
      },
    ]);
    expect(seen.cells).toEqual([{ file: join(folder, 'nova_cell1.conf'), url: 'two', transport: 'rabbit://a' }]);
    const gone = [{ name: 'x', argv: ['--config-file', '/no/such'] }];
    expect(ask(python, { op: 'look', path: [path], services: gone, cells: '' })).toEqual({
      missing: 'configuration',
      why: '/no/such: No such file or directory',
    });
  });
});

describe('addConnection', () => {
  const url = 'mysql+pymysql://root:s$$e@127.0.0.1/nova_cell1?charset=utf8&plugin=dbcounter';
  it.each([
    ['[DEFAULT]\na = 1\n', (ours: string[]) => `[DEFAULT]\na = 1\n${ours.join('\n')}\n`],
    ['[DEFAULT]\na = 1', (ours: string[]) => `[DEFAULT]\na = 1\n${ours.join('\n')}\n`],
    ['', (ours: string[]) => `${ours.join('\n')}\n`],
    [
      '[database]\nmax_pool_size = 5\n[x]\n',
      (ours: string[]) => `[database]\n${ours.join('\n')}\nmax_pool_size = 5\n[x]\n`,
    ],
    ['[x]\r\n[database]\r\n', (ours: string[]) => `[x]\r\n[database]\r\n${ours.join('\r\n')}\r\n`],
    ['[database]', (ours: string[]) => `[database]\n${ours.join('\n')}\n`],
    ['# [database]\n[database_x]\n', (ours: string[]) => `# [database]\n[database_x]\n${ours.join('\n')}\n`],
  ])('puts it where oslo.config reads it: %j', (config, wanted) => {
    const { after, lines } = addConnection(Buffer.from(config), url, 'abcdef');
    expect(Buffer.from(after).toString()).toBe(wanted(lines));
    expect(lines.at(-1)).toBe(`connection = ${url}`);
  });

  it('keeps what is no UTF-8', () => {
    const config = Buffer.from([0x23, 0xe9, 0x0a, 0x5b, 0x78, 0x5d, 0x0a]);
    const { after } = addConnection(config, url, 'abcdef');
    expect(Buffer.from(after).subarray(0, config.length)).toEqual(config);
  });
});

describe('the cells', () => {
  const list = `+-------+--------------------------------------+--------------------------+----------------------------+----------+
|  Name |                 UUID                 |      Transport URL       |    Database Connection     | Disabled |
+-------+--------------------------------------+--------------------------+----------------------------+----------+
| cell0 | 00000000-0000-0000-0000-000000000000 |          none:/          |     mysql://u:p@h/cell0    |  False   |
| cell1 | b1a2c3d4-0000-4000-8000-000000000001 | rabbit://a:b@h:5672/one  | mysql+pymysql://u:p$@h/one |  False   |
|       | b1a2c3d4-0000-4000-8000-000000000002 | rabbit://a:b@h:5672/two  |     mysql://u:p@h/two      |  False   |
| tmpl  | b1a2c3d4-0000-4000-8000-000000000003 | rabbit://a:b@h:5672/tmp  | {scheme}://{username}@h/x  |  False   |
+-------+--------------------------------------+--------------------------+----------------------------+----------+
`;

  it('are read from what nova-manage prints', () => {
    expect(readCellList(list).map((cell) => [cell.url, cell.transport])).toEqual([
      ['mysql+pymysql://u:p$$@h/one', 'rabbit://a:b@h:5672/one'],
      ['mysql://u:p@h/two', 'rabbit://a:b@h:5672/two'],
    ]);
    expect(readCellList('something else')).toEqual([]);
  });

  it('are told apart by where their messages go', () => {
    const cells = readCellList(list);
    expect(cellOf('rabbit://a:b@h:5672/two', cells)?.url).toBe('mysql://u:p@h/two');
    expect(cellOf('rabbit://other', cells)).toBeUndefined();
    expect(cellOf(null, cells)).toBeUndefined();
    expect(cellOf(null, cells.slice(0, 1))?.url).toBe('mysql+pymysql://u:p$$@h/one');
    expect(cellOf(null, [])).toBeUndefined();
  });
});
