// What the acceptance tests do with profkit inside the lab, as the user stack does it on a devstack host.
import { expect } from 'vitest';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { Lab, labUnavailable, type Result } from './lab.js';
import type { Release } from './releases.js';

export const TARGET = 'nova.scheduler.manager:SchedulerManager._select_destinations';
export const SOURCE = '/opt/stack/nova/nova/scheduler/manager.py';
const UNIT = 'devstack@n-sch.service';

/** `openstack server create` of the guide, with what FACTS G15 corrects. */
export function create(name: string, ...more: string[]): string[] {
  const client = ['openstack', '--os-compute-api-version', '2.37'];
  return [
    ...client,
    'server',
    'create',
    '--image',
    'cirros-0.4.0-x86_64-disk',
    '--flavor',
    'c1',
    '--nic',
    'none',
    ...more,
    name,
  ];
}

/** Of what `run --json` prints. */
export interface Ran {
  probe: string;
  id: string;
  server: { id: string; status: string };
  capture: string;
  sidecar: Sidecar;
}

export const labReason = labUnavailable();

export class ProfkitInLab {
  readonly lab: Lab;
  #began = 0;

  private constructor(lab: Lab) {
    this.lab = lab;
  }

  static async up(o: { name?: string; suite?: string } = {}): Promise<ProfkitInLab> {
    const { name = process.env.LAB_NAME, ...how } = o;
    const lab = await Lab.up(name, how);
    await lab.install();
    const it = new ProfkitInLab(lab);
    it.#began = Number((await lab.exec(['date', '+%s'])).stdout);
    return it;
  }

  /** The lab of a release; `leave` it afterwards. */
  static on({ lab: name, suite }: Release): Promise<ProfkitInLab> {
    return ProfkitInLab.up({ name, suite });
  }

  /** As it was found, and down: each lab that is up takes its memory. */
  async leave(): Promise<void> {
    await this.run('revert', '--all');
    await this.deleteAllServers();
    await this.lab.down();
  }

  run(...argv: string[]): Promise<Result> {
    return this.lab.exec(['profkit', ...argv], { user: 'stack', timeoutMs: 600_000 });
  }

  /** The one JSON document that --json prints; the command must have ended well. */
  async json<T>(...argv: string[]): Promise<T> {
    const at = argv.indexOf('--');
    const words = at < 0 ? [...argv, '--json'] : [...argv.slice(0, at), '--json', ...argv.slice(at)];
    const r = await this.run(...words);
    expect(r, r.stderr + r.stdout).toMatchObject({ code: 0 });
    return JSON.parse(r.stdout) as T;
  }

  /** A script of an administrator of the cloud, which must end well. */
  async admin(bash: string): Promise<string> {
    const env = { OS_CLOUD: 'devstack-admin' };
    const r = await this.lab.script(bash, { user: 'stack', env, timeoutMs: 300_000 });
    expect(r, r.stderr).toMatchObject({ code: 0 });
    return r.stdout;
  }

  /** With one all calls are in one process: the request after a captured one runs where that was captured. */
  schedulerWorkers(count: number): Promise<string> {
    const edit = `/^\\[scheduler\\]/,/^\\[/ s/^workers = .*/workers = ${count}/`;
    return this.script(`sed -i '${edit}' /etc/nova/nova.conf && systemctl restart devstack@n-sch`);
  }

  async openstack<T>(...argv: string[]): Promise<T> {
    const r = await this.lab.exec(['openstack', ...argv, '-f', 'json'], {
      user: 'stack',
      env: { OS_CLOUD: 'devstack-admin' },
    });
    expect(r, r.stderr).toMatchObject({ code: 0 });
    return JSON.parse(r.stdout) as T;
  }

  async script(bash: string): Promise<string> {
    const r = await this.lab.script(bash);
    expect(r, r.stderr).toMatchObject({ code: 0 });
    return r.stdout;
  }

  async deleteAllServers(): Promise<void> {
    const env = { OS_CLOUD: 'devstack-admin' };
    await this.lab.script(
      's=$(openstack server list --all-projects -f value -c ID); [ -z "$s" ] || openstack server delete --wait $s',
      { user: 'stack', env },
    );
  }

  /** Where it says `what` in the scheduler's journal since these tests began. */
  async journal(pattern: string): Promise<string> {
    const r = await this.lab.script(
      `journalctl -u ${UNIT} --since @${this.#began} -o cat --no-pager -q | grep -E '${pattern}'`,
    );
    return r.stdout;
  }

  /** The promise of the whole thing: the host is as it was. */
  async expectUntouched(): Promise<void> {
    expect(await this.script('runuser -u stack -- git -C /opt/stack/nova status --porcelain')).toBe('');
    expect(await this.script("find /opt/stack/nova /opt/stack/data/venv -name '*profkit*'")).toBe('');
    expect(await this.script('ls -d /var/lib/profkit 2>/dev/null || true')).toBe('');
    expect(await this.script(`systemctl is-active ${UNIT} || true`)).toBe('active\n');
    expect(await this.script('pgrep -af "[p]rofkit-host-agent" || true')).toBe('');
    // no traceback of ours, nor of the profiler that we use
    expect(await this.journal('probe\\.py|eventlet/green/profile|Bad (call|return)')).toBe('');
  }

  async expectRestored(): Promise<void> {
    await this.expectUntouched();
    const carrying = await this.script(`grep -c profkit ${SOURCE} || true`);
    expect(carrying.trim()).toBe('0');
  }

  /** Sidecars of all captures of a probe, brought out by `collect`. */
  async sidecars(into: string): Promise<Sidecar[]> {
    await this.json('collect', '--into', into);
    const text = await this.script(`cat ${into}/*/*.json | tr '\\n' ' '`);
    return JSON.parse(`[${text.trim().replaceAll(/\}\s*\{/g, '},{')}]`) as Sidecar[];
  }
}
