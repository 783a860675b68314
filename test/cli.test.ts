import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'test/profile/fixtures');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  writeFileSync(join(folder, 'garbage.prof'), 'garbage');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The built program, with a journal of its own that is never made. */
function profkit(...argv: string[]) {
  const env = { ...process.env, PROFKIT_STATE: join(folder, 'state') };
  const r = spawnSync(process.execPath, [join(ROOT, 'bin/profkit.js'), ...argv], {
    env,
    cwd: folder,
    encoding: 'utf8',
  });
  return { status: r.status, stdout: r.stdout, stderr: r.stderr };
}

const COMMANDS = readdirSync(join(ROOT, 'src/commands'), { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.ts'))
  .map((f) => f.replace('.ts', '').replace('/', ' '));

describe.each(COMMANDS)('%s', (command) => {
  const words = command.split(' ');
  test('has help with an example', () => {
    const r = profkit(...words, '--help');
    expect(r.status).toBe(0);
    expect(r.stdout).toMatch(new RegExp(`EXAMPLES?\\n  \\$ profkit ${command}`));
  });

  test('says as JSON what is wrong with a flag, in one document', () => {
    const r = profkit(...words, '--json', '--no-such-flag', '--', 'true');
    expect(r.status).toBe(2);
    expect(JSON.parse(r.stdout)).toMatchObject({
      error: { code: 'BAD_OPTION', next: `See profkit ${command} --help.` },
    });
  });
});

test.each([
  [['patch', 'not a target'], 2, 'TARGET_SYNTAX'],
  [['patch', 'a:b', '--for', 'soon'], 2, 'BAD_OPTION'],
  [['patch', 'a:b', '--max', '0'], 2, 'BAD_OPTION'],
  [['patch', 'a:b', '--engine', 'auto'], 2, 'BAD_OPTION'],
  [['patch', 'a:b', '--engine', 'cprofile', '--scope', 'call'], 2, 'ENGINE_OPTION'],
  [['run', 'a:b', '--engine', 'sample', '--clock', 'cpu', '--', 'true'], 2, 'ENGINE_OPTION'],
  [['patch'], 2, 'NO_TARGET'],
  [['run', '--', 'true'], 2, 'NO_TARGET'],
  [['restart'], 2, 'NO_SERVICE'],
  [['init', '--output', 'garbage.prof'], 3, 'CONFIG_EXISTS'],
  [['run', 'a:b'], 2, 'NO_TRIGGER'],
  [['run', 'a:b', 'openstack', '--image', 'x'], 2, 'NO_TRIGGER'],
  [['run', 'a:b', 'openstack', '--nic', 'x'], 2, 'BAD_OPTION'],
  [['trigger'], 2, 'NO_PROBES'],
  [['trigger', '--', 'true'], 2, 'NO_PROBES'],
  [['collect'], 2, 'NO_PROBES'],
  [['revert'], 2, 'BAD_OPTION'],
  [['revert', 'abcdef'], 2, 'NO_PROBES'],
  [['compare'], 2, 'BAD_OPTION'],
  [['compare', '/no/such.prof', '/no/such.prof'], 2, 'NO_SUCH_FILE'],
  [['compare', 'garbage.prof', 'garbage.prof'], 1, 'BAD_PROFILE'],
  [['compare', 'garbage.prof', '--after', 'garbage.prof'], 2, 'BAD_OPTION'],
  [['localconf', '--check', '/no/such.conf'], 2, 'LOCAL_CONF_UNREAD'],
  [['localconf', '--check', 'a', '--merge', 'b'], 2, 'BAD_OPTION'],
  [['localconf', '--output', 'garbage.prof'], 3, 'LOCAL_CONF_EXISTS'],
  [['localconf', '--dry-run', '--passwords', 'garbage.prof', '--computes', '0'], 2, 'BAD_OPTION'],
  [['analyze', '/no/such.prof'], 2, 'NO_SUCH_FILE'],
  [['analyze', '.', '--sort', 'bogus'], 1, 'BAD_PROFILE'],
  [['analyze', 'garbage.prof'], 1, 'BAD_PROFILE'],
  [['analyze', join(FIXTURES, '25-warm.prof'), '--sort', 'bogus'], 2, 'BAD_OPTION'],
  [['analyze', join(FIXTURES, '25-warm.prof'), '--limit', '1.5'], 2, 'BAD_OPTION'],
])('%j ends with %d, %s', (argv, status, code) => {
  const at = argv.indexOf('--');
  const r = profkit(...(at < 0 ? [...argv, '--json'] : [...argv.slice(0, at), '--json', ...argv.slice(at)]));
  expect(JSON.parse(r.stdout)).toMatchObject({ error: { code } });
  expect(r.status).toBe(status);
  const plain = profkit(...argv);
  expect(plain.status).toBe(status);
  expect(plain.stdout).toBe('');
  expect(plain.stderr).not.toMatch(/ {4}at .*\.js/);
});

test('nothing to do is no error, and leaves no journal', () => {
  expect(profkit('status')).toMatchObject({ status: 0, stdout: 'There is no probe on this host.\n' });
  expect(profkit('revert', '--all')).toMatchObject({ status: 0 });
  expect(readdirSync(folder)).toEqual(['garbage.prof']);
});

describe('status without oclif', () => {
  const inOclif = ['--hosts-at-once', '16']; // a flag that the quick way does not know, with its default
  /** What it says without oclif, which is what it says with it. */
  function alike(...argv: string[]) {
    const quick = profkit('status', ...argv);
    expect(quick).toEqual(profkit('status', ...argv, ...inOclif));
    return quick;
  }

  test.each([
    [[], 0],
    [['-q'], 0],
    [['--host', ''], 0],
    [['--host', 'localhost,nowhere.invalid'], 1],
    [['--host', 'nobody@127.0.0.1:1', '--ssh-config', 'garbage.prof'], 2],
    [['--host', '-x'], 2],
    [['--host', 'a', '--host', ''], 2],
    [['more'], 2],
    [['--no-quiet'], 2],
  ])('%j says the same', (argv, status) => {
    expect(alike(...argv).status).toBe(status);
  });

  test('what profkit.yaml says counts, its faults too', () => {
    try {
      writeFileSync(join(folder, 'profkit.yaml'), 'hosts:\n  here: [localhost]\nhost: ""\n');
      for (const argv of [[], ['--host', '@here'], ['--host', 'here']]) alike(...argv);
      writeFileSync(join(folder, 'profkit.yaml'), 'hots: x\n');
      expect(alike()).toMatchObject({ status: 2, stderr: expect.stringContaining('profkit.yaml:1:1') });
    } finally {
      rmSync(join(folder, 'profkit.yaml'));
    }
  });

  test('what the environment says counts, and its wish for JSON', () => {
    try {
      process.env.PROFKIT_HOST = 'nobody@127.0.0.1:1';
      expect(alike('--ssh-config', 'garbage.prof').stderr).toContain('nobody@127.0.0.1:1');
      expect(profkit('status', '--host', '').stdout).toContain('this host');
      delete process.env.PROFKIT_HOST;
      process.env.PROFKIT_CONTENT_TYPE = 'json';
      expect(JSON.parse(profkit('status').stdout)).toEqual([]);
    } finally {
      delete process.env.PROFKIT_HOST;
      delete process.env.PROFKIT_CONTENT_TYPE;
    }
  });

  test('a journal that cannot be read', () => {
    mkdirSync(join(folder, 'state/probes/cutoff'), { recursive: true });
    writeFileSync(join(folder, 'state/probes/cutoff/journal.json'), '{');
    expect(alike().stderr).toContain('cutoff/journal.json');
    rmSync(join(folder, 'state'), { recursive: true });
  });
});

test('the date of the table is the second in which the file was written, not the next one', () => {
  const file = join(folder, 'dated.prof');
  copyFileSync(join(FIXTURES, '25-warm.prof'), file);
  const program =
    'import os, sys, time; os.utime(sys.argv[1], ns=(10**18 - 1000, 10**18 - 1000)); print(time.ctime(10**9 - 1), end="")';
  const date = spawnSync('python3', ['-c', program, file], { encoding: 'utf8' }).stdout;
  expect(profkit('analyze', file).stdout.startsWith(`${date}    `)).toBe(true);
  expect(profkit('analyze', file, '--format', 'pstats').stdout.startsWith(`${date}    `)).toBe(true);
  rmSync(file);
});

test('a journal that cannot be read is in the JSON of status and revert; that tells what came out all the same', () => {
  const journal = join(folder, 'state/probes/cutoff/journal.json');
  mkdirSync(join(folder, 'state/probes/cutoff'), { recursive: true });
  writeFileSync(journal, '{');
  const json = (...argv: string[]) => JSON.parse(profkit(...argv, '--json').stdout) as unknown;
  expect(json('status')).toEqual([{ probe: 'cutoff', unreadable: { path: journal, why: expect.any(String) } }]);
  expect(json('revert', '--all')).toMatchObject({ error: { code: 'JOURNAL_UNREADABLE' }, done: [] });
  rmSync(join(folder, 'state'), { recursive: true });
});

test('a folder of profiles, one after the other', () => {
  const r = profkit('analyze', FIXTURES, '--limit', '1', '--each', '--json');
  const analyzed = JSON.parse(r.stdout) as { files: string[]; rows: unknown[] }[];
  expect(analyzed.map((a) => a.rows.length)).toEqual(analyzed.map(() => 1));
  const files = analyzed.flatMap((a) => a.files);
  expect(files).toEqual(
    readdirSync(FIXTURES)
      .filter((f) => f.endsWith('.prof'))
      .sort()
      .map((f) => join(FIXTURES, f)),
  );
});
