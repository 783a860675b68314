// Every single step of what changes a host fails, in every way, and hundreds of hosts live through patches, reverts,
// edits by others and kills in any order: the Python programs beside this do it with the agent's own parts.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'profkit-faults-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What it said; one that fails tells what went wrong, and by which step or seed. */
async function python(program: string, ...args: string[]): Promise<string> {
  const words = [join(import.meta.dirname, program), join(root, `${program}-${args[0]}`.replace('/', '-')), ...args];
  return promisify(execFile)('/usr/bin/python3', words, { maxBuffer: 1 << 26 }).then(
    (r) => r.stdout,
    (e: { stdout: string; stderr: string }) => Promise.reject(new Error(`${e.stdout.slice(0, 20_000)}\n${e.stderr}`)),
  );
}

test.concurrent.each(['0/2', '1/2'])(
  'killed, or refused by the system, at any step: all is restored (share %s)',
  async (share) => {
    const said = await python('faults.py', share);
    const steps = [...said.matchAll(/: (\d+) steps, each failing in (\d+) ways/g)].map((m) => Number(m[1]));
    expect(steps).toHaveLength(5);
    expect(Math.min(...steps)).toBeGreaterThan(80);
  },
  600_000,
);

test('500 times patches, reverts, edits by others and kills in any order: no byte is lost', async () => {
  const said = await python('interleave.py', '1', '500');
  const [edits, killed] = [/'edit': (\d+)/, /'killed': (\d+)/].map((one) => Number(one.exec(said)![1]));
  expect(edits).toBeGreaterThan(1000);
  expect(killed).toBeGreaterThan(300);
}, 600_000);
