/**
 * Each item with the promise of what comes of it, in order, with up to `most` begun that have not been taken. A rejection
 * is for whoever awaits that promise.
 */
export async function* ahead<T, R>(
  items: readonly T[],
  begin: (item: T) => Promise<R>,
  most: number,
): AsyncGenerator<[item: T, result: Promise<R>]> {
  const begun: Promise<R>[] = [];
  for (const [at, item] of items.entries()) {
    while (begun.length < Math.min(at + most, items.length)) {
      const one = begin(items[begun.length]!);
      one.catch(() => {}); // it may fail before its turn
      begun.push(one);
    }
    yield [item, begun[at]!];
    begun[at] = undefined as never; // what was taken need not be held
  }
}
