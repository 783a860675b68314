import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const clone = fileURLToPath(new URL('..', import.meta.url));
const linux = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

// A clone of one source file, with the real scripts and an old Node from npm: what a machine with Debian's Node goes through.
describe.skipIf(!linux)('setup.mjs under Node 18', () => {
  const directory = mkdtempSync(join(tmpdir(), 'profkit-setup-'));
  const old = join(directory, `old/node_modules/node-linux-${process.arch}/bin/node`);
  const work = join(directory, 'clone');

  const setup = (...args: string[]) => {
    const PATH = `${dirname(old)}:${process.env.PATH}`;
    const done = spawnSync(old, ['bin/setup.mjs', ...args], {
      cwd: work,
      encoding: 'utf8',
      env: { ...process.env, PATH },
    });
    return { code: done.status, stdout: done.stdout, stderr: done.stderr };
  };

  beforeAll(() => {
    const npm = [
      'install',
      '--prefix',
      join(directory, 'old'),
      '--ignore-scripts',
      '--no-save',
      '--no-audit',
      '--no-fund',
    ];
    execFileSync('npm', [...npm, `node-linux-${process.arch}@18`], { stdio: 'pipe' });
    mkdirSync(join(work, 'bin'), { recursive: true });
    execFileSync('cp', ['-R', join(clone, 'bin/setup.mjs'), join(clone, 'bin/setup'), join(work, 'bin')]);
    const program = 'console.log(JSON.stringify([process.version, ...process.argv.slice(2)])); process.exit(5);';
    writeFileSync(join(work, 'bin/profkit.js'), program);
    const build = `node -e "require('fs').mkdirSync('dist', { recursive: true })"`;
    writeFileSync(join(work, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', scripts: { build } }));
    const packages = { '': { name: 'x', version: '1.0.0' } };
    writeFileSync(
      join(work, 'package-lock.json'),
      JSON.stringify({ name: 'x', version: '1.0.0', lockfileVersion: 3, packages }),
    );
  }, 180_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('fetches a Node, says so, and runs the program under it with its arguments and its status', {
    timeout: 180_000,
  }, () => {
    const { code, stdout, stderr } = setup('demo', '--a', 'b c');
    expect(stderr).toMatch(/profkit needs Node 22\.12 or later, and this is v18\.\S+: installing Node 24/);
    expect(stderr).toContain(join(work, '.toolchain'));
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual([
      expect.stringMatching(/^v24\./),
      'demo',
      '--a',
      'b c',
    ]);
    expect(code).toBe(5);
    expect(existsSync(join(work, 'package.json'))).toBe(true);
  });

  test('does nothing twice', () => {
    const { code, stderr } = setup('demo');
    expect(stderr).toBe('');
    expect(code).toBe(5);
  });

  test('builds again when a source has changed', () => {
    mkdirSync(join(work, 'src'));
    writeFileSync(join(work, 'src/new.ts'), '');
    expect(setup('demo').stderr).toBe('setup: building (npm run build)\n');
  });

  test('explains a wrong call', () => {
    expect(setup('dance')).toMatchObject({
      code: 2,
      stderr: 'usage: node bin/setup.mjs demo|test|bench [ARGUMENT...]\n',
    });
  });

  test('says in a sentence when npm has no Node for the platform', () => {
    // The platform is what the script asks npm for: an unknown one takes the road of a machine that has none.
    const script =
      "Object.defineProperty(process, 'platform', { value: 'plan9' }); process.argv[2] = 'demo'; import('./bin/setup.mjs')";
    const { status, stderr } = spawnSync(old, ['-e', script, 'x', 'demo'], { cwd: work, encoding: 'utf8' });
    expect(stderr).toContain('npm has no ready-made one for plan9');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });
});
