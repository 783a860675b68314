import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, 'debian-pythons');
const list = (env = process.env) => execFileSync(script, ['list'], { env, encoding: 'utf8' }).split('\n').slice(0, -1);
const made = list();
const unavailable = existsSync('/bin/bash')
  ? spawnSync(script, ['check'], { encoding: 'utf8' }).stdout.trim()
  : 'no bash';

const facts = `
import ctypes, json, os, subprocess, sys, eventlet, futurist, greenlet, ssl, yappi
mapped = {line.split(None, 5)[5].strip() for line in open('/proc/self/maps') if '.so' in line}
print(json.dumps(dict(
    version='%d.%d' % sys.version_info[:2], executable=sys.executable, argv0=open('/proc/self/cmdline').read().split('\\0')[0],
    strangers=sorted(path for path in mapped if not path.startswith(sys.prefix)),
    modules=[m.__file__.startswith(sys.prefix) for m in (eventlet, futurist, greenlet, json, ssl)],
    child=subprocess.run([sys.executable, '-c', 'import json; print(json.__file__)'], stdout=subprocess.PIPE).stdout.decode().strip(),
    cwd=os.getcwd(), root=os.readlink('/proc/self/root'))))
`;

test.skipIf(made.length === 0)('each is a Python like any other, and all that it loads is its own', () => {
  const found = made.map((path) => {
    const said = execFileSync(path, ['-W', 'ignore', '-c', facts], { cwd: tmpdir(), encoding: 'utf8' });
    const { version, ...rest } = JSON.parse(said);
    const prefix = path.slice(0, -'/bin/python3'.length);
    expect(rest).toEqual({
      executable: path,
      argv0: path,
      strangers: [],
      modules: [true, true, true, true, true],
      child: `${prefix}/lib/python${version}/json/__init__.py`,
      cwd: tmpdir(),
      root: '/',
    });
    return version;
  });
  expect(found[0]).toBe('3.13');
  expect(Number(found[1].split('.')[1])).toBeGreaterThanOrEqual(14);
});

test.skipIf(unavailable !== '')(
  'one that could not be made has no name, and it is said why',
  { timeout: 60_000 },
  () => {
    const cache = mkdtempSync(join(tmpdir(), 'profkit-test-'));
    try {
      // Nothing is there.
      const env = { ...process.env, PROFKIT_LAB_CACHE: cache, MIRROR: 'file:/no/such/mirror' };
      const { status, stdout, stderr } = spawnSync(script, ['make'], { env, encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(
        /\/no\/such\/mirror.*trixie could not be made.*\/no\/such\/mirror.*sid could not be made/s,
      );
      expect(list(env)).toEqual([]);
      expect(readdirSync(join(cache, 'pythons')).filter((name) => /^\w+-\w+$/.test(name))).toEqual([]);
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  },
);
