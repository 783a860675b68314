import { execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentHost, BOOT } from '../../src/host/agent-host.js';
import { agentProgram } from '../../src/host/agent-program.js';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { pythons } from '../pythons.js';
import { AFTER, applyRequest, BEFORE, LINE, request } from './apply-request.js';

let folder: string;
let host: Host;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  host = await localHost({ state: join(folder, 'state'), sudo: false });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

function source(): string {
  const path = join(folder, 'm.py');
  writeFileSync(path, BEFORE, { mode: 0o640 });
  utimesSync(path, 1_600_000_000, 1_600_000_000.5);
  return path;
}

test('runs a command with its input, environment, folder and status', async () => {
  const r = await host.run(['sh', '-c', 'cat; echo $X >&2; pwd; exit 7'], {
    stdin: 'naïve\0',
    env: { X: "a 'b' $c" },
    cwd: folder,
  });
  expect(r).toMatchObject({ code: 7, stdout: `naïve\0${folder}\n`, stderr: "a 'b' $c\n", timedOut: false });
});

test('hostile arguments arrive as they are', async () => {
  const words = ['a b', '$(id)', '`id`', '"', "'", '\\', '*', '', '-n', 'é\n'];
  const r = await host.run(['printf', '%s\\0', ...words]);
  expect(r.stdout.split('\0').slice(0, -1)).toEqual(words);
});

test('ends a command, and what it started, at its time-out and when it is cancelled', async () => {
  const timed = await host.run(['sh', '-c', 'sleep 60 & wait'], { timeout: 0.3 });
  expect(timed.timedOut).toBe(true);
  const controller = new AbortController();
  const running = host.run(['sh', '-c', 'sleep 61 & wait'], { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('stop')), 200);
  await expect(running).rejects.toThrow('stop');
  expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/sleep 6[01]/);
});

test('answers others while a command runs', async () => {
  const slow = host.run(['sleep', '1']);
  const began = Date.now();
  await host.stat(folder);
  expect(Date.now() - began).toBeLessThan(900);
  await slow;
});

test('a command that is not there and a user that is not there are told in words', async () => {
  await expect(host.run(['/no/such/command'])).rejects.toMatchObject({ code: 'HOST_ERROR' });
  await expect(host.run(['true'], { user: 'nobody-of-that-name' })).rejects.toMatchObject({ code: 'HOST_ERROR' });
});

test('puts a probe in and takes it out: bytes, mode and times as they were, nothing left', async () => {
  const path = source();
  const before = statSync(path);
  await host.apply(request(path));
  expect(readFileSync(path, 'utf8')).toBe(AFTER);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  const [probe] = await host.probes();
  expect(probe).toMatchObject({ probe: 'abcdef', state: 'applied', files: [{ path, now: 'in place' }], captures: [] });
  expect(statSync(join(probe!.directory, 'captures')).mode & 0o777).toBe(0o700);
  expect(await host.revert('abcdef')).toEqual({ [path]: 'restored' });
  await host.forget('abcdef');
  expect(readFileSync(path, 'utf8')).toBe(BEFORE);
  const after = statSync(path);
  expect([after.mode, after.mtimeMs, after.uid]).toEqual([before.mode, before.mtimeMs, before.uid]);
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('the .pyc of the probed source never runs after the revert, the one from before is back', async () => {
  const path = source();
  const run = () =>
    execFileSync('python3', ['-c', 'import m; print(m.A.m.__code__.co_firstlineno)'], {
      cwd: folder,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '' },
    });
  run();
  const cache = join(folder, '__pycache__');
  const name = execFileSync('ls', [cache]).toString().trim();
  const pyc = readFileSync(join(cache, name));
  await host.apply(request(path));
  run();
  expect(readFileSync(join(cache, name)).equals(pyc)).toBe(false);
  await host.revert('abcdef');
  expect(readFileSync(join(cache, name)).equals(pyc)).toBe(true);
  expect(run().toString().trim()).toBe('2');
});

test('a link in place of a .pyc stays, and what it leads to is not read', async () => {
  const path = source();
  mkdirSync(join(folder, '__pycache__'));
  const link = join(folder, '__pycache__/m.cpython-313.pyc');
  symlinkSync('/dev/zero', link);
  await host.apply(request(path));
  await host.revert('abcdef');
  expect(readlinkSync(link)).toBe('/dev/zero');
});

test.skipIf(process.getuid?.() !== 0)('a .pyc of a user goes into no folder of another (needs root)', async () => {
  const path = source();
  const [cache, precious] = [join(folder, '__pycache__'), join(folder, 'precious')];
  for (const at of [cache, precious]) mkdirSync(at);
  writeFileSync(join(cache, 'm.cpython-313.pyc'), 'theirs');
  for (const one of ['', 'm.cpython-313.pyc']) chownSync(join(cache, one), 65534, 65534);
  await host.apply(request(path));
  renameSync(cache, `${cache}-`);
  symlinkSync(precious, cache);
  await host.revert('abcdef');
  expect(readdirSync(precious)).toEqual([]);
});

test('what changed since the plan is not touched, and nothing is left', async () => {
  const path = source();
  const planned = request(path);
  writeFileSync(path, `${BEFORE}# mine\n`);
  await expect(host.apply(planned)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  expect(readFileSync(path, 'utf8')).toBe(`${BEFORE}# mine\n`);
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('changes made since are kept: only the line of the probe goes', async () => {
  const path = source();
  await host.apply(request(path));
  writeFileSync(path, `# new top\n${AFTER}# new end\n`);
  expect(await host.revert('abcdef')).toEqual({ [path]: "changed since; the probe's line was taken out" });
  expect(readFileSync(path, 'utf8')).toBe(`# new top\n${BEFORE}# new end\n`);
});

test('a line that somebody changed is refused with the line, and the probe stays revertable', async () => {
  const path = source();
  await host.apply(request(path));
  writeFileSync(path, AFTER.replace(LINE, `${LINE} and more`));
  await expect(host.revert('abcdef')).rejects.toMatchObject({
    code: 'REVERT_CONFLICT',
    message: expect.stringContaining('line 2'),
    detail: expect.stringMatching(
      /before the probe\n[\s\S]*with the probe\n[\s\S]*now\n[\s\S]*- {4}@eval.*abcdef\n\+ {4}@eval.*abcdef and more/,
    ),
  });
  writeFileSync(path, BEFORE);
  expect(await host.revert('abcdef')).toEqual({ [path]: 'was restored already' });
});

test('a checkout that moved away is told, the journal kept until it is given up', async () => {
  const path = source();
  await host.apply(request(path));
  renameSync(path, `${path}.away`);
  await expect(host.revert('abcdef')).rejects.toMatchObject({
    code: 'MISSING',
    message: expect.stringContaining(path),
  });
  await expect(host.forget('abcdef')).rejects.toThrow('still in place');
  renameSync(`${path}.away`, path);
  expect(await host.revert('abcdef')).toEqual({ [path]: 'restored' });
  rmSync(path);
  expect(await host.revert('abcdef')).toEqual({ [path]: 'gone' }); // it was restored: that it went since is nobody's business
  await host.forget('abcdef');
  writeFileSync(path, BEFORE);
  await host.apply(request(path));
  rmSync(path);
  expect(await host.revert('abcdef', { missing: true })).toEqual({ [path]: 'gone' });
  await host.forget('abcdef');
  expect(await host.probes()).toEqual([]);
});

test('a hard link is refused, for a new file in its place would cut it off', async () => {
  const path = source();
  execFileSync('ln', [path, join(folder, 'other')]);
  await expect(host.apply(request(path))).rejects.toMatchObject({ code: 'NOT_WRITABLE' });
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('eight at once on one journal: each probe is whole, the lock holds', async () => {
  const hosts = await Promise.all(
    Array.from({ length: 8 }, () => localHost({ state: join(folder, 'state'), sudo: false })),
  );
  await Promise.all(
    hosts.map(async (h, n) => {
      const path = join(folder, `f${n}.py`);
      writeFileSync(path, BEFORE);
      const id = `abcde${'fghjkmnp'[n]}`;
      await h.apply(applyRequest(path, LINE.replace('abcdef', id), '    def m'));
      await h.revert(id);
      await h.forget(id);
      expect(readFileSync(path, 'utf8')).toBe(BEFORE);
    }),
  );
  await Promise.all(hosts.map((h) => h.close()));
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('two probes in one file come out in any order', async () => {
  const path = source();
  await host.apply(request(path));
  await host.apply(applyRequest(path, LINE.replace('abcdef', 'ghjkmn'), '    def m'));
  await host.revert('abcdef');
  await host.revert('ghjkmn');
  expect(readFileSync(path, 'utf8')).toBe(BEFORE);
});

test('when profkit is killed in the middle, the agent ends and the commands that it ran end too', async () => {
  const script = `
    import { localHost } from ${JSON.stringify(join(import.meta.dirname, '../../dist/host/local-host.js'))};
    const host = await localHost({ state: ${JSON.stringify(join(folder, 'state'))}, sudo: false });
    console.log('up');
    await host.run(['sleep', '62.5']);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await delay(300);
    expect(execFileSync('ps', ['-eo', 'args']).toString()).toMatch(/sleep 62\.5/);
  } finally {
    child.kill('SIGKILL');
  }
  await expect.poll(() => execFileSync('ps', ['-eo', 'args']).toString(), { timeout: 5000 }).not.toMatch(/sleep 62\.5/);
});

test('whatever the umask, the service can read its runtime, and only it its captures', async () => {
  const before = process.umask(0o077);
  try {
    const strict = await localHost({ state: join(folder, 'strict'), sudo: false });
    await strict.apply(request(source()));
    await strict.close();
  } finally {
    process.umask(before);
  }
  const mode = (name: string) => statSync(join(folder, 'strict', name)).mode & 0o777;
  expect(['.', 'probes', 'probes/abcdef', 'probes/abcdef/probe.py'].map(mode)).toEqual([0o755, 0o755, 0o755, 0o644]);
  expect(mode('probes/abcdef/captures')).toBe(0o700);
});

const root = process.getuid?.() === 0;
test.skipIf(!root && !process.env.CI)(
  `without root nobody else can be acted as${root ? '' : ' (needs root to become another)'}`,
  async () => {
    const { execa } = await import('execa');
    const child = execa('python3', ['-I', '-c', BOOT], {
      buffer: false,
      reject: false,
      uid: 65534,
      gid: 65534,
      cwd: '/',
    });
    const pipe = { stdin: child.stdin, stdout: child.stdout, gone: child.then(() => 'ended') };
    const nobody = new AgentHost('there', pipe, agentProgram(), '/tmp/of-nobody');
    await expect(nobody.run(['id'], { user: 'root' })).rejects.toMatchObject({ code: 'NEEDS_ROOT' });
    expect((await host.run(['id', '-un'], { user: 'nobody' })).stdout).toBe('nobody\n');
    await nobody.close();
  },
);

test('an id that is none cannot leave the journal', async () => {
  for (const id of ['../etc', 'a/b', '', 'UPPER'])
    await expect(host.revert(id)).rejects.toMatchObject({ code: 'NO_PROBE' });
});

test('a symbolic link tells what it leads to', async () => {
  const path = source();
  symlinkSync(path, join(folder, 'link.py'));
  expect((await host.read(join(folder, 'link.py'))).real).toBe(path);
});

test.each(pythons())(
  'tells which process has loaded a module, not which has its name in a text: $name',
  async ({ path }) => {
    const file = join(folder, 'loaded_module.py');
    writeFileSync(file, 'def f(): pass\n');
    const run = (code: string) =>
      spawn(path, ['-c', `${code}\nprint("up", flush=True)\nimport time; time.sleep(60)`], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const loads = run('import sys; sys.path.insert(0, ""); import loaded_module');
    const tells = run(`import os; text = 'File "' + os.getcwd() + '/loaded_' + 'module.py", line 3' * 2`);
    await Promise.all([loads, tells].map((p) => new Promise((resolve) => p.stdout!.once('data', resolve))));
    try {
      expect(await host.loaded([loads.pid!, tells.pid!], file)).toEqual([loads.pid]);
    } finally {
      loads.kill();
      tells.kill();
    }
  },
);
