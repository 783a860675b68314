import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pythons } from '../pythons.js';

const PROFKIT = join(import.meta.dirname, '../../bin/profkit.js');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the demo with a temporary folder of its own; `cut` sends Ctrl-C when that has been said. */
async function demo(
  argv: string[],
  cut?: RegExp,
): Promise<{ code: number | null; stdout: string; stderr: string; seconds: number }> {
  const began = performance.now();
  const env = { ...process.env, TMPDIR: folder, HOME: folder };
  const child = spawn(process.execPath, [PROFKIT, 'demo', ...argv], { env, cwd: folder });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (t: string) => {
    stdout += t;
  });
  child.stderr.setEncoding('utf8').on('data', (t: string) => {
    stderr += t;
    if (cut?.test(stderr)) child.kill('SIGINT'); // again with all that is said afterwards: the undo must bear it
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}

function expectNothingLeft(): void {
  expect(readdirSync(folder).filter((n) => n.startsWith('profkit'))).toEqual([]);
  expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(folder);
}

describe.each(pythons())('the demo with $name', ({ path }) => {
  test('is a whole run, finds what is planted and leaves nothing', async () => {
    const r = await demo(['--python', path]);
    expect(r.code, r.stderr).toBe(0);
    expect(r.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /get_by_host \(\S*host_mapping\.py:22\) is called once for each of 25 hosts, \d+ % of the method/,
    );
    expect(r.stdout).toMatch(/profkit run nova\.scheduler\.manager/);
    expect(r.stderr).toMatch(/Take the probe \w+ out: \S*manager\.py restored/);
    console.log(`the demo took ${r.seconds.toFixed(1)} s`);
    expectNothingLeft();
  });

  test('says as JSON what measured', async () => {
    const r = await demo(['--python', path, '--json', '--keep', join(folder, 'kept')]);
    const { sidecar } = JSON.parse(r.stdout) as { sidecar: Record<string, unknown> };
    expect(sidecar).toMatchObject({
      engine: 'profkit',
      scope: 'tree',
      clock: 'wall',
      cold: true,
      outcome: 'returned',
      sizes: { provider_summaries: 25 },
    });
    expect(r.stderr).toBe('');
    expect(existsSync(join(folder, 'kept'))).toBe(true);
    expectNothingLeft();
  });
});

test.each([/✔ Start/, /✔ Find/, /✔ Put the probe in/])(
  'Ctrl-C after %s: interrupted, undone, nothing left',
  async (moment) => {
    const r = await demo([], moment);
    expect(r.stderr).toMatch(/Interrupted during/);
    expect(r.code).toBe(130);
    expectNothingLeft();
  },
);

test('a terminal that goes away in the middle: the run is brought to its end, nothing is left', async () => {
  const env = { ...process.env, TMPDIR: folder, HOME: folder };
  const child = spawn(process.execPath, [PROFKIT, 'demo'], { env, cwd: folder });
  child.stderr.once('data', () => {
    child.stderr.destroy();
    child.stdout.destroy();
  });
  await new Promise((resolve) => child.once('close', resolve));
  expectNothingLeft();
});

test('an interpreter that is not there is told in two sentences', async () => {
  const r = await demo(['--python', '/no/such/python']);
  expect(r.code).toBe(1);
  expect(r.stderr).toMatch(/\/no\/such\/python/);
  expect(r.stderr).not.toMatch(/ {4}at /);
  expectNothingLeft();
});
