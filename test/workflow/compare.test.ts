import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompareOptions, compareCaptures } from '../../src/workflow/compare.js';
import { ownSidecar, sidecar } from '../profile/example-sidecar.js';

const FIXTURES = join(import.meta.dirname, '../profile/fixtures');
const options: CompareOptions = { sort: 'cumtime', by: 'function', width: 100 };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-compare-'));
  for (const side of ['before', 'after']) mkdirSync(join(folder, side));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Its clock is moved by the program alone, and differs by a little from run to run.
const PROGRAM = `
import cProfile, sys
now = 0.0
seed = int(sys.argv[2])
class Clock:
    def __call__(self):
        return now
def work(seconds):
    global now
    now += seconds * (1 + seed * 0.01)
class Host:
    def get(self):
        work(0.01)
class Instance:
    def get(self):
        work(0.004)
    def save(self):
        (lambda: work(0.002))()
def lookup(count):
    return [Host().get() for _ in range(count)]
def method():
    lookup(25)
    for _ in range(10):
        Instance().get()
        Instance().save()
profile = cProfile.Profile(Clock())
profile.runcall(method)
profile.dump_stats(sys.argv[1])
`;
// The lookup is made once, and lines have moved: between the classes of one method name, and above all.
const EDITED = PROGRAM.replace('lookup(25)', 'lookup(1)')
  .replace('class Host', '\\n\\ndef unused():\\n    return 1\\nclass Host'.replaceAll('\\n', '\n'))
  .replace('class Instance', '# one more line\n\nclass Instance');

describe('two versions of a program, each profiled four times', () => {
  beforeAll(() => {
    for (const [side, text] of Object.entries({ before: PROGRAM, after: EDITED })) {
      const source = join(folder, `${side}-src`, 'program.py');
      mkdirSync(join(folder, `${side}-src`));
      writeFileSync(source, text);
      for (const seed of [1, 2, 3, 4])
        execFileSync('python3', [source, join(folder, side, `${seed}.prof`), String(seed)]);
    }
  });
  const compared = (more: Partial<CompareOptions> = {}) =>
    compareCaptures([join(folder, 'before')], [join(folder, 'after')], { ...options, ...more });

  it('says what was gained and by what', async () => {
    const { words, target, isComparable, rule } = await compared();
    expect({ isComparable, rule, verdict: target.time.verdict }).toEqual({
      isComparable: true,
      rule: 'exchange',
      verdict: 'faster',
    });
    expect(words.map((one) => one.replace(/profkit-compare-[^/]*./, ''))).toEqual([
      'The whole capture takes 0.072 s instead of 0.318 s (−77 %), faster: 0.071 to 0.073 s after, 0.313 to 0.322 s before: get (after-src/program.py:16) is called once instead of 25 (0.010 s instead of 0.256 s).',
    ]);
  });

  it('matches every function to where it has moved, also those of one name', async () => {
    const { functions } = await compared();
    const places = functions
      .filter(({ file, name }) => file.endsWith('program.py') && name !== '<listcomp>')
      .map(({ name, line, was, calls, verdict }) => [name, was?.line, line, calls.difference, verdict]);
    expect(places.sort()).toEqual(
      [
        ['method', 21, 27, 0, 'faster'],
        ['lookup', 19, 25, 0, 'faster'],
        ['work', 8, 8, -24, 'faster'],
        ['get', 12, 16, -24, 'faster'],
        ['get', 15, 21, 0, 'unclear'],
        ['save', 17, 23, 0, 'unclear'],
        ['<lambda>', 18, 24, 0, 'unclear'],
      ].sort(),
    );
  });

  it('has a table that fits, of functions or packages, in the order that is asked for', async () => {
    for (const width of [80, 100, 160]) {
      for (const by of ['function', 'package'] as const) {
        for (const sort of ['cumtime', 'tottime', 'calls'] as const) {
          const { text } = await compared({ width, by, sort });
          expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
          expect(text).toMatch(
            new RegExp(`calls +${sort === 'tottime' || by === 'package' ? 'tottime' : 'cumtime'} .* ${by}\\n`),
          );
        }
      }
    }
    const { text, functions } = await compared({ limit: 2 });
    expect(functions).toHaveLength(2);
    expect(text).toMatch(/\n\d+ functions: \d+ more differ, \d+ differ no more than by chance/);
  });

  it('takes folders, patterns and commas for a side', async () => {
    const all = [1, 2, 3, 4].map((seed) => join(folder, 'before', `${seed}.prof`));
    const sides = [
      [join(folder, 'before/*.prof')],
      [all.join(',')],
      [join(folder, 'before/[1-4].prof')],
      all,
      [...all, all[0]!],
    ];
    for (const side of sides) {
      const { captures } = await compareCaptures(side, [join(folder, 'after/?.prof')], options);
      expect(captures.before).toEqual(all);
      expect(captures.after).toHaveLength(4);
    }
  });
});

describe('captures with what lies beside them', () => {
  const put = (name: string, fixture: string, beside: object) => {
    copyFileSync(join(FIXTURES, `${fixture}.prof`), join(folder, `${name}.prof`));
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(beside));
    return join(folder, `${name}.prof`);
  };

  it('are called out where one is cold and the other warm', async () => {
    const cold = put('cold-1-1', '25-cold', sidecar({ cold: true, wall_seconds: 0.727 }));
    const warm = put('warm-1-1', '25-warm', sidecar({ wall_seconds: 0.409 }));
    const { text, notes } = await compareCaptures([cold], [warm], options);
    expect(notes.map(({ kind }) => kind)).toEqual(['cold', 'repeats']);
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(
      /^The method takes 0\.409 s instead of 0\.727 s \(−44 %\): get_by_host \(nova\/objects\/host_mapping\.py:103\) is no longer called \(25 times before, 0\.333 s\)\./,
    );
    expect(text).toContain('* Cold and warm: ');
  });

  it('are called out where one is not to be trusted', async () => {
    const whole = put('warm-1-2', '25-warm', sidecar({ wall_seconds: 0.409 }));
    const cut = put('cut-1-1', 'bad-concurrent', sidecar({ wall_seconds: 1.7 }));
    const { text, isComparable } = await compareCaptures([whole], [cut], options);
    expect(isComparable).toBe(false);
    expect(text).toMatch(/^Not comparable, so there are no verdicts\./);
    expect(text).not.toMatch(/faster|slower|gone$|new$/m);
  });

  it('are left out where they have no rows, which is said; and refused where none has', async () => {
    mkdirSync(join(folder, 'mixed'));
    const alone = ownSidecar({ profile: null, active: null, waits: null, errors: ['busy'] });
    writeFileSync(join(folder, 'mixed/u-1-1.json'), JSON.stringify(alone));
    const warm = put('warm-1-3', '25-warm', sidecar({ wall_seconds: 0.409 }));
    await expect(compareCaptures([join(folder, 'mixed')], [warm], options)).rejects.toMatchObject({
      code: 'BAD_OPTION',
    });
    copyFileSync(join(FIXTURES, '25-warm.prof'), join(folder, 'mixed/a.prof'));
    const { leftOut, text } = await compareCaptures([join(folder, 'mixed')], [warm], options);
    expect(leftOut).toEqual([`${join(folder, 'mixed/u-1-1.json')} has no rows (it ran unprofiled)`]);
    expect(text).toContain('Left out: ');
  });

  it.each(['none.prof', 'none/*.prof', 'before/x?.prof', '[.prof', ''])('are not there: "%s"', async (name) => {
    const attempt = compareCaptures([join(folder, name || 'nothing')], [join(folder, 'before')], options);
    await expect(attempt).rejects.toMatchObject({ code: 'NO_SUCH_FILE' });
  });
});
