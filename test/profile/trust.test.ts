import { describe, expect, it } from 'vitest';
import { findings } from '../../src/profile/insight.js';
import { stats } from './bytes.js';
import { sidecar } from './example-sidecar.js';
import { made } from './made.js';

const said = (profile: Parameters<typeof findings>[0], kind: string) =>
  findings(profile).filter((one) => one.kind === kind);

describe('what a capture says of itself', () => {
  it("is not to be trusted where another request's stop() ended it: that comes first", () => {
    const [first] = findings(stats('bad-concurrent'));
    expect(first!.kind).toBe('cut-off');
    expect(first!.sentence).toMatch(
      /^This capture is not to be trusted: no stop\(\) of the profiled call's own is in it, .*another request's stop\(\)/,
    );
    for (const good of ['05-cold', '05-five-instances', '25-cold', '25-warm', 'ncpu', 'own-wall', 'own-threads'])
      expect(said(stats(good), 'cut-off')).toEqual([]);
    expect(findings(stats('bad-concurrent'), sidecar()).map(({ kind }) => kind)).not.toContain('cut-off');
  });

  it('is that calls do not add up in what cProfile writes of several threads', () => {
    expect(said(stats('nova34-cprofile'), 'callers-differ')[0]!.sentence).toMatch(/^125 of 2174 functions/);
  });

  it('is that no call can have such figures', () => {
    const odd = made({ '/x/a.py:1 a': { tt: 5, ct: 1 } }, [{ from: '/x/a.py:1 a', to: '/x/b.py:1 b', tt: -1, ct: -2 }]);
    expect(said(odd, 'impossible')[0]!.sentence).toMatch(/^2 of 2 functions/);
  });

  it('is how much of it was not the call', () => {
    expect(said(stats('25-cold'), 'outside')[0]!.sentence).toMatch(
      /^Of the 0\.962 s in this capture, 0\.234 s were not the call's/,
    );
  });
});

describe('a first call', () => {
  it('does what later ones are spared', () => {
    expect(said(stats('25-cold'), 'cold-work')[0]!.sentence).toBe(
      'Of this, later calls are spared most: compiling SQL 0.045 s.',
    );
    expect(said(stats('25-warm'), 'cold-work')).toEqual([]);
  });
});

describe('exceptions in bulk', () => {
  const root = '/opt/stack/nova/nova/compute/api.py:1 go';
  const made100 = (nc: number) =>
    made({ [root]: { tt: 0.5, ct: 1 } }, [
      { from: root, to: '/opt/stack/nova/nova/exception.py:88 __init__', nc, tt: 0.5, ct: 0.5 },
    ]);

  it('are counted where they are made', () => {
    expect(said(made100(300), 'exceptions')[0]!.sentence).toBe(
      '300 exceptions were made by __init__ (nova/exception.py:88), 0.500 s for making them alone. What raised and what caught them no profile shows.',
    );
  });

  it('are no word worth when they are few', () => {
    expect(said(made100(3), 'exceptions')).toEqual([]);
  });
});
