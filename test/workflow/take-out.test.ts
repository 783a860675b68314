import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { captureEndings } from '../../src/profile/capture-files.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { oneProbe, waitForCapture } from '../../src/workflow/captures.js';
import { collect, prepareFolder } from '../../src/workflow/collect.js';
import type { Context } from '../../src/workflow/context.js';
import { status } from '../../src/workflow/status.js';
import { takeOut } from '../../src/workflow/take-out.js';
import { RecordedProgress } from '../fakes/recorded-progress.js';
import { applyRequest } from '../host/apply-request.js';
import { ownSidecar, sidecar } from '../profile/example-sidecar.js';

const SOURCE = 'def f(): pass\n';
const LINE = '@eval("lambda f:f")  # profkit:abcdef';

let folder: string;
let host: Host;
let context: Context;
let progress: RecordedProgress;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  host = await localHost({ state: join(folder, 'state'), sudo: false });
  progress = new RecordedProgress();
  const interruption = {
    signal: new AbortController().signal,
    during: <T>(_: string, work: () => Promise<T>) => work(),
  };
  context = { host, progress, interruption, services: {}, captures: join(folder, 'here') };
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const path = () => join(folder, 'm.py');

/** A probe, put in for real, with these captures. */
async function probe(services: string[] = [], ...captures: string[]) {
  writeFileSync(path(), SOURCE);
  await host.apply(
    applyRequest(path(), LINE, SOURCE, {
      targets: [{ target: 'm:f', runtime: 'probe.py', ids: 'ids' }],
      services,
      restarts: services,
    }),
  );
  for (const name of captures) capture(name);
  return oneProbe(host, 'abcdef');
}

/** A capture as a probe leaves it: by default a .prof and its sidecar, which is written last. */
function capture(name: string, changes: Partial<Sidecar> = {}): void {
  const written = sidecar({ probe: 'abcdef', profile: `${name}-1-1.prof`, ids: [name], ...changes });
  const at = join(folder, `state/probes/abcdef/captures/${name}-1-1`);
  for (const ending of captureEndings(written)) writeFileSync(at + ending, `profile ${name}`);
  writeFileSync(`${at}.json`, JSON.stringify(written));
}

const STACKS: Partial<Sidecar> = {
  engine: 'sample',
  scope: 'tree',
  profile: null,
  stacks: { speedscope: 'whatever', folded: 'it says' },
  measured: { ...ownSidecar().measured!, samples: 9, missed: 0 },
};
const UNPROFILED: Partial<Sidecar> = {
  engine: 'profkit',
  scope: 'tree',
  profile: null,
  errors: ['another profiler is on: the call was not profiled'],
};

test('collect brings whole captures, for me alone, once; a profile without its sidecar is not whole', async () => {
  const it = await probe([], 'a', 'b');
  writeFileSync(join(it.directory, 'captures/half-1-1.prof'), 'x');
  const first = await collect(context, it, { clean: false });
  expect(first.files.map((f) => readFileSync(f, 'utf8'))).toEqual(['profile a', 'profile b']);
  expect(statSync(first.files[0]!).mode & 0o777).toBe(0o600);
  expect(statSync(first.folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(first.folder)).toHaveLength(4);
  expect(await collect(context, it, { clean: true })).toMatchObject({ files: [], here: first.files, cleaned: 2 });
  expect(readdirSync(join(it.directory, 'captures'))).toEqual(['half-1-1.prof']);
});

test('a capture is one, of however many files, with a profile or without', async () => {
  const it = await probe([]);
  capture('own', { engine: 'profkit', active: 'x', waits: 'y' });
  capture('stacks', STACKS);
  capture('none', UNPROFILED);
  expect((await status(context))[0]!.captures).toBe(3);
  const first = await collect(context, it, { clean: false });
  const names = ['none-1-1.json', 'own-1-1.prof', 'stacks-1-1.json'];
  expect(first).toMatchObject({ files: names.map((name) => join(first.folder, name)), here: [], broken: [] });
  expect(readdirSync(first.folder)).toEqual(readdirSync(join(it.directory, 'captures')));
  expect(readdirSync(first.folder)).toHaveLength(8);
  rmSync(join(first.folder, 'own-1-1.waits.folded')); // what is missing here is brought again, in its place
  expect((await collect(context, it, { clean: false })).files).toEqual([join(first.folder, 'own-1-1.prof')]);
  expect(await collect(context, it, { clean: true })).toMatchObject({ files: [], here: first.files, cleaned: 3 });
  expect(readdirSync(first.folder)).toHaveLength(8);
  expect(readdirSync(join(it.directory, 'captures'))).toEqual([]);
});

test('of a capture that lacks a file, or whose sidecar cannot be read, nothing is brought and nothing removed', async () => {
  const it = await probe([], 'lacks', 'spoilt');
  const at = join(it.directory, 'captures');
  capture('lacks', { active: 'x' });
  rmSync(join(at, 'lacks-1-1.active.prof'));
  writeFileSync(join(at, 'spoilt-1-1.json'), '{"format": 1}');
  const collected = await collect(context, it, { clean: true });
  const broken = [expect.stringContaining('No such file'), expect.stringContaining('"engine" is missing')];
  expect(collected).toMatchObject({ files: [], cleaned: 0, broken });
  expect(readdirSync(at)).toHaveLength(4);
  await expect(waitForCapture(context, it, [], 'x', 5)).rejects.toMatchObject({ code: 'BAD_SIDECAR' });
});

test('a folder that cannot take captures is told before anything is done, one that can is only tried', async () => {
  await prepareFolder(join(folder, 'here/deeper'));
  expect(readdirSync(folder)).not.toContain('here');
  writeFileSync(join(folder, 'file'), '');
  await expect(prepareFolder(join(folder, 'file/x'))).rejects.toMatchObject({ code: 'FOLDER' });
});

test('what arrives broken is refused, and nothing is removed from the host', async () => {
  const it = await probe([], 'a');
  const read = host.read.bind(host);
  host.read = async (p) => ({ ...(await read(p)), ...(p.endsWith('.prof') ? { data: Buffer.from('profile A') } : {}) });
  const collected = await collect(context, it, { clean: true });
  expect(collected).toMatchObject({ files: [], cleaned: 0, broken: [expect.stringContaining('did not arrive whole')] });
  expect(readdirSync(join(it.directory, 'captures'))).toHaveLength(2);
  expect(existsSync(join(folder, 'here'))).toBe(false);
});

test('the capture that carries the id is waited for, not just any', async () => {
  const it = await probe([], 'before', 'other');
  setTimeout(() => capture('wanted'), 500);
  expect((await waitForCapture(context, it, ['before-1-1.json'], 'wanted', 5)).sidecar.ids).toEqual(['wanted']);
  await expect(waitForCapture(context, it, [], 'never', 0.5)).rejects.toMatchObject({ code: 'NO_CAPTURE' });
});

test('taking a probe out brings what was not collected, unless told not to', async () => {
  const out = await takeOut(context, await probe([], 'a'), {
    discard: false,
    restart: 'journal',
    timeout: 5,
    kill: false,
  });
  expect(out).toMatchObject({ files: { [path()]: 'restored' }, restarted: [], carrying: [] });
  expect(out.collected!.files.map((f) => readFileSync(f, 'utf8'))).toEqual(['profile a']);
  expect(existsSync(join(folder, 'state'))).toBe(false);
  const late = await probe([]);
  capture('late'); // it ended after the probe was looked at
  const how = { discard: false, restart: 'journal', timeout: 5, kill: false } as const;
  expect((await takeOut(context, late, how)).collected!.files).toHaveLength(1);
  rmSync(join(folder, 'here'), { recursive: true });
  await takeOut(context, await probe([], 'a'), { discard: true, restart: 'journal', timeout: 5, kill: false });
  expect(existsSync(join(folder, 'here'))).toBe(false);
});

test('a service that is gone, or unknown here, does not keep the probe from coming out', async () => {
  const out = await takeOut(context, await probe(['gone']), {
    discard: false,
    restart: 'journal',
    timeout: 5,
    kill: false,
  });
  expect(out.restarted).toEqual([]);
  expect(progress.warnings.join()).toMatch(/gone.*was not restarted/);
  expect(readFileSync(path(), 'utf8')).toBe(SOURCE);
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('captures that cannot be brought stay on the host, and the rest is undone', async () => {
  writeFileSync(join(folder, 'here'), 'a file where a folder should be');
  const it = await probe([], 'a');
  const how = { discard: false, restart: 'journal', timeout: 5, kill: false } as const;
  await expect(takeOut(context, it, how)).rejects.toMatchObject({ code: 'UNCOLLECTED' });
  expect(readFileSync(path(), 'utf8')).toBe(SOURCE);
  rmSync(join(folder, 'here'));
  const again = await takeOut(context, await oneProbe(host, 'abcdef'), how); // once more, as the message says
  expect(again.collected!.files).toHaveLength(1);
});

test('two captures of one name are both kept', async () => {
  const it = await probe([], 'a');
  await collect(context, it, { clean: true });
  capture('a');
  writeFileSync(join(it.directory, 'captures/a-1-1.prof'), 'another');
  const { files, folder: at } = await collect(context, it, { clean: true });
  expect(files).toEqual([join(at, 'a-1-1-2.prof')]);
  expect(readFileSync(join(at, 'a-1-1.prof'), 'utf8')).toBe('profile a');
  expect(readFileSync(files[0]!, 'utf8')).toBe('another');
});

test('what the user of the service wrote cannot lead elsewhere', async () => {
  const it = await probe([], 'a');
  const at = join(it.directory, 'captures');
  writeFileSync(join(folder, 'precious.prof'), 'mine');
  writeFileSync(join(at, 'link-1-1.json'), readFileSync(join(at, 'a-1-1.json')));
  symlinkSync(join(folder, 'precious.prof'), join(at, 'link-1-1.prof'));
  writeFileSync(
    join(at, 'a-1-1.json'),
    readFileSync(join(at, 'a-1-1.json'), 'utf8').replace('"a-1-1.prof"', '"../../../../precious.prof"'),
  );
  const collected = await collect(context, it, { clean: true });
  expect(collected).toMatchObject({ cleaned: 1, broken: [expect.stringMatching(/link-1-1/)] });
  expect(readFileSync(join(folder, 'precious.prof'), 'utf8')).toBe('mine');
});

test('compute-db beside a probe captures nothing: it is not meant where none is named, and never spent', async () => {
  await probe();
  const file = join(folder, 'compute.py');
  writeFileSync(file, SOURCE);
  const line = LINE.replace('abcdef', 'ghijkl');
  await host.apply(applyRequest(file, line, SOURCE, { kind: 'compute-db', targets: [], max: 0 }));
  expect((await oneProbe(host)).probe).toBe('abcdef');
  expect((await status(context)).map((p) => [p.kind, p.spent])).toEqual([
    ['probe', false],
    ['compute-db', false],
  ]);
});

test('half a folder of a probe, or a strange one, blocks neither status nor revert', async () => {
  const it = await probe();
  rmSync(join(it.directory, 'captures'), { recursive: true });
  mkdirSync(join(folder, 'state/probes/strange'));
  expect((await host.probes()).map((p) => p.captures)).toEqual([[]]);
  await takeOut(context, it, { discard: false, restart: 'journal', timeout: 5, kill: false });
  expect(readFileSync(path(), 'utf8')).toBe(SOURCE);
});

const root = process.getuid?.() === 0;
test.skipIf(!root && !process.env.CI)(
  `a full disk: nothing is changed, nothing is left${root ? '' : ' (needs root to mount one)'}`,
  async () => {
    const small = join(folder, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
    try {
      const full = await localHost({ state: join(small, 'state'), sudo: false });
      writeFileSync(join(small, 'filler'), Buffer.alloc(60 * 1024));
      writeFileSync(path(), SOURCE);
      const request = { ...applyRequest(path(), LINE, SOURCE), files: [{ name: 'probe.py', data: '#'.repeat(9000) }] };
      await expect(full.apply(request)).rejects.toMatchObject({
        code: 'HOST_ERROR',
        message: expect.stringContaining('No space left'),
      });
      expect(readFileSync(path(), 'utf8')).toBe(SOURCE);
      expect(readdirSync(small)).toEqual(['filler']);
      await full.close();
    } finally {
      execFileSync('umount', [small]);
    }
  },
);
