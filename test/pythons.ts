import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The Pythons from 3.6 on of this machine: the system's, and what pyenv has. Tests run on each that is there. */
export function pythons(): { name: string; path: string }[] {
  const versions = join(homedir(), '.pyenv/versions');
  const pyenv = existsSync(versions) ? readdirSync(versions).map((v) => join(versions, v, 'bin/python')) : [];
  const found = [...['/usr/bin/python3'].filter(existsSync), ...pyenv.filter(existsSync)].map((path) => ({
    path,
    version: execFileSync(path, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])']).toString().trim(),
  }));
  if (found.length === 0) found.push({ path: 'python3', version: 'of the PATH' });
  return found
    .filter((p) => !p.version.startsWith('2.'))
    .map((p) => ({ path: p.path, name: `Python ${p.version} ${p.path}` }));
}
