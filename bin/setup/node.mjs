// A Node that is recent enough: distributions carry 12 to 20, so where it is missing npm fetches one, into the clone alone.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fault, root, runQuietly, say } from './child.mjs';

const NEEDED = [22, 12];
const FETCHED = 24;

function recentEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** Which Node every child runs under; it comes first on their PATH. */
export async function recentNode() {
  const node = recentEnough(process.version) ? process.execPath : await fetchedNode();
  process.env.PATH = dirname(node) + delimiter + (process.env.PATH ?? '');
  process.env.PROFKIT_SETUP_NODE = node;
}

async function fetchedNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const toolchain = join(root, '.toolchain');
  const node = join(toolchain, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const needed = `profkit needs Node ${NEEDED.join('.')} or later, and this is ${process.version}`;
  if (!existsSync(node)) {
    say(`${needed}: installing Node ${FETCHED} (npm package ${name}) into ${toolchain}, and nowhere else`);
    const args = ['install', '--prefix', toolchain, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund'];
    const { code, output } = await runQuietly('npm', [...args, `${name}@${FETCHED}`]);
    if (code !== 0) {
      if (/E404|ETARGET|notarget/.test(output)) {
        throw fault(
          `${needed}. npm has no ready-made one for ${process.platform} on ${process.arch}: please install one`,
        );
      }
      throw fault(`${needed}, and npm could not fetch one:\n${output.trim()}`);
    }
  }
  const { code, output } = await runQuietly(node, ['--version']).catch((error) => ({ code: 1, output: error.message }));
  if (code !== 0 || !recentEnough(output.trim())) {
    throw fault(
      `${needed}. The one that npm fetched does not start here (${output.trim()}): please install one, then remove ${toolchain}`,
    );
  }
  return node;
}
