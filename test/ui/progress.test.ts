import { expect, test } from 'vitest';
import { duration } from '../../src/ui/duration.js';
import { ScreenProgress } from '../../src/ui/progress.js';

function screen(isTTY: boolean) {
  const s = { text: '', isTTY, columns: 20, write: (t: string) => (s.text += t) };
  return s;
}
const clock = () => {
  let now = 0;
  return () => (now += 1500);
};

test('in a pipe: a line a step, with what came of it and how long it took', async () => {
  const out = screen(false);
  const progress = new ScreenProgress(out, clock());
  expect(
    await progress.step(
      'Find',
      async (say) => {
        say('looking');
        return 7;
      },
      (n) => `${n} found`,
    ),
  ).toBe(7);
  await expect(progress.step('Fail', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  progress.note('a note');
  progress.warn('a warning');
  expect(out.text).toBe('✔ Find: 7 found (1.5 s)\n✖ Fail (1.5 s)\n  a note\n! a warning\n');
});

test('on a terminal: what is being done is shown, cut to its width, and gone afterwards', async () => {
  const out = screen(true);
  await new ScreenProgress(out, clock()).step('Find', async (say) => say('something far too long for this'));
  expect(out.text).toBe('\r\x1b[K… Find\r\x1b[K… Find: something f\r\x1b[K✔ Find (1.5 s)\n');
});

test('several at once: the one that spoke last, and how many others there are', async () => {
  const out = screen(true);
  out.columns = 60;
  const progress = new ScreenProgress(out, clock());
  const speaks: ((text: string) => void)[] = [];
  const ends: (() => void)[] = [];
  const step = (title: string) =>
    progress.step(title, (say) => {
      speaks.push(say);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const both = [step('One'), step('Two')];
  speaks[0]!('waits');
  ends[0]!();
  await both[0];
  ends[1]!();
  await both[1];
  const lines = [
    '… One',
    '… (and 1 more) Two',
    '… (and 1 more) One: waits',
    '✔ One (3.0 s)\n',
    '… Two',
    '✔ Two (3.0 s)\n',
  ];
  expect(out.text).toBe(lines.map((line) => `\r\x1b[K${line}`).join(''));
});

test.each([
  ['90', 90],
  ['90s', 90],
  ['15m', 900],
  ['1h', 3600],
  ['0.5d', 43_200],
])('%s is %d seconds', (text, seconds) => {
  expect(duration(text)).toBe(seconds);
});
test.each(['', 'x', '1w', '-1', '1 h', '1e9'])('%j is no length of time', (text) => {
  expect(() => duration(text)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});
