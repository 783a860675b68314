import { describe, expect, it } from 'vitest';
import { type Compared, compare } from '../../src/profile/compare.js';
import type { Comparison } from '../../src/profile/comparison.js';
import { stats } from './bytes.js';
import { ownSidecar, sidecar } from './example-sidecar.js';
import { type Made, made } from './made-stats.js';
import { chance, disturbance } from './noise.js';

let labels = 0;
const capture = (of: Made[], more: Partial<Compared> = {}): Compared => ({
  label: `c${labels++}`,
  stats: made(of),
  ...more,
});
const fixture = (name: string, more: Partial<Compared> = {}): Compared => ({
  label: name,
  stats: stats(name),
  ...more,
});
const kinds = ({ notes }: Comparison) => notes.map(({ kind }) => kind);
const called = (found: Comparison, name: string) => found.functions.find((one) => one.name === name);

/** A method that looks something up so many times, and works besides. Each time it takes a little more or less. */
function lookups(count: number, seconds: number, shift = 0, random = () => 0): Compared {
  const wobble = () => disturbance(random, 0.02);
  const look = seconds * wobble();
  const work = 0.4 * wobble();
  const rows: Made[] = [
    { name: 'method', line: 10, tt: 0.001, ct: look + work + 0.001 },
    { name: 'work', line: 40 + shift, nc: 100, tt: work, callers: ['method'] },
  ];
  if (count > 0) rows.push({ name: 'get_by_host', line: 90 + shift, nc: count, tt: look, callers: ['method'] });
  return capture(rows);
}
const several = (count: number, one: () => Compared) => Array.from({ length: count }, one);

describe('captures whose difference is known', () => {
  it('of one a side, says what calls tell, and gives times no verdict', () => {
    const found = compare([lookups(25, 0.3)], [lookups(0, 0, 7)]);
    expect(found.words).toEqual([
      'The whole capture takes 0.401 s instead of 0.701 s (−43 %): get_by_host (nova/a.py:90) is no longer called (25 times before, 0.300 s).',
    ]);
    expect(called(found, 'get_by_host')).toMatchObject({ verdict: 'gone', was: { line: 90 }, package: 'nova' });
    expect(called(found, 'work')).toMatchObject({
      line: 47,
      was: { line: 40 },
      verdict: 'unclear',
      calls: { verdict: 'same' },
    });
    expect(found.target.time).toMatchObject({ verdict: 'unclear', spread: null });
    expect(kinds(found)).toEqual(['repeats']);
  });

  it.each([2, 3, 4, 6])('of %i a side, gives a verdict to what differs and to nothing else', (count) => {
    const random = chance(count);
    const found = compare(
      several(count, () => lookups(25, 0.3, 0, random)),
      several(count, () => lookups(5, 0.06, 7, random)),
    );
    expect(found.words[0]).toMatch(
      /^The whole capture takes 0\.4\d\d s instead of 0\.\d+ s \(−3\d %\), faster: 0\.4.* to /,
    );
    expect(found.words[0]).toContain(': get_by_host (nova/a.py:97) is called 5 times instead of 25 (0.0');
    expect(called(found, 'get_by_host')).toMatchObject({ verdict: 'faster', calls: { verdict: 'fewer' } });
    expect(called(found, 'work')!.verdict).toBe('unclear');
    expect(found.packages).toMatchObject([{ name: 'nova', tottime: { verdict: 'faster' } }]);
    expect(kinds(found)).toEqual(count < 4 ? ['repeats'] : []);
  });

  it('names the function whose own time it is, where calls are the same', () => {
    const random = chance(1);
    const found = compare(
      several(4, () => lookups(25, 0.3, 0, random)),
      several(4, () => lookups(25, 0.9, 0, random)),
    );
    expect(found.words[0]).toMatch(
      /slower: .*: get_by_host \(nova\/a\.py:90\) itself takes 0\.\d+ s instead of 0\.\d+ s, called as often \(25 times\)\.$/,
    );
  });

  it('names what is new, and where it is called from and not what it calls', () => {
    const old: Made[] = [{ name: 'method', ct: 1, tt: 1 }];
    const now: Made[] = [
      { name: 'method', ct: 3, tt: 1 },
      { name: 'outer', ct: 2, nc: 3, callers: ['method'] },
      { name: 'inner', ct: 1.9, tt: 1.9, nc: 3, callers: ['outer'] },
    ];
    expect(compare([capture(old)], [capture(now)]).words).toEqual([
      'The whole capture takes 3.000 s instead of 1.000 s (+200 %): outer (nova/a.py:20) is new (called 3 times, 2.000 s).',
    ]);
  });
});

describe('a method that varies by more than the change', () => {
  it('has no verdict, and the function that is gone is named', () => {
    const rough = (count: number, random: () => number) => {
      const work = 0.4 * disturbance(random, 0.5);
      const look: Made[] = [{ name: 'get_by_host', nc: count, tt: 0.1, callers: ['method'] }];
      const rest: Made[] = [
        { name: 'method', ct: work + (count > 0 ? 0.1 : 0) },
        { name: 'work', tt: work, callers: ['method'] },
      ];
      return capture(count > 0 ? [...rest, ...look] : rest);
    };
    const random = chance(3);
    const found = compare(
      several(4, () => rough(25, random)),
      several(4, () => rough(0, random)),
    );
    expect(found.target.time.verdict).toBe('unclear');
    expect(called(found, 'get_by_host')!.verdict).toBe('gone');
    expect(found.words[0]).toMatch(/^No difference larger than chance: the whole capture takes .* differ by up to /);
    expect(found.words[1]).toMatch(/^Yet get_by_host .* is no longer called/);
  });
});

describe('noise alone', () => {
  it.each([2, 3, 4])(
    'has a verdict in at most 5 of 100 comparisons, with %i a side, whatever gets it',
    (count) => {
      const random = chance(2026 + count);
      const noisy = () => {
        const speed = disturbance(random, 0.05);
        const own = Array.from({ length: 25 }, (_, i) => (0.1 / (1 + i)) * speed * disturbance(random, 0.15));
        const below = (at: number) => own.slice(at).reduce((sum, one) => sum + one, 0);
        return capture(
          own.map((tt, i) => ({
            name: `f${i}`,
            tt,
            ct: below(i),
            file: `/v/site-packages/p${i % 4}/a.py`,
            callers: i > 0 ? [`f${i - 1}`] : [],
          })),
        );
      };
      let verdicts = 0;
      for (let i = 0; i < 1000; i++) {
        const { target, functions, packages } = compare(several(count, noisy), several(count, noisy));
        const all = [target.time, ...functions, ...packages.map(({ tottime }) => tottime)];
        if (all.some(({ verdict }) => verdict !== 'unclear')) verdicts++;
      }
      expect(verdicts).toBeLessThanOrEqual(50);
    },
    300_000,
  );
});

describe('the real captures', () => {
  it('of a cold and a warm scheduler: the lookup by host is gone', () => {
    const found = compare([fixture('25-cold')], [fixture('25-warm')]);
    expect(found.words).toEqual([
      'The method takes 0.409 s instead of 0.727 s (−44 %): get_by_host (nova/objects/host_mapping.py:103) is no longer called (25 times before, 0.333 s).',
    ]);
    expect(found.packages[0]).toMatchObject({ name: 'sqlalchemy', tottime: { difference: expect.closeTo(-0.156, 3) } });
    expect(kinds(found)).toEqual(['repeats']);
    expect(
      kinds(
        compare(
          [fixture('25-cold', { sidecar: sidecar({ cold: true }) })],
          [fixture('25-warm', { sidecar: sidecar() })],
        ),
      ),
    ).toContain('cold');
  });

  it('of one capture with itself differ in nothing', () => {
    const found = compare([fixture('25-cold')], [fixture('25-cold', { label: 'copy' })]);
    expect(
      found.functions.filter(({ cumtime, calls }) => cumtime.difference !== 0 || calls.verdict !== 'same'),
    ).toEqual([]);
    expect(found.words).toEqual(['The method takes 0.727 s instead of 0.727 s (±0 %).']);
  });

  it('of different profilers are not comparable', () => {
    const found = compare([fixture('25-cold')], [fixture('own-wall')]);
    expect(found.isComparable).toBe(false);
    expect(found.words[0]).toMatch(/^Not comparable/);
    expect(found.functions.every(({ verdict, calls }) => verdict === 'unclear' && calls.verdict === 'unclear')).toBe(
      true,
    );
  });

  it('tells work from waiting where both sides know', () => {
    const own = { sidecar: ownSidecar({ wall_seconds: 0.7677 }), active: stats('own-active') };
    const { active, time } = compare([fixture('own-wall', own)], [fixture('own-wall', { ...own, label: 'b' })]).target;
    expect(time.before.median).toBeCloseTo(0.7675, 4);
    expect(active!.before.median).toBeCloseTo(0.419, 3);
  });
});

describe('what keeps captures from being compared', () => {
  const beside = (changes: Parameters<typeof sidecar>[0]) =>
    fixture('own-wall', { sidecar: ownSidecar({ wall_seconds: 0.7677, ...changes }) });
  const right = beside({});

  it.each([
    ['engines', { engine: 'cprofile', scope: null, active: null, waits: null }, true],
    ['clocks', { clock: 'cpu' }, true],
    ['targets', { target: 'nova.scheduler.manager:SchedulerManager.other' }, true],
    ['untrusted', { wall_seconds: 5 }, true],
    ['untrusted', { measured: { ...ownSidecar().measured!, tasks: 3, unfinished: 1 } }, false],
    ['cold', { cold: true }, false],
    ['sizes', { sizes: { instance_uuids: 1, provider_summaries: 5 } }, false],
    ['scopes', { scope: 'call' }, false],
    ['pythons', { python: '3.13.1' }, false],
    ['outcomes', { outcome: 'raised', exception: 'KeyError' }, false],
  ] as const)('%s: %j', (kind, changes, forbids) => {
    const found = compare([beside(changes)], [{ ...right, label: 'b' }]);
    expect(found.notes).toContainEqual({ kind, sentence: expect.any(String) as unknown, forbids });
    expect(found.isComparable).toBe(!forbids);
    expect(compare([{ ...right, label: 'a' }], [{ ...right, label: 'b' }]).notes.map((one) => one.kind)).toEqual([
      'repeats',
    ]);
  });

  it('is that one has its rows less the waits, also where nothing lies beside them', () => {
    const { notes, isComparable } = compare([fixture('own-wall')], [fixture('own-active', { isActive: true })]);
    expect(isComparable).toBe(false);
    expect(notes[0]).toMatchObject({ kind: 'clocks', forbids: true });
  });

  it('is that it is one capture', () => {
    expect(kinds(compare([right], [right]))).toContain('same-file');
  });

  it('is a capture that is cut off, said once for several', () => {
    const cut = (label: string) => fixture('bad-concurrent', { label, sidecar: sidecar({ wall_seconds: 1.7 }) });
    const whole = fixture('25-warm', { sidecar: sidecar({ wall_seconds: 0.409 }) });
    const { notes, isComparable } = compare([whole], [cut('x'), cut('y'), cut('z')]);
    expect(isComparable).toBe(false);
    expect(notes.find(({ kind }) => kind === 'untrusted')!.sentence).toMatch(
      /^Not comparable, because of x and 2 more: _select_destinations is missing from the capture/,
    );
  });
});

describe('strange captures', () => {
  it.each([
    ['counts of -1', [{ name: 'f', nc: -1, tt: 1 }], [{ name: 'f', nc: -1, tt: 2 }]],
    ['negative times', [{ name: 'f', tt: -1 }], [{ name: 'f', tt: -2 }]],
    ['zero times', [{ name: 'f' }], [{ name: 'f' }]],
    ['a function that calls itself', [{ name: 'f', nc: 9, callers: ['f'] }], [{ name: 'f', nc: 3, callers: ['f'] }]],
    [
      'a circle',
      [
        { name: 'f', ct: 1, callers: ['g'] },
        { name: 'g', ct: 1, nc: 2, callers: ['f'] },
      ],
      [
        { name: 'f', ct: 2, callers: ['g'] },
        { name: 'g', ct: 2, nc: 5, callers: ['f'] },
      ],
    ],
    ['nothing in common', [{ name: 'f', tt: 1 }], [{ name: 'g', tt: 1 }]],
  ] as [string, Made[], Made[]][])('%s: no error, no NaN', (_, before, after) => {
    for (const count of [1, 2, 4]) {
      const found = compare(
        several(count, () => capture(before)),
        several(count, () => capture(after)),
      );
      expect(JSON.stringify(found)).not.toMatch(/NaN|undefined/);
      expect(found.words.join()).not.toMatch(/NaN|undefined|Infinity/);
    }
    if (before[0]!.nc === -1)
      expect(called(compare([capture(before)], [capture(after)]), 'f')!.calls.verdict).toBe('unclear');
  });

  it('callers without rows of their own', () => {
    const found = compare([fixture('25-cold')], [fixture('bad-concurrent')]);
    expect(found.functions.length).toBeGreaterThan(1000);
  });
});
