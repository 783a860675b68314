import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/profile/attribution.js';
import { kindOf } from '../../src/profile/kinds.js';
import { shareFindings } from '../../src/profile/share-findings.js';
import { targetOf } from '../../src/profile/target.js';
import { stats } from './bytes.js';
import { made } from './made.js';

const NOVA = '/opt/stack/nova/nova/scheduler/manager.py:1 go';
const SQL = '/l/dist-packages/sqlalchemy/engine.py:9 execute';
const HTTP = '/l/dist-packages/keystoneauth1/session.py:5 request';
const RECV = "<method 'recv' of '_socket.socket' objects>";

/** 1 s: 0.1 of its own, 0.6 in the database (0.5 of it in recv), 0.3 over HTTP (0.2 of it in recv). */
const example = made({ [NOVA]: { tt: 0.1, ct: 1 } }, [
  { from: NOVA, to: SQL, nc: 5, tt: 0.1, ct: 0.6 },
  { from: NOVA, to: HTTP, nc: 1, tt: 0.1, ct: 0.3 },
  { from: SQL, to: RECV, nc: 5, tt: 0.5, ct: 0.5 },
  { from: HTTP, to: RECV, nc: 2, tt: 0.2, ct: 0.2 },
]);

describe('what the time was for', () => {
  it('is told apart by who called what has no kind of its own', () => {
    const found = attribute(example, targetOf(example), (id) => kindOf(example.row(id)), 'own');
    expect([...found].map(([kind, seconds]) => [kind, Number(seconds.toFixed(6))])).toEqual([
      ['own', 0.1],
      ['database', 0.6],
      ['http', 0.3],
    ]);
  });

  it('is said, the most first, and whose code it was', () => {
    expect(shareFindings(example, targetOf(example)).map(({ sentence }) => sentence)).toEqual([
      'By what it was for: the database 60 %, HTTP 30 %; the rest, 10 %, none of these.',
      "By whose code it was in: nova 10 %, sqlalchemy 10 %, keystoneauth1 10 %; 70 % was waiting, in nobody's.",
    ]);
  });

  it('is waiting where that was for none of them', () => {
    const switched = "<method 'switch' of 'greenlet.greenlet' objects>";
    const hub = '/l/dist-packages/eventlet/hubs/hub.py:297 switch';
    const greens = made({ [NOVA]: { tt: 0.1, ct: 1 } }, [
      { from: NOVA, to: SQL, nc: 1, tt: 0.1, ct: 0.5 },
      { from: NOVA, to: hub, nc: 1, tt: 0, ct: 0.4 },
      { from: SQL, to: switched, nc: 1, tt: 0.4, ct: 0.4 },
      { from: hub, to: switched, nc: 1, tt: 0.4, ct: 0.4 },
    ]);
    const [kinds, packages] = shareFindings(greens, targetOf(greens));
    expect(kinds!.sentence).toBe(
      'By what it was for: the database 50 %, other waiting 40 %; the rest, 10 %, none of these.',
    );
    expect(packages!.sentence).toMatch(/nova 10 %, sqlalchemy 10 %; 80 % was waiting, in nobody's\.$/);
    for (const { parts } of [kinds!, packages!])
      expect(parts!.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(1, 9);
  });

  it('counts no lock to locks that was waited for until others had finished', () => {
    const [kinds] = shareFindings(stats('own-threads'), targetOf(stats('own-threads')));
    expect(kinds!.parts!.map(({ name }) => name)).toContain('waiting');
    expect(kinds!.sentence).not.toContain('locks');
  });

  it('leaves out what others called', () => {
    const other = '/opt/stack/nova/nova/other.py:1 tick';
    const both = made({ [NOVA]: { tt: 0.1, ct: 0.3 }, [other]: { tt: 1, ct: 1.6 } }, [
      { from: NOVA, to: SQL, nc: 1, tt: 0.2, ct: 0.2 },
      { from: other, to: SQL, nc: 3, tt: 0.6, ct: 0.6 },
    ]);
    const target = { rows: [both.row(0)], seconds: 0.3, how: 'sidecar' as const };
    const found = attribute(both, target, (id) => kindOf(both.row(id)), 'own');
    expect(found.get('database')).toBeCloseTo(0.2, 9);
  });

  it('ends where functions call each other', () => {
    const [a, b] = ['/x/a.py:1 a', '/x/b.py:1 b'];
    const circle = made({ [NOVA]: { tt: 0.1, ct: 1 } }, [
      { from: NOVA, to: a, tt: 0.2, ct: 0.9 },
      { from: a, to: b, nc: 7, tt: 0.3, ct: 0.7 },
      { from: b, to: a, nc: 6, tt: 0.4, ct: 0.6 },
    ]);
    const found = attribute(circle, targetOf(circle), (id) => kindOf(circle.row(id)), 'own');
    expect(found.get('own')).toBeCloseTo(1, 2);
  });

  it.each(['05-cold', '25-cold', '25-warm', 'ncpu', 'own-wall', 'own-active', 'own-threads'])(
    'is never more than all of it: %s',
    (name) => {
      const capture = stats(name);
      for (const { parts } of shareFindings(capture, targetOf(capture))) {
        const all = parts!.reduce((sum, { share }) => sum + share, 0);
        expect(all).toBeLessThanOrEqual(1.0001);
        expect(all).toBeGreaterThan(0.4);
      }
    },
  );

  it.each(['bad-concurrent', 'nova34-cprofile'])('is not said of what cannot be relied on: %s', async (name) => {
    const { findings } = await import('../../src/profile/insight.js');
    expect(findings(stats(name)).map(({ kind }) => kind)).not.toContain('by-kind');
  });
});
