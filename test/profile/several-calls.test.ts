import { describe, expect, it } from 'vitest';
import { DoubtsOfEach } from '../../src/profile/doubts-of-each.js';
import { findings } from '../../src/profile/insight.js';
import { mergeSidecars } from '../../src/profile/merge-sidecars.js';
import { StatsSum } from '../../src/profile/stats-sum.js';
import { stats } from './bytes.js';
import { sidecar } from './example-sidecar.js';
import { made } from './made-stats.js';

const nova = (name: string) => `/opt/stack/nova/nova/${name}.py`;
const once = (profile: Parameters<typeof findings>[0], beside?: Parameters<typeof findings>[1]) =>
  findings(profile, beside)
    .filter(({ kind }) => kind === 'once-per')
    .map(({ sentence }) => sentence);

describe('a loop in what was called several times', () => {
  const loop = (calls: number, turns: number) =>
    made([
      { name: 'target', ct: 1 },
      { name: 'parent', nc: calls, ct: 0.9, callers: ['target'] },
      { name: 'body', nc: calls * turns, ct: 0.8, callers: ['parent'] },
    ]);

  it('is told with the number of calls, as an average', () => {
    expect(once(loop(4, 12))[1]).toMatch(
      /^body .* is called 48 times by 4 calls of parent, 12 a call on average, 80 %/,
    );
    expect(once(loop(1, 12))[0]).toMatch(/^body .* is called 12 times by one call of parent, 80 %/);
  });

  it('is nothing where the number may be chance, or the parent is in a loop itself', () => {
    expect(once(loop(4, 2)).join()).not.toContain('body');
    expect(once(loop(25, 12)).join()).not.toContain('12 a call');
  });

  it('is no loop where the target calls itself', () => {
    const profile = made([
      { name: 'target', nc: 3, ct: 1, file: nova('a') },
      { name: 'body', nc: 3, ct: 0.9, file: nova('b'), callers: ['target'] },
    ]);
    const own = profile.rows[0]!;
    const beside = sidecar({
      function: { file: own.file, line: own.line, name: own.name },
      wall_seconds: 1,
      sizes: {},
    });
    expect(once(profile, beside)).toEqual([]);
  });
});

describe('captures that are added up', () => {
  const files = (...names: string[]) => {
    const [sum, doubts] = [new StatsSum(), new DoubtsOfEach()];
    for (const name of names) {
      sum.add(stats(name));
      doubts.add({ file: name, stats: stats(name), sidecar: undefined });
    }
    return { sum: sum.stats(), doubts: doubts.findings() };
  };

  it('have the loops of their calls together', () => {
    const { sum, doubts } = files('25-cold', '25-cold');
    expect(doubts).toEqual([]);
    expect(once(sum)[1]).toMatch(
      /^get_by_host .* is called 50 times below 2 calls of _get_host_states, 25 a call on average, 46 %/,
    );
  });

  it('tell which of them is not to be trusted', () => {
    const { sum, doubts } = files('25-cold', 'bad-concurrent');
    const [first] = findings(sum, undefined, undefined, doubts);
    expect(first).toMatchObject({ kind: 'cut-off' });
    expect(first!.sentence).toMatch(/^bad-concurrent: This capture is not to be trusted/);
  });

  it('tell which of them held other requests, and do not tell it of all', () => {
    const alone = sidecar({ wall_seconds: 0.7675 });
    const busy = sidecar({ wall_seconds: 0.7675, calls: { number: 2, let_pass: 3, in_flight: 0 } });
    const [sum, doubts] = [new StatsSum(), new DoubtsOfEach()];
    for (const [file, beside] of [['a.prof', alone] as const, ['b.prof', busy] as const]) {
      sum.add(stats('own-wall'));
      doubts.add({ file, stats: stats('own-wall'), sidecar: beside });
    }
    const found = findings(sum.stats(), mergeSidecars([alone, busy]), undefined, doubts.findings());
    const mixed = found.filter(({ kind }) => kind === 'mixed').map(({ sentence }) => sentence);
    expect(mixed).toEqual([
      expect.stringMatching(/^b\.prof: This engine's capture holds other requests too: 3 more began meanwhile/),
    ]);
  });

  it('are told to be of several targets, and then nothing is said of shares', () => {
    const { sum, doubts } = files('25-cold', 'own-wall');
    const found = findings(sum, undefined, undefined, doubts);
    expect(found[0]!.sentence).toMatch(/^These 2 captures are not of one target/);
    expect(found.filter(({ kind }) => ['once-per', 'by-kind', 'by-package'].includes(kind))).toEqual([]);
  });
});

describe('files that do not count calls', () => {
  it('are told as such', () => {
    const profile = made([
      { name: 'root', nc: -1, ct: 1 },
      { name: 'leaf', nc: -1, tt: 1, callers: ['root'] },
    ]);
    expect(findings(profile).map(({ kind }) => kind)).toContain('uncounted');
    expect(findings(profile).map(({ kind }) => kind)).not.toContain('callers-differ');
  });
});

describe('work of a first call', () => {
  const connect = (caller: string) =>
    made([
      { name: 'target', ct: 1 },
      { name: 'beside', ct: 1 },
      { name: 'connect', file: '/usr/lib/python3/dist-packages/pymysql/connections.py', ct: 0.5, callers: [caller] },
    ]);
  const beside = sidecar({ function: { file: nova('a'), line: 10, name: 'target' }, wall_seconds: 1 });
  const kinds = (caller: string) => findings(connect(caller), beside).map(({ kind }) => kind);

  it("is the target's, not that of a greenlet beside it", () => {
    expect(kinds('target')).toContain('cold-work');
    expect(kinds('beside')).not.toContain('cold-work');
  });
});
