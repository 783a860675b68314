import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labReason, ProfkitInLab } from './profkit-in-lab.js';

const SOURCE = '/opt/stack/nova/nova/cmd/compute.py';
const CONFIG = '/etc/nova/nova-cpu.conf';
const UNIT = 'devstack@n-cpu-1.service';

interface Enabled {
  probe: string | null;
  applied: boolean;
  already: boolean;
  services: string[];
  files: { path: string; what: string }[];
  diff: string;
}

describe.skipIf(labReason && !process.env.CI)(
  `compute-db on real nova-compute${labReason ? ` (${labReason})` : ''}`,
  () => {
    let it: ProfkitInLab;
    let url: string;
    let password: string;
    let before: string;
    let began: string;
    const said: string[] = [];

    const facts = () => it.script(`stat -c '%n %a %U %G %s %Y' ${SOURCE} ${CONFIG}; sha256sum ${SOURCE} ${CONFIG}`);
    /** Established connections of a unit's processes to the database. */
    const connections = async (unit: string): Promise<number> => {
      const program = `
import glob, os, subprocess, sys
group = subprocess.check_output(['systemctl', 'show', '-p', 'ControlGroup', '--value', sys.argv[1]]).decode().strip()
found = [f for root in ('/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified') for f in glob.glob(root + group + '/cgroup.procs')]
pids = set(open(found[0]).read().split())
rows = [line.split() for path in ('/proc/net/tcp', '/proc/net/tcp6') for line in open(path).readlines()[1:]]
inodes = {'socket:[%s]' % row[9] for row in rows if row[2].endswith(':0CEA') and row[3] == '01'}
links = []
for pid in pids:
    for fd in glob.glob('/proc/%s/fd/*' % pid):
        try: links.append(os.readlink(fd))
        except OSError: pass
print(sum(link in inodes for link in links))
`;
      const r = await it.lab.exec(['python3', '-c', program, unit]);
      expect(r, r.stderr).toMatchObject({ code: 0 });
      return Number(r.stdout);
    };
    /** What profkit says, kept to be looked through for the URL. */
    const run = async (...argv: string[]) => {
      const r = await it.run(...argv);
      said.push(r.stdout, r.stderr);
      expect(r, r.stderr + r.stdout).toMatchObject({ code: 0 });
      return r.stdout;
    };
    const json = async <T>(...argv: string[]): Promise<T> => JSON.parse(await run(...argv, '--json')) as T;

    beforeAll(async () => {
      it = await ProfkitInLab.up();
      began = (await it.script('date +%s')).trim();
      url = (await it.script("sed -n '/^.database/,$ s/^connection = //p' /etc/nova/nova_cell1.conf | head -1")).trim();
      password = /:\/\/[^:]+:([^@]+)@/.exec(url)![1]!;
      expect(password.length).toBeGreaterThan(3);
      before = await facts();
    });
    afterAll(async () => {
      await it?.run('revert', '--all', '--restart');
    });

    test('a dry run shows all but the URL, and changes nothing', async () => {
      const shown = await run('compute-db', 'enable', '--dry-run');
      expect(shown).toMatch(/^- {4}nova\.db\.main\.api\.DISABLE_DB_ACCESS = True$/m);
      expect(shown).toMatch(/^- {4}objects_base\.NovaObject\.indirection_api = /m);
      expect(shown).toContain(`${CONFIG}: [database]connection as in /etc/nova/nova_cell1.conf`);
      expect(await facts()).toBe(before);
      expect(await it.script('ls -d /var/lib/profkit 2>/dev/null || true')).toBe('');
    });

    test('enabled and restarted, nova-compute reads the database itself; the others do not', async () => {
      expect(await connections(UNIT)).toBe(0);
      const on = await json<Enabled>('compute-db', 'enable');
      expect(on).toMatchObject({ applied: true, already: false });
      expect(on.services).toContain(UNIT);
      expect(on.files.map((f) => f.path)).toEqual([SOURCE, CONFIG]);
      expect(await json<Enabled>('compute-db', 'enable')).toMatchObject({
        applied: false,
        already: true,
        probe: on.probe,
      });
      const [status] = await json<{ kind: string; probe: string }[]>('status');
      expect(status).toMatchObject({ kind: 'compute-db', probe: on.probe });
      expect(await run('status')).toMatch(/in place/);
      await run('restart', 'n-cpu-1');
      await expect.poll(() => connections(UNIT), { timeout: 90_000, interval: 1000 }).toBeGreaterThan(0);
      expect(await connections('devstack@n-cpu-2.service')).toBe(0);
      const blocked = `journalctl -u ${UNIT} --since @${began} -o cat --no-pager -q | grep -c 'No DB access allowed' || true`;
      expect((await it.script(blocked)).trim()).toBe('0');
    });

    test('nobody else can read the URL that could not before', async () => {
      const readable = `find /var/lib/profkit -type f -perm /044 -print0 | xargs -0r grep -lF -- "$1" || true`;
      const r = await it.lab.exec(['bash', '-c', readable, 'bash', `:${password}@`]);
      expect(r).toMatchObject({ code: 0, stdout: '' });
      const log = await it.lab.exec([
        'bash',
        '-c',
        'journalctl --since @$2 --no-pager -q | grep -cF -- "$1" || true',
        'bash',
        url,
        began,
      ]);
      expect(log.stdout.trim()).toBe('0');
      expect(said.filter((text) => text.includes(url) || text.includes(`:${password}@`))).toEqual([]);
    });

    test('disabled and restarted, all is as it was', async () => {
      await run('compute-db', 'disable', '--dry-run');
      const off = await json<{ restored: boolean; files: string[]; carrying: string[] }[]>(
        'compute-db',
        'disable',
        '--restart',
      );
      expect(off).toMatchObject([{ restored: true, carrying: [] }]);
      expect(off[0]!.files.sort()).toEqual([CONFIG, SOURCE]);
      expect(await facts()).toBe(before);
      expect(await it.script('ls -d /var/lib/profkit 2>/dev/null || true')).toBe('');
      await expect
        .poll(async () => (await it.script(`systemctl is-active ${UNIT} || true`)).trim(), { timeout: 30_000 })
        .toBe('active');
      expect(await connections(UNIT)).toBe(0);
      expect(await it.script('runuser -u stack -- git -C /opt/stack/nova status --porcelain')).toBe('');
      expect(said.filter((text) => text.includes(url) || text.includes(`:${password}@`))).toEqual([]);
      expect(await json<unknown[]>('compute-db', 'disable')).toEqual([]);
    });
  },
);
