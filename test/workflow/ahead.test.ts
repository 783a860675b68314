import { expect, test } from 'vitest';
import { ahead } from '../../src/workflow/ahead.js';

test('begins no more than it may, gives all in their order, and leaves a failure to its own', async () => {
  let begun = 0;
  let taken = 0;
  let most = 0;
  const begin = async (n: number) => {
    begun += 1;
    most = Math.max(most, begun - taken);
    await new Promise((resolve) => setTimeout(resolve, (n * 7) % 5));
    if (n === 3) throw new Error('three');
    return n * 2;
  };
  const got: unknown[] = [];
  for await (const [n, result] of ahead([...Array(20).keys()], begin, 4)) {
    got.push([n, await result.catch((e: Error) => e.message)]);
    taken += 1;
  }
  expect(got).toEqual([...Array(20).keys()].map((n) => [n, n === 3 ? 'three' : n * 2]));
  expect(most).toBe(4);
});
