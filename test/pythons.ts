import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The Pythons from 3.6 on of this machine: the system's, those of later Debians that `test/python/debian-pythons make`
 * has made, pyenv's, and those named in PROFKIT_TEST_PYTHONS.
 */
export function pythons(): { name: string; path: string }[] {
  const later = execFileSync(join(import.meta.dirname, 'python/debian-pythons'), ['list'])
    .toString()
    .split('\n');
  const more = (process.env.PROFKIT_TEST_PYTHONS ?? '').split(':');
  const pyenv = globSync(join(homedir(), '.pyenv/versions/*/bin/python'));
  const paths = ['/usr/bin/python3', ...later, ...pyenv, ...more].filter((path) => path && existsSync(path));
  const version = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
  return (paths.length > 0 ? paths : ['python3'])
    .map((path) => ({ path, version: execFileSync(path, ['-c', version]).toString().trim() }))
    .filter((p) => !/^(2\.|3\.[0-5]\.)/.test(p.version))
    .map(({ path, version }) => ({ path, name: `Python ${version} ${path}` }));
}
