import { fault, run } from './child.mjs';

export async function demo(args, built) {
  if (!built) throw fault('there is no demo without a build');
  return run(process.env.PROFKIT_SETUP_NODE, ['bin/profkit.js', 'demo', ...args]);
}
