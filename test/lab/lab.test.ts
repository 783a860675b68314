import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab, labUnavailable } from './lab.js';

const reason = labUnavailable();
const SERVER = [
  '--os-compute-api-version',
  '2.37',
  'server',
  'create',
  '--nic',
  'none',
  '--wait',
  '-f',
  'value',
  '-c',
  'status',
];
const WHAT = ['--image', 'cirros-0.4.0-x86_64-disk', '--flavor', 'c1'];
const AS_STACK = { user: 'stack', env: { OS_CLOUD: 'devstack-admin' } } as const;

describe.skipIf(reason)(`the lab${reason ? ` (${reason})` : ''}`, () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.up();
  });

  test('is up at once when it is up already', async () => {
    const began = performance.now();
    await Lab.up();
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('has five computes, all up, and nothing failed', async () => {
    const computes = 'openstack compute service list --service nova-compute -f value -c Host -c State | sort';
    expect((await lab.script(computes, AS_STACK)).stdout).toBe('lab1 up\nlab2 up\nlab3 up\nlab4 up\nlab5 up\n');
    expect((await lab.exec(['systemctl', '--failed', '--no-legend'])).stdout).toBe('');
  });

  test('builds a server', async () => {
    const name = `one-${Date.now()}`; // an earlier run may have left its own in a lab that stayed up
    expect((await lab.exec(['openstack', ...SERVER, ...WHAT, name], AS_STACK)).stdout.trim()).toBe('ACTIVE');
    expect((await lab.exec(['openstack', 'server', 'delete', '--wait', name], AS_STACK)).code).toBe(0);
  });

  test('makes eight at once, which overlap in the scheduler', async () => {
    const { stdout } = await lab.exec(['python3', '/opt/lab/burst.py', '8'], AS_STACK);
    const burst = JSON.parse(stdout) as { servers: { status: string; fault: string | null }[] };
    expect(burst.servers.map(({ status, fault }) => [status, fault])).toEqual(Array(8).fill(['ACTIVE', null]));
  });

  test('has units as devstack writes them', async () => {
    const unit = readFileSync(`${lab.root}/etc/systemd/system/devstack@n-sch.service`, 'utf8');
    expect(unit).toContain('\nKillMode = process\nTimeoutStopSec = 300\n');
    expect(unit).toContain('\nUser = stack\n');
  });

  test('has a checkout of Nova that use leaves as it is', async () => {
    expect(await lab.script('cd nova && git log --oneline | wc -l && git status --porcelain', AS_STACK)).toMatchObject({
      code: 0,
      stdout: '1\n',
    });
  });

  test('says that its neutron is none', async () => {
    const sentence = 'stand-in for neutron, makes no networks';
    expect((await lab.exec(['systemctl', 'show', '-P', 'Description', 'devstack@q-svc'])).stdout).toContain(sentence);
    expect((await lab.exec(['journalctl', '-o', 'cat', '-u', 'devstack@q-svc'])).stdout).toContain(sentence);
    const ask =
      "import urllib.request as u; a = u.urlopen('http://127.0.0.1:9696/'); print(a.headers['Server'], a.read())";
    const { stdout } = await lab.exec(['python3', '-c', ask]);
    expect(stdout).toMatch(/^neutron-stand-in/);
    expect(stdout).toContain(sentence);
  });

  test('is reached by ssh as stack', async () => {
    expect(await lab.ssh('whoami; pwd')).toMatchObject({ code: 0, stdout: 'stack\n/opt/stack\n' });
  });

  test('passes input, environment, directory and status on', async () => {
    const script = 'echo "$A $PWD"; cat; exit 7';
    expect(await lab.script(script, { env: { A: 'b c' }, cwd: '/etc', input: 'in' })).toEqual({
      code: 7,
      stdout: 'b c /etc\nin',
      stderr: '',
    });
    expect((await lab.exec(['sleep', '60'], { timeoutMs: 200 })).code).toBe(124);
  });

  test('lets signals through to a spawned command', async () => {
    const child = lab.spawn([
      'python3',
      '-c',
      'import time\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print("caught")',
    ]);
    let output = '';
    child.stdout?.on('data', (data) => {
      output += data;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 1500)); // until Python has its handler
    await lab.signal(child, 'SIGINT');
    await ended;
    expect(output).toBe('caught\n');
  });

  describe('a second one beside it', () => {
    let second: Lab;

    beforeAll(async () => {
      second = await Lab.up('test-second', { computes: 2 });
    });
    afterAll(() => second?.down());

    test('has its own servers, and both answer', async () => {
      const [there, here] = await Promise.all([
        second.exec(['openstack', ...SERVER, ...WHAT, 'only-there'], AS_STACK),
        lab.exec(['openstack', 'server', 'list', '-f', 'value', '-c', 'Name'], AS_STACK),
      ]);
      expect(there.stdout.trim()).toBe('ACTIVE');
      expect(here.code).toBe(0);
      expect(here.stdout).not.toContain('only-there');
    });

    test('has the number of computes that was asked for', async () => {
      const list = 'openstack compute service list --service nova-compute -f value -c Host -c State | sort';
      expect((await second.script(list, AS_STACK)).stdout).toBe('lab1 up\nlab2 up\n');
    });

    test('has two workers in its scheduler', async () => {
      const { stdout } = await second.exec(['systemd-cgls', '-u', 'devstack@n-sch.service', '--no-pager']);
      expect(stdout.match(/nova-scheduler/g)).toHaveLength(3); // their parent is one too
    });

    test('leaves nothing behind when it goes down, twice', async () => {
      expect(traces(second)).toMatchObject({ mounted: true, directory: true, groups: [expect.anything()] });
      await second.down();
      await second.down();
      expect(traces(second)).toEqual({ mounted: false, directory: false, processes: 0, groups: [] });
      expect((await lab.exec(['true'])).code).toBe(0);
    });
  });
});

/** What of a lab can be seen on this machine. Its network lives as long as its processes: it has no name that could stay. */
function traces(lab: Lab) {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const cgroup2 = mounts.find((line) => line.split(' ')[2] === 'cgroup2')!.split(' ')[1]!;
  const commands = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(commandLine);
  return {
    mounted: mounts.some((line) => line.split(' ')[1] === lab.root),
    directory: existsSync(lab.root),
    processes: commands.filter((line) => line.includes(lab.root)).length,
    groups: readdirSync(cgroup2).filter((name) => name.startsWith(`profkit-lab-${lab.name}-`)),
  };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended meanwhile
  }
}
