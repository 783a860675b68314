import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ALL, exportOf, made } from './subjects.js';

// bin/setup/debian.mjs installs it.
const hasGraphviz = spawnSync('dot', ['-V']).status === 0;

describe.runIf(hasGraphviz).each(ALL)('%s, drawn by graphviz', (_, stats) => {
  it('is a picture, with not a word of complaint', () => {
    const { text } = exportOf(stats, 'dot');
    // As a list of what it read: laying it out is graphviz' own affair.
    const read = spawnSync('dot', ['-Tcanon'], { input: text, encoding: 'utf8' });
    expect([read.status, read.stderr]).toEqual([0, '']);
    expect(read.stdout.match(/^\s+n\d+\s+\[/gm)).toHaveLength(text.match(/^ {2}n\d+ \[/gm)!.length);
  });
});

it.runIf(hasGraphviz)('shows names as they are', () => {
  const input = exportOf(made([['<b> & "q" \\N {x|y}\nz; é', 1, 1, 1]]), 'dot').text;
  const svg = spawnSync('dot', ['-Tsvg'], { input, encoding: 'utf8' });
  expect(svg.stdout).toContain(String.raw`&lt;b&gt; &amp; &quot;q&quot; \N {x|y}\nz; é</text>`);
});

it('leaves out what is too small, but never all, and says so', () => {
  const small = made([
    ['main', 1, 99.7, 100],
    ['seen', 1, 0.2, 0.5, [[0, 1]]],
    ...Array.from({ length: 20 }, () => ['tiny', 1, 0.004, 0.004, [[0, 1]]] as const),
  ]);
  const { text, notes } = exportOf(small, 'dot');
  expect(text.match(/^ {2}n\d+ \[/gm)).toHaveLength(10);
  expect(text.match(/->/g)).toHaveLength(1);
  expect(notes).toEqual(['The graph shows the 10 of 22 functions with most cumulative time.']);
});
