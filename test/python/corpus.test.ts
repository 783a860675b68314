import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { aliasesOf } from '../../src/openstack/aliases.js';
import { PRESETS } from '../../src/openstack/presets.js';
import { parseExpression } from '../../src/probe/expression.js';
import { locate } from '../../src/python/locate.js';
import { pythons } from '../pythons.js';
import { asker } from './ask.js';
import { hostileSources } from './corpus/hostile.js';
import { type EditedFile, judgeEdits, type Verdict } from './corpus/judged.js';

/** Every function of Nova, neutron, keystone, placement, sqlalchemy and eventlet, three Debian releases of them. */
const script = join(import.meta.dirname, 'debian-corpus');
const unavailable = existsSync('/bin/bash')
  ? spawnSync(script, ['check'], { encoding: 'utf8' }).stdout.trim()
  : 'no bash';
const VERSIONS: Record<string, RegExp> = {
  bookworm: /^Python 3\.11\./,
  trixie: /^Python 3\.13\./,
  sid: /^Python 3\.14\./,
};
/** Debian's own comes before pyenv's. */
const pythonOf = (suite: string) => pythons().find((p) => VERSIONS[suite]!.test(p.name))?.path;

const MINUTES = 60_000;
const FILES_A_PROBE = 150;
const MODES = [0o644, 0o600, 0o755, 0o640, 0o444, 0o664, 0o2755, 0o4711];
const OWNERS = [0, 1, 33, 65534];

function corpus(): [suite: string, folder: string][] {
  const list = execFileSync(script, ['make'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return list
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [string, string]);
}

let scratch: string;
beforeAll(() => {
  // in memory: what is written and synced here would keep a disk busy for minutes
  scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'profkit-corpus-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Puts the edits into copies through the real agent, changes some of these, takes the lines out: what is not as it was. */
async function takeOutOf(host: Host, folder: string, files: readonly EditedFile[]): Promise<string[]> {
  const wrong: string[] = [];
  const owner = userInfo().username;
  const root = process.getuid?.() === 0;
  mkdirSync(folder, { recursive: true });
  const copies = files.map((f, n) => {
    const path = join(folder, `${n}.py`);
    const [uid, gid] = root ? [OWNERS[n % 4]!, OWNERS[(n >> 2) % 4]!] : [process.getuid!(), process.getgid!()];
    writeFileSync(path, f.before);
    chownSync(path, uid, gid);
    chmodSync(path, MODES[n % MODES.length]! | (root ? 0 : 0o200));
    const { mode, mtimeMs } = statSync(path);
    return { ...f, path, mode, uid, gid, mtimeMs, foreign: n % 5 === 0 };
  });
  const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
  await host.apply({
    journal: {
      ...{ format: 2, probe: 'corpus', kind: 'probe', mode: 'source', targets: [], when: null, by: owner },
      ...{ engine: 'profkit', scope: 'tree', clock: 'wall', max: 1, until: 9e9, owner, services: [] },
    },
    changes: copies.map((c) => ({ path: c.path, before: sha256(c.before), after: c.after, lines: c.lines })),
    files: [{ name: 'probe.py', data: '# runtime\n' }],
    owner,
  });
  for (const c of copies) {
    if (!readFileSync(c.path).equals(c.after)) wrong.push(`${c.file}: the edit is not what was asked for`);
    if (c.foreign) writeFileSync(c.path, foreign(c.after));
  }
  await host.revert('corpus');
  await host.forget('corpus');
  for (const c of copies) {
    const s = statSync(c.path);
    if (!readFileSync(c.path).equals(c.foreign ? foreign(c.before) : c.before)) wrong.push(`${c.file}: other bytes`);
    if (s.mode !== c.mode) wrong.push(`${c.file}: mode ${s.mode.toString(8)}, not ${c.mode.toString(8)}`);
    if (s.uid !== c.uid || s.gid !== c.gid) wrong.push(`${c.file}: owner ${s.uid}:${s.gid}, not ${c.uid}:${c.gid}`);
    if (!c.foreign && Math.abs(s.mtimeMs - c.mtimeMs) > 1) wrong.push(`${c.file}: another time`);
  }
  rmSync(folder, { recursive: true });
  return wrong;
}

/** What somebody else did to the file meanwhile. */
const foreign = (data: Buffer) => Buffer.concat([data, Buffer.from('\n# somebody else was here\n')]);

/** Edits all functions of those sources, and takes all out again. */
async function through(name: string, python: string, paths: readonly string[]): Promise<Verdict & { seconds: number }> {
  const began = Date.now();
  const folder = join(scratch, name);
  mkdirSync(folder);
  const host = await localHost({ state: join(folder, 'state'), sudo: false });
  let waiting: EditedFile[] = [];
  const wrong: string[] = [];
  let agent = Promise.resolve();
  const flush = () => {
    const files = waiting;
    waiting = [];
    agent = agent.then(async () => {
      wrong.push(...(await takeOutOf(host, join(folder, 'copies'), files)));
    });
  };
  try {
    const verdict = await judgeEdits(python, paths, folder, (file) => {
      if (file.lines.length === 0) return;
      waiting.push(file);
      if (waiting.length === FILES_A_PROBE) flush();
    });
    if (waiting.length > 0) flush();
    await agent;
    verdict.wrong.push(...wrong);
    return { ...verdict, seconds: (Date.now() - began) / 1000 };
  } finally {
    await host.close();
  }
}

test.skipIf(unavailable !== '')(
  'each preset is in each release, with the argument that names its captures',
  { timeout: 5 * MINUTES },
  async () => {
    for (const [suite, folder] of corpus()) {
      const ask = asker(pythonOf(suite)!, folder);
      const search = {
        interpreter: '',
        path: [],
        packages: ['nova', 'neutron', 'keystone', 'placement'],
        aliases: aliasesOf,
      };
      for (const { target, ids, name } of PRESETS.filter((p) => !p.target.startsWith('glance'))) {
        const found = await locate(target, search, ask);
        expect(found, `${name} in ${suite}`).toMatchObject({ target, stub: null });
        if (ids) expect(() => parseExpression('id', ids, found.arguments), `${name} in ${suite}`).not.toThrow();
      }
      const today = 'nova.scheduler.manager:SchedulerManager.select_destinations';
      const guides = 'nova.scheduler.filter_scheduler:FilterScheduler.select_destinations';
      expect(await locate(guides, search, ask)).toMatchObject({
        target: today,
        notes: [`${guides} is ${today} in this release`],
      });
      expect(await locate('select_destinations', search, ask)).toMatchObject({ target: today });
    }
  },
);

const refusedOf = (v: Verdict) => Object.values(v.refused).reduce((a, b) => a + b, 0);

test.skipIf(unavailable !== '')(
  'every function of six projects in three Debian releases, each with its own Python 3',
  { timeout: 60 * MINUTES },
  async () => {
    const suites = corpus();
    expect(suites.map(([s]) => s)).toEqual(Object.keys(VERSIONS));
    for (const [suite] of suites) expect(pythonOf(suite), `a Python for ${suite}`).toBeDefined();
    const verdicts: Record<string, Verdict & { seconds: number }> = {};
    const todo = [...suites].reverse(); // the largest first
    const work = async () => {
      for (let next = todo.shift(); next; next = todo.shift()) {
        const [suite, folder] = next;
        verdicts[suite] = await through(suite, pythonOf(suite)!, [folder]);
      }
    };
    await Promise.all([work(), work()]);
    let functions = 0;
    let refused = 0;
    for (const [suite, v] of Object.entries(verdicts)) {
      console.log(
        `${suite}: ${v.functions} functions of ${v.files} files in ${v.seconds.toFixed(0)} s; refused ${refusedOf(v)} ${JSON.stringify(v.refused)}; not read: ${v.unread.join('; ') || 'none'}`,
      );
      expect(v.wrong, suite).toEqual([]);
      functions += v.functions;
      refused += refusedOf(v);
    }
    console.log(`${functions} functions, ${refused} refused`);
    expect(functions).toBeGreaterThan(100_000);
    expect(refused / (functions + refused)).toBeLessThan(0.005);
  },
);

describe.each(pythons())('$name', ({ path, name }) => {
  test('files such as Python allows and nobody writes', { timeout: 2 * MINUTES }, async () => {
    const folder = join(scratch, `hostile-${name.replaceAll(/\W+/g, '-')}`);
    mkdirSync(folder);
    const paths = hostileSources().map(({ name: file, data }) => {
      writeFileSync(join(folder, file), data);
      return join(folder, file);
    });
    const v = await through(`${name.replaceAll(/\W+/g, '-')}`, path, paths);
    expect(v.wrong).toEqual([]);
    expect(v.unread).toEqual([]);
    expect(v.files).toBe(paths.length);
    expect(v.functions).toBeGreaterThan(paths.length);
    expect(v.refused).toEqual({
      'line N goes on in line N, by its backslash': 1,
      'it is in the first line, behind a byte order mark': 1,
      "eval is not Python's own there (line N), and profkit's line needs it": 3,
      "exec is not Python's own there (line N), and profkit's line needs it": 1,
    });
  });
});
