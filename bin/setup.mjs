// `npm run demo`, `npm test` and `npm run bench` begin here, on a machine that may have nothing but git, npm, python3 and some Node from 18 on.
// Plain JavaScript, node: modules only: it runs before anything is installed, and under a Node that profkit itself is too new for.

import { bench } from './setup/bench.mjs';
import { finish } from './setup/child.mjs';
import { build, dependencies } from './setup/clone.mjs';
import { demo } from './setup/demo.mjs';
import { recentNode } from './setup/node.mjs';
import { test } from './setup/test.mjs';

const [what, ...rest] = process.argv.slice(2);
const commands = { bench, demo, test };
if (!Object.hasOwn(commands, what ?? '')) {
  console.error('usage: node bin/setup.mjs demo|test|bench [ARGUMENT...]');
  process.exit(2);
}
try {
  await recentNode();
  await dependencies();
  const built = await build();
  process.exitCode = await commands[what](rest, built);
} catch (error) {
  if (!error.expected) throw error;
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}
finish();
