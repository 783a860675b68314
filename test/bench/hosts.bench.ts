// What 20 hosts cost against one of them. All are on this machine, and share its processors: elsewhere each has its own.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHAIN, putChain } from '../hosts/put-chain.js';
import { noHosts, startHosts, type TestHosts } from '../hosts/start-hosts.js';
import { sidecar } from '../profile/example-sidecar.js';
import { table } from './table.js';

const PROFKIT = join(import.meta.dirname, '../../bin/profkit.js');
const CAPTURE = join(import.meta.dirname, '../profile/fixtures/25-warm.prof');
const [HOSTS, ROUNDS, CAPTURES] = [20, 3, 5];

let hosts: TestHosts;
const folder = mkdtempSync(join(tmpdir(), 'profkit-bench-'));
beforeAll(async () => {
  if (noHosts) return;
  hosts = await startHosts(HOSTS);
  writeFileSync(join(folder, 'profkit.yaml'), await putChain(hosts));
  const all = ['--host', `c[1:${HOSTS}]`];
  await profkit(['restart', 'chain', ...all]);
  const put = JSON.parse(await profkit(['patch', ...CHAIN, '--json', ...all]));
  for (const name of hosts.names) {
    const captures = join(hosts.on(name), 'state/probes', put[name].result.probe, 'captures');
    for (let n = 0; n < CAPTURES; n += 1) {
      cpSync(CAPTURE, join(captures, `c-1-${n}.prof`));
      writeFileSync(join(captures, `c-1-${n}.json`), JSON.stringify(sidecar({ profile: `c-1-${n}.prof`, host: name })));
    }
  }
}, 600_000);
afterAll(async () => {
  await hosts?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** Not execFileSync: what the sshds say must be read meanwhile, or they stand still. */
async function profkit(argv: readonly string[]): Promise<string> {
  const env = { ...process.env, PROFKIT_STATE: `${hosts.here}/state` };
  const how = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, [PROFKIT, ...argv, '--ssh-config', hosts.config], how);
  return stdout;
}
/** How long ssh takes to do nothing on each of them at once: what 20 hosts cost this machine, whoever asks. */
async function bare(names: readonly string[]): Promise<{ wall: number; own: number }> {
  const began = performance.now();
  await Promise.all(names.map((name) => promisify(execFile)('ssh', ['-q', '-F', hosts.config, name, 'true'])));
  return { wall: (performance.now() - began) / 1000, own: 0 };
}

/** How long it takes, and how much of a processor profkit itself has of that: on hosts of their own the rest would be theirs. */
async function seconds(argv: readonly string[]): Promise<{ wall: number; own: number }> {
  const words = [process.execPath, PROFKIT, ...argv, '--ssh-config', hosts.config];
  const timed = ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1', 'bash', ...words];
  const env = { ...process.env, PROFKIT_STATE: `${hosts.here}/state` };
  const { stderr } = await promisify(execFile)('bash', timed, { cwd: folder, env });
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { wall, own: user + system };
}
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

test.skipIf(noHosts !== '')(
  `doctor and collect on ${HOSTS} hosts${noHosts && ` (${noHosts})`}`,
  async () => {
    const rows = [['', 'one host', `${HOSTS} hosts`, 'ratio', 'limit', 'processor time of profkit itself']];
    for (const command of ['ssh HOST true', 'doctor', 'collect']) {
      const [one, all]: [Awaited<ReturnType<typeof seconds>>[], Awaited<ReturnType<typeof seconds>>[]] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        const into = command === 'collect' ? ['--into', join(folder, `captures-${round}`)] : [];
        const isBare = command.startsWith('ssh');
        one.push(await (isBare ? bare(['c1']) : seconds([command, '--host', 'c1', ...into])));
        all.push(await (isBare ? bare(hosts.names) : seconds([command, '--host', `c[1:${HOSTS}]`, ...into])));
      }
      const of = (some: typeof one, what: 'wall' | 'own') => median(some.map((each) => each[what]));
      const ratio = of(all, 'wall') / of(one, 'wall');
      const figures = [`${of(one, 'wall').toFixed(2)} s`, `${of(all, 'wall').toFixed(2)} s`, `× ${ratio.toFixed(2)}`];
      const own = command.startsWith('ssh')
        ? ''
        : `${of(one, 'own').toFixed(2)} s, ${of(all, 'own').toFixed(2)} s: × ${(of(all, 'own') / of(one, 'own')).toFixed(2)}`;
      const limit = command.startsWith('ssh') ? '' : `${ratio <= 3 ? 'met' : 'NOT MET'} (≤ 3)`;
      rows.push([command, ...figures, limit, own]);
    }
    expect(rows).toHaveLength(4);
    console.log(`\n${availableParallelism()} processors\n${table(rows)}`);
  },
  600_000,
);
