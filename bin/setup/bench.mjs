import { run } from './child.mjs';

/** args: which of the measurements in test/bench, all without. */
export function bench(args) {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/bench/vitest.config.ts'];
  return run(process.env.PROFKIT_SETUP_NODE, [...vitest, ...args]);
}
