// The first tests of the guide once more, from outside of the lab: over its sshd, with strict host keys, as the user stack.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../lab.js';
import { create, labReason, ProfkitInLab, type Ran, SOURCE, TARGET } from '../profkit-in-lab.js';
import { NOVA_31 } from '../releases.js';

const PROFKIT = join(import.meta.dirname, '../../../bin/profkit.js');
const LAB = join(import.meta.dirname, '../lab');
const PROBE = ['--service', 'n-sch', '--id', 'instance_uuids'];

describe.skipIf(labReason && !process.env.CI)(
  `over SSH, on ${NOVA_31.name}${labReason ? ` (${labReason})` : ''}`,
  () => {
    let it: ProfkitInLab;
    const folder = mkdtempSync(join(tmpdir(), 'profkit-ssh-'));
    const config = join(folder, 'config');
    const here = ['--ssh-config', config];
    let host: string;
    beforeAll(async () => {
      it = await ProfkitInLab.on(NOVA_31);
      host = `profkit-${it.lab.name}`;
      await reconfigure();
    });
    afterEach(() => it.run('revert', '--all', '--restart'));
    afterAll(async () => {
      await it?.leave();
      rmSync(folder, { recursive: true, force: true });
    });

    /** What leads to the lab holds the id of its first process: another after a reboot. */
    async function reconfigure(): Promise<void> {
      writeFileSync(config, (await promisify(execFile)(LAB, ['ssh-config', '--name', it.lab.name])).stdout);
    }

    /** profkit of this clone, on this machine. */
    function profkit(...argv: string[]): Promise<Result> {
      const at = argv.includes('--') ? argv.indexOf('--') : argv.length;
      const words = [...argv.slice(0, at), '--host', host, ...here, ...argv.slice(at)];
      const env = { ...process.env, OS_CLOUD: 'devstack-admin' };
      return new Promise((resolve) => {
        execFile(
          process.execPath,
          [PROFKIT, ...words],
          { cwd: folder, env, timeout: 280_000 },
          (error, stdout, stderr) => {
            resolve({ code: error ? Number(error.code ?? 255) : 0, stdout, stderr });
          },
        );
      });
    }

    async function json<T>(...argv: string[]): Promise<T> {
      const at = argv.includes('--') ? argv.indexOf('--') : argv.length;
      const r = await profkit(...argv.slice(0, at), '--json', ...argv.slice(at));
      expect(r, r.stderr + r.stdout).toMatchObject({ code: 0 });
      return JSON.parse(r.stdout) as T;
    }

    test('one command: the capture bears the uuid of the server and lies here, and the host is as it was', async () => {
      expect((await profkit('status')).stdout).toBe(`There is no probe on ${host}.\n`);
      const ran = await json<Ran>('run', TARGET, ...PROBE, '--delete', '--', ...create('far'));
      expect(ran.server).toEqual({ id: ran.id, status: 'ACTIVE' });
      expect(ran.sidecar).toMatchObject({ ids: [ran.id], cold: true, sizes: { provider_summaries: 5 } });
      const analyzed = await profkitHere('analyze', ran.capture, '--format', 'pstats', '--limit', 'get_by_host');
      expect(analyzed).toMatch(/^ +5 .*host_mapping\.py:\d+\(get_by_host\)$/m);
      await it.expectRestored();
    });

    /** What needs no host. */
    const profkitHere = async (...argv: string[]) =>
      (await promisify(execFile)(process.execPath, [PROFKIT, ...argv], { cwd: folder })).stdout;

    test('step by step', async () => {
      const { probe } = await json<{ probe: string }>('patch', TARGET, '--id', 'instance_uuids');
      expect(readFileSync(join(it.lab.root, SOURCE), 'utf8')).toContain(`# profkit:${probe}`);
      await json('restart', 'n-sch');
      const fired = await json<Ran>('trigger', '--delete', '--', ...create('step'));
      const [status] = await json<{ captures: number; processes: { carrying: number[] }[] }[]>('status');
      expect(status!.captures).toBeGreaterThanOrEqual(1);
      expect(status!.processes[0]!.carrying.length).toBeGreaterThanOrEqual(1);
      const [collected] = await json<{ files: string[] }[]>('collect', '--clean');
      expect(collected!.files.some((file) => file.endsWith(`/${fired.sidecar.profile}`))).toBe(true);
      await json('revert', probe, '--restart');
      await it.expectRestored();
    });

    test('a host key that is not the one on record is refused, and nothing is touched', async () => {
      const known = /UserKnownHostsFile (.*)/.exec(readFileSync(config, 'utf8'))![1]!;
      const other = join(folder, 'other');
      // the same types, other keys
      await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
      const key = readFileSync(join(folder, 'key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
      writeFileSync(other, `${host} ${key}\n`);
      const wrong = join(folder, 'wrong');
      writeFileSync(wrong, readFileSync(config, 'utf8').replace(known, other));
      const argv = ['run', TARGET, ...PROBE, '--host', host, '--ssh-config', wrong, '--', ...create('never')];
      const r = await promisify(execFile)(process.execPath, [PROFKIT, ...argv], { cwd: folder }).catch((e) => e);
      expect(r).toMatchObject({ code: 3, stderr: expect.stringContaining(`${other}:1`) });
      await it.expectUntouched();
    });

    test('a host that is started anew during a run: that is said, and revert --all leaves nothing', async () => {
      const child = execFile(process.execPath, [
        ...[PROFKIT, 'run', TARGET, ...PROBE, '--host', host, ...here],
        ...['--', 'sh', '-c', 'sleep 200'],
      ]);
      let said = '';
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await new Promise<void>((resolve) => {
        child.stderr!.on('data', (text: string) => {
          said += text;
          if (/✔ Restart .* with it/.test(said)) resolve();
        });
        void ended.then(() => resolve());
      });
      expect(said).toMatch(/✔ Restart .* with it/);
      await it.lab.reboot();
      expect(await ended).toBe(1);
      // the way in leads to a process that is gone; the sentence says what is left, and for how to go on
      expect(said).toMatch(/Error: The connection to profkit-.* ended: .*the probe \w+ is in .*manager\.py/s);
      expect(said).toMatch(/profkit revert --all --host profkit-\S+ undoes the rest/);
      await reconfigure();
      const [left] = await json<{ target: string }[]>('status');
      expect(left!.target).toBe(TARGET);
      await json('revert', '--all');
      await it.expectRestored();
    });
  },
);
