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
/** How long a command takes, and how much of a processor it has of that itself: on hosts of their own the rest would be theirs. */
async function seconds(words: readonly string[]): Promise<{ wall: number; own: number }> {
  const timed = ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1', 'bash', ...words];
  const env = { ...process.env, PROFKIT_STATE: `${hosts.here}/state` };
  const { stderr } = await promisify(execFile)('bash', timed, { cwd: folder, env });
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { wall, own: user + system };
}

const ours = (command: string, names: readonly string[], ...more: string[]): string[] => {
  const where = ['--host', names.join(','), '--ssh-config', hosts.config];
  return [process.execPath, PROFKIT, command, ...where, ...more];
};
const CASES: { what: string; limit?: number; words(names: readonly string[], round: number): string[] }[] = [
  {
    what: 'ssh HOST true', // on all at once: what 20 hosts cost this machine, whoever asks
    words: (names) => ['sh', '-c', 'for h; do ssh -q -F "$0" "$h" true & done; wait', hosts.config, ...names],
  },
  { what: 'doctor', limit: 3, words: (names) => ours('doctor', names) },
  {
    what: 'collect',
    limit: 3,
    words: (names, round) => ours('collect', names, '--into', join(folder, `captures-${round}`)),
  },
];
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

test.skipIf(noHosts !== '')(
  `doctor and collect on ${HOSTS} hosts${noHosts && ` (${noHosts})`}`,
  async () => {
    const rows = [['', 'one host', `${HOSTS} hosts`, 'ratio', 'limit', 'processor time of the command itself']];
    for (const { what, limit, words } of CASES) {
      const [one, all]: [Awaited<ReturnType<typeof seconds>>[], Awaited<ReturnType<typeof seconds>>[]] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        one.push(await seconds(words(['c1'], round)));
        all.push(await seconds(words(hosts.names, round)));
      }
      const of = (some: typeof one, which: 'wall' | 'own') => median(some.map((each) => each[which]));
      const ratio = of(all, 'wall') / of(one, 'wall');
      const figures = [`${of(one, 'wall').toFixed(2)} s`, `${of(all, 'wall').toFixed(2)} s`, `× ${ratio.toFixed(2)}`];
      const met = limit === undefined ? '' : `${ratio <= limit ? 'met' : 'NOT MET'} (≤ ${limit})`;
      const own = `${of(one, 'own').toFixed(2)} s, ${of(all, 'own').toFixed(2)} s: × ${(of(all, 'own') / of(one, 'own')).toFixed(2)}`;
      rows.push([what, ...figures, met, own]);
    }
    expect(rows).toHaveLength(4);
    console.log(`\n${availableParallelism()} processors\n${table(rows)}`);
  },
  600_000,
);
