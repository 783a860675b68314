// What the way over SSH costs, against ssh and scp in turn. An sshd of its own on this machine.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localHost } from '../../src/host/local-host.js';
import { applyRequest } from '../host/apply-request.js';
import { noUsers, type Sshd, startSshd } from '../host/ssh/sshd.js';
import { sidecar } from '../profile/example-sidecar.js';
import { table } from './table.js';

const PROFKIT = join(import.meta.dirname, '../../bin/profkit.js');
const CAPTURE = join(import.meta.dirname, '../profile/fixtures/25-warm.prof');
const CAPTURES = 1000;

const folder = mkdtempSync(join(tmpdir(), 'profkit-bench-'));
const state = join(folder, 'state');
let sshd: Sshd;
beforeAll(async () => {
  // sudo makes nobody faster: whoever logs in is root, and has no .bashrc that would take longer than what is measured
  sshd = await startSshd({ user: { shell: '/bin/sh', sudo: 'ALL=(root) NOPASSWD: /usr/bin/python3' } });
  const source = join(folder, 'm.py');
  writeFileSync(source, 'def f():\n    return 1\n');
  const host = await localHost({ state, sudo: false });
  await host.apply(applyRequest(source, '@eval("lambda f:f")  # profkit:abcdef', 'def f'));
  await host.close();
}, 120_000);
afterAll(async () => {
  await sshd?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** Not execFileSync: what the sshd says must be read meanwhile, or it stands still. */
async function seconds(command: string, argv: readonly string[]): Promise<number> {
  const began = performance.now();
  await promisify(execFile)(command, argv, { cwd: folder, env: { ...process.env, PROFKIT_STATE: state } });
  return (performance.now() - began) / 1000;
}
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const profkit = (...argv: string[]) =>
  seconds(process.execPath, [PROFKIT, ...argv, '--host', 'user@there', '--ssh-config', sshd.config]);
const ssh = (program: string, ...argv: string[]) => seconds(program, ['-q', '-F', sshd.config, ...argv]);

function row(what: string, theirs: number[], ours: number[], limit: number): string[] {
  const ratio = median(ours.map((one, round) => one / theirs[round]!));
  const figure = (values: number[]) => `${median(values).toFixed(2)} s`;
  return [
    what,
    figure(theirs),
    figure(ours),
    `× ${ratio.toFixed(2)}`,
    `${ratio <= limit ? 'met' : 'NOT MET'} (≤ ${limit})`,
  ];
}

test.skipIf(noUsers !== '')(
  `status and collect over SSH${noUsers && ` (${noUsers})`}`,
  async () => {
    const rows = [['', 'ssh, scp', 'profkit', 'ratio', 'limit']];
    const status: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      bare.push(await ssh('ssh', 'user@there', 'true'));
      status.push(await profkit('status'));
    }
    rows.push(row('status, ssh host true', bare, status, 2));
    console.log(rows.at(-1)!.join('  '));
    const captures = join(state, 'probes/abcdef/captures');
    for (let n = 0; n < CAPTURES; n += 1) {
      cpSync(CAPTURE, join(captures, `c${n}.prof`));
      writeFileSync(join(captures, `c${n}.json`), JSON.stringify(sidecar({ probe: 'abcdef', profile: `c${n}.prof` })));
    }
    // scp comes as a user who may not look in there: a copy that it may
    const open = join(folder, 'open');
    cpSync(captures, open, { recursive: true });
    execFileSync('chmod', ['-R', 'a+rX', folder]);
    const copies: number[] = [];
    const collects: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      mkdirSync(join(folder, `scp-${round}`));
      copies.push(await ssh('scp', '-r', `user@there:${open}`, join(folder, `scp-${round}`)));
      collects.push(await profkit('collect', '--into', join(folder, `collect-${round}`), '--quiet'));
      for (const made of ['scp', 'collect']) rmSync(join(folder, `${made}-${round}`), { recursive: true });
    }
    rows.push(
      row(`${CAPTURES} captures of ${Math.round(readFileSync(CAPTURE).length / 1000)} kB`, copies, collects, 1.5),
    );
    expect(rows).toHaveLength(3);
    console.log(`\n${table(rows)}`);
  },
  600_000,
);
