const MOST = 1000;

/**
 * Ways to say of all captures which are before: which `first` of `all` numbers, the real one (0, 1, …) first. All ways, or
 * where that is more than a thousand a thousand of them, always the same ones.
 */
export function relabelings(first: number, all: number): number[][] {
  return ways(first, all) <= MOST ? [...everyWay(first, all)] : someWays(first, all);
}

/** How many ways there are. */
export function ways(first: number, all: number): number {
  let count = 1;
  for (let i = 1; i <= first; i++) count = (count * (all - first + i)) / i;
  return Math.round(count);
}

function* everyWay(first: number, all: number): Generator<number[]> {
  const chosen = Array.from({ length: first }, (_, i) => i);
  for (;;) {
    yield [...chosen];
    let at = first - 1;
    while (at >= 0 && chosen[at] === all - first + at) at--;
    if (at < 0) return;
    chosen[at]!++;
    for (let i = at + 1; i < first; i++) chosen[i] = chosen[i - 1]! + 1;
  }
}

function someWays(first: number, all: number): number[][] {
  const random = generator();
  const numbers = Array.from({ length: all }, (_, i) => i);
  const found = [numbers.slice(0, first)];
  while (found.length < MOST) {
    for (let i = all - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [numbers[i], numbers[j]] = [numbers[j]!, numbers[i]!];
    }
    found.push(numbers.slice(0, first));
  }
  return found;
}

/** Numbers from 0 to 1 that look like chance and are the same each time (xorshift). */
function generator(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
