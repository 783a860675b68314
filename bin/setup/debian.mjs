// What the tests want from the machine itself. Where it is Debian or Ubuntu and we are root, it is installed; elsewhere it is said.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, runQuietly, say } from './child.mjs';

const PACKAGES = {
  'python3-eventlet': 'the tests of the eventlet engine',
  'python3-greenlet': 'the tests of the profiler with greenlets',
  'python3-futurist': 'the tests of the profiler with pools of threads',
  'python3-yappi': 'the tests of the yappi engine',
  graphviz: 'the tests of exported graphs',
  'debian-archive-keyring': 'the Pythons of later Debians',
  patchelf: 'the Pythons of later Debians',
  debootstrap: 'the lab',
  'openssh-client': 'the lab, and the tests over SSH',
  sudo: 'the tests over SSH',
  fish: 'the tests over SSH: fish as login shell',
  csh: 'the tests over SSH: csh as login shell',
  gawk: "the test of devstack's rules of merging",
  procps: 'the tests that look at processes',
  supervisor: 'the test of a service under supervisor',
  'ansible-core': 'the test of inventories of Ansible',
};

// What lets others in, once it is installed, is for machines that are there for tests alone.
if (process.env.CI) PACKAGES['openssh-server'] = 'the tests over SSH';

async function missing() {
  const names = Object.keys(PACKAGES);
  // It answers for those that it knows, and complains about the others: both are wanted.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const { output } = await runQuietly('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names]);
  return names.filter((name) => !output.split('\n').includes(`${name} installed`));
}

async function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return (await runQuietly('apt-get', ['-q', ...args], { env })).code === 0;
}

export async function debianPackages() {
  if (!existsSync('/usr/bin/apt-get')) {
    say('no apt-get here: tests that need Debian packages, and the lab, are skipped');
    return;
  }
  const names = await missing();
  const without = names.map((name) => `${name} (${PACKAGES[name]})`).join(', ');
  if (process.getuid() !== 0) {
    const reason = names.length > 0 ? `, and these packages are not installed: ${without}` : '';
    say(`not root: the lab is skipped${reason}`);
    return;
  }
  if (names.length === 0) return;
  say(`installing with apt-get what the tests want: ${names.join(' ')}`);
  const install = ['install', '-y', '--no-install-recommends', ...names];
  // A new machine has no package lists, or old ones.
  if ((await aptGet(...install)) || ((await aptGet('update')) && (await aptGet(...install)))) return;
  await run('apt-get', ['--simulate', ...install]);
  say(`apt-get could not install them; skipped without them: ${without}`);
}

/** Makes them where they are not made yet, and says what it takes. Resolves to whether they are there. */
export async function laterPythons() {
  const script = join(root, 'test/python/debian-pythons');
  const { code, output } = await runQuietly(script, ['check']);
  if (code === 3) {
    say(`tests on the Pythons of later Debians are skipped: ${output.trim()}`);
    return false;
  }
  // Only what it says is for us: the list is for the tests.
  return (await run(script, ['make'], { stdio: ['ignore', 'ignore', 'inherit'] })) === 0;
}
