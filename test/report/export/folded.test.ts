import { expect, it } from 'vitest';
import { parseFolded } from '../../../src/profile/folded.js';
import { ALL, exportOf, HARD, ownSeconds } from './subjects.js';

it.each(ALL)('%s: a line a stack, with all of the time once', (_, stats) => {
  const stacks = parseFolded(exportOf(stats, 'folded').text);
  const micros = stacks.reduce((sum, { seconds }) => sum + Math.round(seconds * 1e6), 0);
  expect(micros).toBe(Math.round(ownSeconds(stats) * 1e6));
});

it('keeps a name in its frame whatever is in it', () => {
  const { text } = exportOf(HARD.names!, 'folded');
  const last = text.trimEnd().split('\n').at(-1)!;
  expect(last.split(';')).toHaveLength(10);
  expect(last).toContain(String.raw`a\x3bb (/opt/a\x3bb.py:0);line\nbreak\x0d (/opt/line\nbreak\x0d.py:1);`);
  expect(last).toContain(String.raw`Grüße 世界 (/opt/Grüße 世界.py:3);lone\udc80 (`);
});
