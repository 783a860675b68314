import { defineConfig } from 'vitest/config';

// Measurements are no tests: they are not part of `npm test`, and one after the other has the machine for itself.
export default defineConfig({
  test: {
    include: ['test/bench/**/*.bench.ts'],
    fileParallelism: false,
    disableConsoleIntercept: true,
    testTimeout: 900_000,
  },
});
