import { defineConfig } from 'vitest/config';

// A shared machine can stand still for seconds: what fails in CI is tried once more, and the report tells of it.
const retry = process.env.CI ? 1 : 0;

// Files that share a lab run one after the other, everything else side by side. Times are for a busy machine: they end what hangs.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          retry,
        },
      },
      lab('lab', ['test/lab/*.test.ts']),
      lab('later', ['test/lab/later/*.test.ts', 'test/lab/triggers/*.test.ts']),
    ],
  },
});

/**
 * Of the labs, each with its own: `lab` is on Nova 26, `later` on those that came after it and, so that both take as long, with
 * another lab of 26 for the triggers. On a new machine a preparation builds the base of its lab, after that of another.
 */
function lab(name: string, include: string[]) {
  return {
    test: { name, include, fileParallelism: false, testTimeout: 600_000, hookTimeout: 2_700_000, retry },
  };
}
