// The clone made ready: dependencies and build, each only when what it is made from has changed.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fault, npmEnvironment, root, run, runQuietly, say } from './child.mjs';

/** One hash over the named files and everything below the named directories. */
function hashOf(...names) {
  const hash = createHash('sha256');
  const add = (name) => {
    let entries;
    try {
      entries = readdirSync(join(root, name)).sort();
    } catch (error) {
      if (error.code === 'ENOENT') return;
      if (error.code !== 'ENOTDIR') throw error;
      hash.update(`${name}\0`).update(readFileSync(join(root, name)));
      return;
    }
    for (const entry of entries) if (entry !== '__pycache__') add(join(name, entry));
  };
  for (const name of names) add(name);
  return hash.digest('hex');
}

function stamped(stamp, hash) {
  try {
    return readFileSync(join(root, stamp), 'utf8') === hash;
  } catch {
    return false;
  }
}

function leaveStamp(stamp, hash) {
  mkdirSync(dirname(join(root, stamp)), { recursive: true });
  writeFileSync(join(root, stamp), hash);
}

export async function dependencies() {
  const stamp = 'node_modules/.profkit-lock';
  const hash = hashOf('package-lock.json');
  if (stamped(stamp, hash)) return;
  say('installing the dependencies of package-lock.json (npm ci)');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env: npmEnvironment() });
  if (code !== 0) throw fault(`npm ci ended with status ${code}`);
  leaveStamp(stamp, hash);
}

/** Whether there is a build of what stands here. The stamp knows both ends: a build by other hands is not taken for this one. */
export async function build() {
  const stamp = 'node_modules/.profkit-build';
  const sources = [
    'src',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'bin/manifest.mjs',
  ];
  const state = () => `${hashOf(...sources)} ${hashOf('dist', 'oclif.manifest.json')}`;
  if (stamped(stamp, state())) return true;
  say('building (npm run build)');
  const { code, output } = await runQuietly('npm', ['run', '--silent', 'build'], { env: npmEnvironment() });
  if (code !== 0) {
    console.error(output.trim());
    say(`the build ended with status ${code}`);
    return false;
  }
  leaveStamp(stamp, state());
  return true;
}
