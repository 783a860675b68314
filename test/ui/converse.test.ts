import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = [process.execPath, join(ROOT, 'bin/profkit.js'), 'browse'];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-converse-'));
  copyFileSync(join(ROOT, 'test/profile/fixtures/25-warm.prof'), join(folder, 'warm.prof'));
  copyFileSync(join(ROOT, 'test/profile/fixtures/25-cold.prof'), join(folder, 'with blank.prof'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: readonly string[], input: string | Buffer) {
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
  return spawnSync(command[0]!, command.slice(1), { cwd: folder, env, input, encoding: 'utf8' });
}

test.each([
  [[], 'help\nread warm.prof\nstats 2\nadd with blank.prof\nstats 2\nquit\nstats'],
  [['warm.prof', 'with blank.prof'], 'sort cumulative\nstats 5\ncallers get_by 3\ncallees get_by 3'],
  [['nope', 'warm.prof'], 'stats\r\n\r\nread warm.prof\r\n\r\nstats 1\r\n'],
  [['warm.prof'], ''],
])('says in a pipe what python3 -m pstats does: %j', (files, input) => {
  const ours = run([...PROGRAM, ...files], input);
  expect(ours.stdout).toBe(run(['python3', '-m', 'pstats', ...files], input).stdout);
  expect(ours).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(join(folder, 'state/profkit/history'))).toBe(false);
});

test('all that was said, as JSON', () => {
  const { stdout } = run([...PROGRAM, '--json', 'warm.prof'], 'sort\n');
  expect(JSON.parse(stdout)).toMatchObject({ text: run(['python3', '-m', 'pstats', 'warm.prof'], 'sort\n').stdout });
});

// Types the keys of each step when what it waits for has come; gives back all that was on the screen.
const TERMINAL = `
import json, os, pty, select, sys
job = json.load(open(sys.argv[1]))
pid, fd = pty.fork()
if pid == 0:
    os.execvp(job["command"][0], job["command"])
seen = b""
at = 0
def until(text):
    global seen, at
    while text.encode() not in seen[at:]:
        if not select.select([fd], [], [], 25)[0]:
            sys.exit("waited for %r in vain: %r" % (text, seen[at:]))
        seen += os.read(fd, 65536)
    at = seen.index(text.encode(), at) + len(text.encode())
for wait, keys in job["steps"]:
    until(wait)
    os.write(fd, keys.encode())
while True:
    try:
        some = os.read(fd, 65536)
    except OSError:
        break
    if not some:
        break
    seen += some
json.dump({"status": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) if hasattr(os, "waitstatus_to_exitcode") else 0, "screen": seen.decode()}, sys.stdout)
`;

function onTerminal(files: readonly string[], steps: readonly [string, string][]) {
  const job = join(folder, 'job.json');
  writeFileSync(job, JSON.stringify({ command: [...PROGRAM, ...files], steps }));
  const r = run(['python3', '-c', TERMINAL, job], '');
  expect(r.stderr).toBe('');
  return JSON.parse(r.stdout) as { status: number; screen: string };
}

/** At a prompt, parts of a line: each with what the tab key makes of it where there is a second text; then the end of the line. */
function typed(
  prompt: string,
  ...parts: readonly (readonly [string] | readonly [string, string])[]
): [string, string][] {
  const steps: [string, string][] = [];
  let wait = prompt;
  for (const [keys, completed] of parts) {
    steps.push([wait, keys]);
    // a terminal that gives a tab among other keys is one into which a text was pasted
    if (completed !== undefined) steps.push([keys, '\t']);
    wait = completed ?? keys;
  }
  return [...steps, [wait, '\n']];
}

test('completes commands, sort keys and files on a terminal, and knows what was typed before', () => {
  const first = onTerminal(
    [],
    [
      ...typed('% ', ['rea', 'd'], [' wa', 'rm.prof']),
      ...typed('warm.prof% ', ['so', 'rt'], [' cumu', 'lative']),
      ...typed('warm.prof% ', ['stats 1']),
      ...typed('warm.prof% ', ['add wi', 'th blank.prof']),
      ...typed('warm.prof% ', ['stats 2']),
      ...typed('warm.prof% ', ['quit']),
    ],
  );
  expect(first.status).toBe(0);
  expect(first.screen).toContain('Ordered by: cumulative time\r\n   List reduced from 1453 to 1');
  expect(first.screen).toMatch(/warm\.prof\r\n.*with blank\.prof\r\n/);
  expect(first.screen).toMatch(/Goodbye\.\r\n$/);
  const history = join(folder, 'state/profkit/history');
  expect(readFileSync(history, 'utf8')).toBe(
    'read warm.prof\nsort cumulative\nstats 1\nadd with blank.prof\nstats 2\nquit\n',
  );
  expect(statSync(history).mode & 0o777).toBe(0o600);
  // up: quit, stats 2, add, stats 1, sort, read
  const again = onTerminal(
    [],
    [
      ['% ', '\x1b[A'.repeat(6)],
      ['read warm.prof', '\n'],
      ['warm.prof% ', '\x04'],
    ],
  );
  expect(again.status).toBe(0);
  expect(again.screen).toMatch(/\r\nGoodbye\.\r\n$/);
});

test('leaves without a word at Ctrl-C, and keeps the last 1000 lines', () => {
  const history = join(folder, 'state/profkit/history');
  mkdirSync(dirname(history), { recursive: true });
  writeFileSync(history, Array.from({ length: 1500 }, (_, i) => `stats ${i}\n`).join(''));
  const { status, screen } = onTerminal(['warm.prof'], [['warm.prof% ', 'x\x03']]);
  expect(status).toBe(0);
  expect(screen).not.toContain('Goodbye');
  const lines = readFileSync(history, 'utf8').split('\n');
  expect([lines.length, lines[0]]).toEqual([1001, 'stats 500']);
});
