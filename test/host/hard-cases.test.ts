// What a real host holds ready for an edit: links, immutable and read-only files, full disks, mounts, broken journals.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApplyRequest, FileChange, Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
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

function source(at = folder): string {
  const path = join(at, 'm.py');
  writeFileSync(path, BEFORE, { mode: 0o640 });
  return path;
}
const text = (path: string) => readFileSync(path, 'utf8');
const made = (name: string, content: string, more: Partial<FileChange> = {}): FileChange => {
  return { path: join(folder, name), before: null, after: Buffer.from(content), lines: [], ...more };
};
const withChanges = (...changes: FileChange[]): ApplyRequest => {
  const first = request(source());
  return { ...first, changes: [...first.changes, ...changes] };
};

const root = process.getuid?.() === 0;
const rootTest = test.skipIf(!root && !process.env.CI);
const why = root ? '' : ' (needs root)';

test('a source that is a symbolic link stays one, before and after', async () => {
  const path = source();
  symlinkSync('m.py', join(folder, 'link.py'));
  const it = request(path);
  it.changes[0]!.path = join(folder, 'link.py');
  await host.apply(it);
  expect([readlinkSync(join(folder, 'link.py')), text(path)]).toEqual(['m.py', AFTER]);
  expect(await host.revert('abcdef')).toEqual({ [path]: 'restored' });
  expect(readlinkSync(join(folder, 'link.py'))).toBe('m.py');
});

test('a checkout that moved, and left a link where it was, is restored where it is now', async () => {
  mkdirSync(join(folder, 'nova'));
  source(join(folder, 'nova'));
  await host.apply(request(join(folder, 'nova/m.py')));
  renameSync(join(folder, 'nova'), join(folder, 'elsewhere'));
  symlinkSync('elsewhere', join(folder, 'nova'));
  await host.revert('abcdef');
  expect(text(join(folder, 'elsewhere/m.py'))).toBe(BEFORE);
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['m.py']);
});

test('a read-only file is no hindrance, and is read-only again', async () => {
  const path = source();
  chmodSync(path, 0o444);
  await host.apply(request(path));
  expect([text(path), statSync(path).mode & 0o777]).toEqual([AFTER, 0o444]);
  await host.revert('abcdef');
  expect([text(path), statSync(path).mode & 0o777]).toEqual([BEFORE, 0o444]);
});

rootTest(`an immutable file is refused; one that became so is told, the rest restored${why}`, async () => {
  const path = source();
  const other = { ...request(path).changes[0]!, path: join(folder, 'other.py') };
  writeFileSync(other.path, BEFORE);
  try {
    execFileSync('chattr', ['+i', path]);
  } catch (e) {
    // a file system that knows no such thing; ext4 and XFS, which CI has, do
    expect(String((e as { stderr: Buffer }).stderr)).toMatch(/not supported|Inappropriate ioctl|not permitted/);
    return;
  }
  try {
    await expect(host.apply(request(path))).rejects.toMatchObject({
      code: 'NOT_WRITABLE',
      message: expect.stringContaining('immutable'),
    });
    expect([text(path), readdirSync(folder).sort()]).toEqual([BEFORE, ['m.py', 'other.py']]);
    execFileSync('chattr', ['-i', path]);
    const both = request(path);
    await host.apply({ ...both, changes: [...both.changes, other] });
    execFileSync('chattr', ['+i', path]);
    await expect(host.revert('abcdef')).rejects.toMatchObject({
      code: 'NOT_RESTORED',
      message: expect.stringMatching(/m\.py.*immutable/),
    });
    expect([text(other.path), existsSync(join(folder, 'state/probes/abcdef/probe.py'))]).toEqual([BEFORE, false]);
  } finally {
    execFileSync('chattr', ['-i', path]);
  }
  expect(await host.revert('abcdef')).toMatchObject({ [path]: 'restored', [other.path]: 'was restored already' });
});

/** A file system of its own at folder/small, for as long as `work` takes. */
async function mounted(size: string, work: (at: string, options: (o: string) => void) => Promise<void>): Promise<void> {
  const at = join(folder, 'small');
  mkdirSync(at);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at]);
  try {
    await work(at, (o) => execFileSync('mount', ['-o', `remount,${o}`, at]));
  } finally {
    execFileSync('umount', [at]);
  }
}

rootTest(`a read-only file system is refused; one that became so is told, and waits${why}`, () =>
  mounted('1m', async (at, remount) => {
    const path = source(at);
    remount('ro');
    await expect(host.apply(request(path))).rejects.toMatchObject({ code: 'NOT_WRITABLE' });
    expect(existsSync(join(folder, 'state'))).toBe(false);
    remount('rw');
    await host.apply(request(path));
    remount('ro');
    await expect(host.revert('abcdef')).rejects.toMatchObject({
      code: 'NOT_RESTORED',
      message: expect.stringContaining('Read-only'),
    });
    remount('rw');
    expect(await host.revert('abcdef')).toEqual({ [path]: 'restored' });
    expect(readdirSync(at)).toEqual(['m.py']);
  }),
);

rootTest(`a full disk under the source: nothing changes; filled up later: it waits, and loses nothing${why}`, () =>
  mounted('16k', async (at) => {
    const path = source(at);
    const filler = () => {
      try {
        writeFileSync(join(at, 'filler'), Buffer.alloc(64 * 1024));
      } catch {} // until it is full
    };
    filler();
    await expect(host.apply(request(path))).rejects.toMatchObject({ code: 'NOT_WRITABLE' });
    expect([text(path), readdirSync(at).sort()]).toEqual([BEFORE, ['filler', 'm.py']]);
    rmSync(join(at, 'filler'));
    await host.apply(request(path));
    filler();
    await expect(host.revert('abcdef')).rejects.toMatchObject({ code: 'NOT_RESTORED' });
    expect(text(path)).toBe(AFTER);
    rmSync(join(at, 'filler'));
    await host.revert('abcdef');
    expect([text(path), readdirSync(at)]).toEqual([BEFORE, ['m.py']]);
  }),
);

test('a restack: the file is a new one without the line, and is left as it is', async () => {
  const path = source();
  await host.apply(request(path));
  rmSync(path);
  writeFileSync(path, `# release 35\n${BEFORE}`);
  expect((await host.probes())[0]!.files[0]!.now).toBe('line gone');
  expect(await host.revert('abcdef')).toEqual({ [path]: 'changed since, and the line is gone' });
  expect(text(path)).toBe(`# release 35\n${BEFORE}`);
});

test('files and folders that were made go again; what others put there stays', async () => {
  const lines = ['[Service]', 'Environment=A=1'];
  const dropIn = () => made('x.d/10-profkit.conf', '[Service]\nEnvironment=A=1\n', { lines, mode: 0o600 });
  const put = async () => {
    const it = withChanges(dropIn());
    it.journal.folders = [join(folder, 'x.d')];
    await host.apply(it);
  };
  await put();
  expect(statSync(join(folder, 'x.d/10-profkit.conf')).mode & 0o777).toBe(0o600);
  expect(await host.revert('abcdef')).toMatchObject({ [dropIn().path]: 'removed' });
  expect(existsSync(join(folder, 'x.d'))).toBe(false);
  await host.forget('abcdef');
  await put();
  writeFileSync(dropIn().path, '[Service]\nEnvironment=A=1\nLimitNOFILE=9\n');
  expect((await host.revert('abcdef'))[dropIn().path]).toMatch(/taken out/);
  expect(text(dropIn().path)).toBe('[Service]\nLimitNOFILE=9\n');
  await expect(host.apply(withChanges(dropIn()))).rejects.toThrow('exists'); // the probe is still known
  await host.forget('abcdef');
  await expect(host.apply(withChanges(dropIn()))).rejects.toMatchObject({ code: 'SOURCE_CHANGED' }); // a file stands there
  expect(text(join(folder, 'm.py'))).toBe(BEFORE);
});

test('lines of theirs that ours stood for come back, also where the file changed, and not twice', async () => {
  const path = join(folder, 'cmd.py');
  const mark = '#profkit:abcdef block()';
  const before = 'def main():\nblock()\nserve()\n';
  writeFileSync(path, before);
  const change = { ...made('cmd.py', before.replace('block()', mark)), lines: [mark], replaced: { [mark]: 'block()' } };
  const it = async () => ({ ...request(source()), changes: [{ ...change, before: (await host.read(path)).sha256 }] });
  for (const [now, then] of [
    [`# new\n${before.replace('block()', mark)}`, `# new\n${before}`],
    [`${before.replace('block()', `block()\n${mark}`)}# end`, `${before}# end`], // put back by hand
  ]) {
    writeFileSync(path, before);
    await host.apply(await it());
    writeFileSync(path, now!);
    await host.revert('abcdef');
    await host.forget('abcdef');
    expect(text(path)).toBe(then);
  }
});

test('a line of ours that stands there twice is refused, with the three versions', async () => {
  const path = source();
  await host.apply(request(path));
  writeFileSync(path, `${AFTER}${LINE}\n`);
  await expect(host.revert('abcdef')).rejects.toMatchObject({
    code: 'REVERT_CONFLICT',
    message: expect.stringContaining('line 2, 5'),
    detail: expect.stringMatching(/before the probe[\s\S]*with the probe[\s\S]*now/),
  });
  expect(text(path)).toBe(`${AFTER}${LINE}\n`);
});

test('a secret is in no message, no diff, no answer, and for nobody else to read', async () => {
  const secret = 'connection = mysql://nova:s3cret@db/nova';
  const conf = made('nova.conf', `[api]\nx = 1\n[database]\n${secret}\n`, {
    lines: ['[database]', secret],
    secret: true,
  });
  writeFileSync(conf.path, '[api]\nx = 1\n');
  conf.before = (await host.read(conf.path)).sha256;
  await host.apply(withChanges(conf));
  expect(JSON.stringify(await host.probes())).not.toContain('s3cret');
  writeFileSync(conf.path, `[database]\n${secret}0\n`);
  const error = await host.revert('abcdef').catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'REVERT_CONFLICT' });
  expect(JSON.stringify([error, (error as Error).message])).not.toContain('s3cret');
  const home = join(folder, 'state/probes/abcdef');
  for (const name of readdirSync(home)) {
    const open = (statSync(join(home, name)).mode & 0o077) !== 0 && statSync(join(home, name)).isFile();
    if (open) expect(text(join(home, name)), name).not.toContain('s3cret');
  }
});

test('a journal that cannot be read is named; it hurts no other probe, and no folder is taken for one', async () => {
  const good = source();
  await host.apply(request(good));
  const broken = {
    empty: '',
    cutoff: '{"format": 2, "pro',
    array: '[]',
    newer: '{"format": 3, "probe": "newer"}',
    deep: '['.repeat(9999),
  };
  for (const [id, content] of Object.entries(broken)) {
    mkdirSync(join(folder, 'state/probes', id));
    writeFileSync(join(folder, 'state/probes', id, 'journal.json'), content);
  }
  const climbing = {
    ...JSON.parse(text(join(folder, 'state/probes/abcdef/journal.json'))),
    probe: 'climb',
    programs: ['../../../m.py'],
  };
  mkdirSync(join(folder, 'state/probes/climb'));
  writeFileSync(join(folder, 'state/probes/climb/journal.json'), JSON.stringify(climbing));
  mkdirSync(join(folder, 'state/probes/Some Folder'));
  expect((await host.probes()).map((p) => p.probe)).toEqual(['abcdef']);
  const named = (await host.unreadable()).map((u) => u.probe);
  expect(named.sort()).toEqual([...Object.keys(broken), 'climb', 'Some Folder'].sort());
  await expect(host.revert('cutoff')).rejects.toMatchObject({ code: 'JOURNAL_UNREADABLE' });
  await expect(host.revert('climb')).rejects.toMatchObject({ code: 'JOURNAL_UNREADABLE' });
  expect(await host.revert('abcdef')).toEqual({ [good]: 'restored' });
  await host.forget('abcdef');
  expect(text(good)).toBe(BEFORE);
});

test.each(['revert', 'patch', 'failure'])(
  'what somebody wrote in the moment of a kill is told by %s: it is kept',
  async (by) => {
    const path = source();
    const short = createHash('sha256').update('m.py').digest('hex').slice(0, 8);
    const aside = join(folder, `.profkit-bbbbbb-${short}-${'0'.repeat(16)}-${'1'.repeat(16)}`);
    const told = { [`${path}.profkit-kept`]: 'is what somebody else wrote meanwhile, and is kept' };
    if (by !== 'patch') await host.apply(request(path));
    writeFileSync(aside, 'theirs');
    if (by === 'revert') expect(await host.revert('abcdef')).toEqual({ [path]: 'restored', ...told });
    else if (by === 'patch') expect((await host.apply(request(path))).kept).toEqual(told);
    else {
      writeFileSync(path, AFTER.replace('lambda f:f', 'lambda f: f'));
      await expect(host.revert('abcdef')).rejects.toMatchObject({
        code: 'REVERT_CONFLICT',
        detail: expect.stringContaining(Object.entries(told)[0]!.join(' ')),
      });
    }
    expect([existsSync(aside), text(`${path}.profkit-kept`)]).toEqual([false, 'theirs']);
  },
);

test('a service that another run restarts is refused under the lock too, whatever the plan saw', async () => {
  const path = source();
  await host.apply(applyRequest(path, LINE, '    def m', { restarts: ['x.service', 'y.service'] }));
  const other = LINE.replace('abcdef', 'bbbbbb');
  const it = (restarts: string[]) => applyRequest(path, other, '    def m', { restarts });
  await expect(host.apply(it(['y.service']))).rejects.toMatchObject({
    code: 'SERVICE_BUSY',
    message: 'Another run, with the probe abcdef, restarts y.service.',
  });
  expect((await host.probes()).map((p) => p.probe)).toEqual(['abcdef']);
  await host.apply(it(['z.service']));
});

test('who holds the lock is named', async () => {
  const holder = execFileSync('sh', ['-c', 'echo $$']).toString(); // any number that is no child of ours
  mkdirSync(join(folder, 'state/probes'), { recursive: true });
  writeFileSync(join(folder, 'state/lock'), JSON.stringify({ by: 'carol', pid: Number(holder), since: 1_790_000_000 }));
  const { spawn } = await import('node:child_process');
  const other = spawn('flock', [join(folder, 'state/lock'), 'sh', '-c', 'echo held; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => other.stdout.once('data', resolve));
  try {
    await expect(host.apply(request(source()))).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringMatching(new RegExp(`carol's, process ${holder.trim()}, since \\d\\d:`)),
    });
  } finally {
    execFileSync('pkill', ['-P', String(other.pid)]);
    other.kill();
  }
});
