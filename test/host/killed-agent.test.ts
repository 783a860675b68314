// The agent is killed before each single line of what changes a host, in turn; after each, a new one restores everything.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { AgentHost } from '../../src/host/agent-host.js';
import { agentProgram } from '../../src/host/agent-program.js';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { applyRequest } from './apply-request.js';

const BEFORE = 'def f():\n    return 1\n';
const LINE = '@eval("lambda f:f")  # profkit:abcdef';
const AFTER = `${LINE}\n${BEFORE}`;

/** Ends itself before the Nth line (from the command line) of the functions that change a host, as SIGKILL would. */
const BOOT = `
import os, sys, threading
left = [int(sys.argv[1])]
WATCHED = {'op_apply', 'new_folder', 'stage', 'write_atomic', 'write_journal', 'keep', 'unchanged', 'op_revert', 'restore', 'op_forget', 'op_remove', '__enter__', '__exit__', 'fsync_dir'}
def trace(frame, event, arg):
    if frame.f_code.co_filename != 'agent' or frame.f_code.co_name not in WATCHED:
        return trace
    if event == 'line':
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)
    return trace
threading.settrace(trace)
b = sys.stdin.buffer
exec(compile(b.read(int(b.readline())), 'agent', 'exec'))
`;

async function mortalHost(state: string, lines: number): Promise<Host> {
  const child = execa('python3', ['-I', '-c', BOOT, String(lines)], { buffer: false, reject: false });
  const pipe = { stdin: child.stdin, stdout: child.stdout, gone: child.then(() => 'it was killed') };
  return new AgentHost('mortal', pipe, await agentProgram(), state);
}

/** Puts a probe in, takes it out and forgets it, with an agent that dies before line N. True when it got to the end. */
async function attempt(folder: string, lines: number): Promise<boolean> {
  const path = join(folder, 'code', 'm.py');
  const host = await mortalHost(join(folder, 'state'), lines);
  try {
    await host.apply(applyRequest(path, LINE, 'def f'));
    expect(readFileSync(path, 'utf8')).toBe(AFTER);
    await host.revert('abcdef');
    await host.forget('abcdef');
    await host.close();
    return true;
  } catch (e) {
    expect(e).toMatchObject({ code: 'HOST_GONE' });
    return false;
  }
}

async function expectRestorable(folder: string, line: number): Promise<void> {
  const path = join(folder, 'code', 'm.py');
  expect([BEFORE, AFTER], `after line ${line} the source is whole`).toContain(readFileSync(path, 'utf8'));
  const host = await localHost({ state: join(folder, 'state'), sudo: false });
  for (const probe of await host.probes()) {
    await host.revert(probe.probe);
    await host.forget(probe.probe);
  }
  await host.sweep();
  await host.close();
  const seen = [readFileSync(path, 'utf8'), statSync(path).mtimeMs, statSync(path).mode & 0o777];
  expect(seen, `after line ${line}`).toEqual([BEFORE, 1_600_000_000_000, 0o640]);
  expect([readdirSync(join(folder, 'code')), readdirSync(folder)], `after line ${line}`).toEqual([['m.py'], ['code']]);
}

test('whatever line it dies at, the source is whole and all can be restored', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  try {
    let line = 1;
    for (let done = false; !done; line += 1) {
      mkdirSync(join(folder, 'code'), { recursive: true });
      writeFileSync(join(folder, 'code', 'm.py'), BEFORE, { mode: 0o640 });
      utimesSync(join(folder, 'code', 'm.py'), 1_600_000_000, 1_600_000_000);
      done = await attempt(folder, line);
      await expectRestorable(folder, line);
    }
    expect(line).toBeGreaterThan(100);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
