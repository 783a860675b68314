// The acceptance of the own engine on real Nova 26: what one capture says is held against what is known in another way.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseFolded } from '../../src/profile/folded.js';
import { parseSidecar, type Sidecar } from '../../src/profile/sidecar.js';
import { type Row, readProfile, type Stats } from '../../src/profile/stats.js';
import { create, labReason, ProfkitInLab, TARGET } from './profkit-in-lab.js';

const PROBE = ['--service', 'n-sch', '--id', 'instance_uuids'];
const TRACKER = 'nova.compute.resource_tracker:ResourceTracker.update_available_resource';

class Capture {
  readonly sidecar: Sidecar;
  readonly wall: Stats;
  readonly active: Stats;
  readonly #stem: string;

  constructor(sidecar: string) {
    this.#stem = sidecar.replace(/\.json$/, '');
    this.sidecar = parseSidecar(readFileSync(sidecar, 'utf8'));
    this.wall = readProfile(readFileSync(`${this.#stem}.prof`));
    this.active = readProfile(readFileSync(`${this.#stem}.active.prof`));
  }

  /** Seconds of all waits, and of those in a stack that has a frame like this. */
  waited(frame = /^/): number {
    const stacks = parseFolded(readFileSync(`${this.#stem}.waits.folded`, 'utf8'));
    return stacks
      .filter((s) => s.frames.some((f) => frame.test(`${f.file} ${f.name}`)))
      .reduce((n, s) => n + s.seconds, 0);
  }

  target(stats = this.wall): Row {
    const { file, line, name } = this.sidecar.function;
    return stats.rows.find((r) => r.file === file && r.line === line && r.name === name)!;
  }
}

const named = (stats: Stats, name: string, file = ''): Row[] =>
  stats.rows.filter((r) => r.name === name && r.file.endsWith(file));
const cumtime = (rows: Row[]): number => rows.reduce((sum, r) => sum + r.ct, 0);

describe.skipIf(labReason && !process.env.CI)(
  `the own engine, on real Nova${labReason ? ` (${labReason})` : ''}`,
  () => {
    let it: ProfkitInLab;
    beforeAll(async () => {
      it = await ProfkitInLab.up();
    });
    afterEach(() => it.run('revert', '--all', '--restart'));
    afterAll(() => it.deleteAllServers());

    /** All captures that a probe has made, brought out by `collect`. */
    async function captures(): Promise<Capture[]> {
      const [collected] = await it.json<{ folder: string }[]>('collect', '--clean', '--into', '/opt/stack/engine');
      const folder = join(it.lab.root, collected!.folder);
      return readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => new Capture(join(folder, name)));
    }

    test('a cold capture: its time is the time that passed, get_by_host once for each compute', async () => {
      const computes = Number(await it.script("systemctl list-units 'devstack@n-cpu-*' --plain --no-legend | wc -l"));
      await it.json('patch', TARGET, ...PROBE);
      await it.json('restart', 'n-sch');
      await it.json('trigger', '--delete', '--', ...create('cold'));
      const [cold] = await captures();
      const { sidecar, wall } = cold!;
      expect(sidecar).toMatchObject({ engine: 'profkit', scope: 'tree', clock: 'wall', cold: true, errors: [] });
      const off = Math.abs(cold!.target().ct - sidecar.wall_seconds) / sidecar.wall_seconds;
      console.log(
        `target ${cold!.target().ct.toFixed(3)} s of ${sidecar.wall_seconds.toFixed(3)} s wall (${(off * 100).toFixed(2)} % off), active ${cold!.target(cold!.active).ct.toFixed(3)} s; ${sidecar.measured!.events} events, overhead ${sidecar.measured!.overhead_seconds.toFixed(3)} s`,
      );
      expect(off).toBeLessThan(0.02);
      expect(named(wall, 'get_by_host', '/objects/host_mapping.py').map((r) => r.nc)).toEqual([computes]);
      // what the guide's clock cannot see
      expect(cold!.waited(/report\.py claim_resources/)).toBeGreaterThan(0.001);
      await it.run('revert', '--all', '--restart');
      await it.expectRestored();
    });

    test('8 servers at once: 8 captures, each of one request', async () => {
      await it.json('patch', TARGET, ...PROBE);
      await it.json('restart', 'n-sch');
      const burst = await it.lab.exec(['python3', '/opt/lab/burst.py', '8'], {
        user: 'stack',
        env: { OS_CLOUD: 'devstack-admin' },
      });
      const { servers } = JSON.parse(burst.stdout) as {
        servers: { id: string; status: string; fault: string | null }[];
      };
      expect(servers.map((s) => [s.status, s.fault])).toEqual(Array(8).fill(['ACTIVE', null]));
      const all = await captures();
      expect(all.map(({ sidecar }) => sidecar.ids).sort()).toEqual(servers.map((s) => [s.id]).sort());
      for (const one of all) {
        const { sidecar, wall } = one;
        expect(named(wall, '_schedule', '/scheduler/manager.py').map((r) => r.nc)).toEqual([1]);
        expect(Math.abs(one.target().ct - sidecar.wall_seconds)).toBeLessThan(0.02 * sidecar.wall_seconds);
        expect(sidecar.errors).toEqual([]);
        // What the engine does before its row begins and after it ends counts in one of the two only: as for the wall.
        expect(Math.abs(one.target(one.active).ct - sidecar.active_seconds!)).toBeLessThan(0.02 * sidecar.wall_seconds);
      }
      expect(all.some(({ sidecar }) => sidecar.calls.in_flight > 0)).toBe(true); // they did overlap
      await it.run('revert', '--all', '--restart');
      await it.expectRestored();
    });

    test('nova-compute with no database of its own: the RPC wait is a wait, where it happens', async () => {
      await it.json('patch', TRACKER, '--service', 'n-cpu-1', '--id', 'nodename');
      await it.json('restart', 'n-cpu-1');
      let status: { captures: number }[] = [];
      for (let n = 0; n < 90 && !status[0]?.captures; n += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        status = await it.json('status');
      }
      const [first] = await captures();
      const { sidecar, wall, active } = first!;
      expect(sidecar.errors).toEqual([]);
      // The wait for the conductor's answer stands below the call that asked, and is no part of its work.
      const asked = /conductor\/rpcapi\.py object_(class_)?action/;
      const rpc = first!.waited(asked);
      expect(rpc).toBeGreaterThan(0.001);
      expect(first!.waited(/amqpdriver\.py _send/)).toBeGreaterThanOrEqual(rpc * 0.9);
      const asks = (stats: Stats) =>
        cumtime(
          stats.rows.filter((r) => /^object_(class_)?action/.test(r.name) && r.file.endsWith('conductor/rpcapi.py')),
        );
      expect(asks(wall) - asks(active)).toBeCloseTo(rpc, 2);
      // Work is work: what is left of the method is what its greenlet ran, and no more than the processor did (with slack
      // for what it had to share).
      const work = first!.target(active).ct;
      expect(work).toBeCloseTo(sidecar.active_seconds!, 2);
      expect(first!.target().ct - work).toBeCloseTo(first!.waited(), 2);
      console.log(
        `update_available_resource: ${first!.target().ct.toFixed(3)} s wall, ${work.toFixed(3)} s active, ${sidecar.cpu_seconds.toFixed(3)} s CPU of the process; RPC waited ${rpc.toFixed(3)} s`,
      );
      // No C function keeps a wait of what it calls: readline waits in readinto, in Python.
      for (const name of [
        "{method 'readline' of '_io.BufferedReader' objects}",
        "<method 'readline' of '_io.BufferedReader' objects>",
      ]) {
        const [all] = named(wall, name);
        const [own] = named(active, name);
        if (!all) continue;
        const readinto = cumtime(named(active, 'readinto'));
        expect(all.ct - own!.ct).toBeGreaterThan(0);
        expect(own!.ct).toBeLessThanOrEqual(readinto + own!.tt + 0.001);
      }
      await it.run('revert', '--all', '--restart');
      await it.expectUntouched();
    });
  },
);
