import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROFKIT = join(import.meta.dirname, '../../bin/profkit.js');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-ask-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Types an answer at each question of a program on a terminal; what was on the screen, and the status at its end. */
const TERMINAL = `
import os, pty, sys
answers = sys.argv[1]
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    try:
        some = os.read(fd, 65536)
    except OSError:
        break
    if not some:
        break
    seen += some
    if answers and seen.count(b"[y/N]") > len(sys.argv[1]) - len(answers):
        os.write(fd, answers[:1].encode() + b"\\n")
        answers = answers[1:]
sys.stdout.write(seen.decode())
sys.exit(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
`;

test('asks of each setting that is otherwise, at a terminal, and does as is said', () => {
  const path = join(folder, 'local.conf');
  writeFileSync(path, '[[local|localrc]]\nAPI_WORKERS=4\nVIRT_DRIVER=libvirt\n', { mode: 0o600 });
  const command = [process.execPath, PROFKIT, 'localconf', '--merge', path];
  const r = spawnSync('python3', ['-c', TERMINAL, 'yn', ...command], { encoding: 'utf8' });
  expect(r.stderr).toBe('');
  expect(r.stdout).toContain('VIRT_DRIVER is libvirt, wanted is fake. Replace it?');
  expect(r.status).toBe(0);
  expect(readFileSync(path, 'utf8')).toMatch(/^\[\[local\|localrc\]\]\nAPI_WORKERS=4\nVIRT_DRIVER=fake\n/);
});

test('refuses without a terminal, and changes nothing', () => {
  const path = join(folder, 'other.conf');
  writeFileSync(path, '[[local|localrc]]\nAPI_WORKERS=4\n');
  const r = spawnSync(process.execPath, [PROFKIT, 'localconf', '--merge', path], { encoding: 'utf8', input: 'y\n' });
  expect([r.status, r.stdout]).toEqual([3, '']);
  expect(r.stderr).toContain('line 2: API_WORKERS is 4, wanted is 1');
  expect(readFileSync(path, 'utf8')).toBe('[[local|localrc]]\nAPI_WORKERS=4\n');
});
