import { describe, expect, it } from 'vitest';
import type { FindingKind } from '../../src/profile/finding.js';
import { findings } from '../../src/profile/insight.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { targetOf } from '../../src/profile/target.js';
import { stats } from './bytes.js';
import { sidecar } from './example-sidecar.js';

function sentences(capture: string, beside?: Sidecar, kind: FindingKind = 'once-per'): string[] {
  return findings(stats(capture), beside)
    .filter((finding) => finding.kind === kind)
    .map(({ sentence }) => sentence);
}

function kinds(capture: string, beside?: Sidecar): FindingKind[] {
  return findings(stats(capture), beside)
    .map(({ kind }) => kind)
    .filter((kind) => !/^(?:once-per|by-kind|by-package|cold-work)$/.test(kind));
}

describe('what is called once for each of something', () => {
  it("is the guide's finding in the capture of a cold scheduler with 25 hosts", () => {
    expect(sentences('25-cold')).toContain(
      'get_by_host (nova/objects/host_mapping.py:103) is called once for each of 25 hosts, 46 % of the method (0.333 of 0.727 s); each time one database query, 0.234 s in all.',
    );
  });

  it('is borne out by the rows it is about', () => {
    const found = findings(stats('25-cold')).find(({ sentence }) => sentence.startsWith('get_by_host'))!;
    expect(found.share).toBeCloseTo(0.4575, 4);
    expect(found.rows[0]).toMatchObject({ name: 'get_by_host', nc: 25, ct: expect.closeTo(0.333, 3) });
    expect(found.rows.at(-1)).toMatchObject({ name: '_get_host_states', nc: 1 });
  });

  it('is named after an argument of that length too', () => {
    expect(sentences('25-cold', sidecar()).find((one) => one.startsWith('get_by_host'))).toMatch(
      /once for each of 25 hosts, 46 % .*; 25 = len\(provider_summaries\)\.$/,
    );
    expect(sentences('25-cold', sidecar()).find((one) => one.startsWith('update '))).toContain(
      'once for each of 25 provider summaries',
    );
  });

  it('holds for 5 hosts', () => {
    expect(sentences('05-cold')).toContain(
      'get_by_host (nova/objects/host_mapping.py:103) is called once for each of 5 hosts, 33 % of the method (0.077 of 0.231 s); each time one database query, 0.057 s in all.',
    );
  });

  it('does not mention the host mapping when it was cached', () => {
    const warm = sentences('25-warm');
    expect(warm.join()).not.toContain('host_mapping');
    expect(warm[0]).toBe(
      '_get_instances_by_host (nova/scheduler/host_manager.py:848) is called once for each of 25 hosts, 62 % of the method (0.252 of 0.409 s).',
    );
  });

  it('is the most expensive first, and few', () => {
    for (const capture of ['05-cold', '05-five-instances', '25-cold', '25-warm', 'own-wall', 'own-active', 'ncpu']) {
      const shares = findings(stats(capture)).flatMap(({ kind, share }) => (kind === 'once-per' ? share! : []));
      expect(shares.length).toBeLessThanOrEqual(5);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      expect(shares.every((share) => share >= 0.03 && share <= 1)).toBe(true);
    }
  });

  it('says only what is sure where hosts and instances are as many', () => {
    const both = sidecar({ sizes: { instance_uuids: 5, provider_summaries: 5 } });
    expect(sentences('05-five-instances', both)[0]).toMatch(
      /^claim_resources .* is called 5 times by one call of _schedule, 61 % .*; 5 = len\(instance_uuids\) = len\(provider_summaries\)\.$/,
    );
  });

  it('is not made of small numbers that are equal behind a wrapper by chance', () => {
    // A burst of requests shared the cache: 5 hosts, of which this request looked up 2.
    const found = sentences('own-threads');
    expect(found[0]).toContain('once for each of 5 hosts');
    expect(found.join()).not.toMatch(/each of 2 |2 times/);
  });

  it('is nothing where nothing is', () => {
    expect(sentences('ncpu')).toEqual([]);
    expect(sentences('bad-concurrent')).toEqual([]);
  });

  it('is counted of the wall time of its own target in a capture of our own', () => {
    const beside = sidecar({ wall_seconds: 0.7675 });
    expect(sentences('own-wall', beside)[0]).toContain(
      'once for each of 25 hosts, 34 % of the method (0.259 of 0.768 s)',
    );
    expect(kinds('own-wall', beside)).toEqual([]);
  });
});

describe('the target', () => {
  it("is the sidecar's, wherever its line has moved to", () => {
    const moved = sidecar({ function: { ...sidecar().function, line: 240 } });
    expect(targetOf(stats('own-wall'), sidecar())).toMatchObject({
      how: 'sidecar',
      seconds: expect.closeTo(0.7675, 4),
    });
    expect(targetOf(stats('own-wall'), moved).how).toBe('sidecar');
  });

  it('is where eventlet began, when profiling began inside of it', () => {
    expect(targetOf(stats('25-cold'))).toMatchObject({ how: 'eventlet-start', seconds: expect.closeTo(0.727, 3) });
    expect(kinds('25-cold', sidecar())).toEqual(['target-inside', 'outside']);
  });

  it('is all roots, when nothing says more', () => {
    const target = targetOf(stats('own-wall'));
    expect(target.how).toBe('root');
    expect(target.rows[0]!.name).toBe('_select_destinations');
  });
});

describe('what keeps a capture from being believed', () => {
  it('is that it was cut off', () => {
    const beside = sidecar({ wall_seconds: 1.7, calls: { number: 8, let_pass: 2, in_flight: 1 } });
    const [first] = findings(stats('bad-concurrent'), beside);
    expect(first).toMatchObject({ kind: 'target-missing' });
    expect(first!.sentence).toContain(
      '_select_destinations is missing from the capture, which holds 0.021 of the 1.700 s',
    );
    expect(sentences('bad-concurrent', beside, 'mixed')[0]).toContain(
      'holds other requests too: 1 call of the target ran already when it began, 2 more began meanwhile; they are in its rows',
    );
  });

  it('is that it counted another call', () => {
    const schedule = { file: '/opt/stack/nova/nova/scheduler/manager.py', line: 346, name: '_schedule' };
    const beside = sidecar({ function: schedule, engine: 'cprofile', python: '3.14.0', wall_seconds: 1.9929 });
    expect(sentences('nova34-cprofile', beside, 'callers-differ')[0]).toContain('125 of 2174 functions');
    expect(kinds('nova34-cprofile')).toEqual(['callers-differ']);
    const busy = { ...beside, calls: { number: 3, let_pass: 0, in_flight: 7 } };
    expect(sentences('nova34-cprofile', busy, 'mixed')[0]).toContain('7 calls of the target ran already');
    expect(sentences('nova34-cprofile', { ...busy, python: '3.11.2' }, 'mixed')).toEqual([]);
  });

  it('is that its seconds are not those that passed', () => {
    expect(kinds('own-wall', sidecar({ wall_seconds: 2, engine: 'cprofile' }))).toEqual(['seconds-differ']);
    expect(kinds('own-wall', sidecar({ wall_seconds: 0.2 }))).toEqual(['seconds-differ']);
  });

  it("is not the time of eventlet's profiler itself, which is said, or its waiting for others", () => {
    expect(sentences('own-wall', sidecar({ wall_seconds: 2 }), 'overhead')[0]).toContain('another 1.2');
    const beside = sidecar({ wall_seconds: 0.7675, calls: { number: 2, let_pass: 3, in_flight: 0 } });
    expect(sentences('own-wall', beside, 'mixed')[0]).toContain(
      'other requests too: 3 more began meanwhile; they are not in its counts',
    );
  });

  it('is told by the sidecar', () => {
    const beside = sidecar({
      wall_seconds: 0.7675,
      engine: 'cprofile',
      outcome: 'raised',
      exception: 'nova.exception.NoValidHost',
      cold: true,
      when: "self.host == 'h'",
      calls: { number: 1, let_pass: 3, in_flight: 0, when_missed: 4, when_undecided: 1 },
      errors: ['the disk was full'],
    });
    expect(sentences('own-wall', beside, 'when')).toEqual([
      "Only calls with self.host == 'h' are captured; 5 before this one were left out in its process, 1 because it could not be told of them.",
    ]);
    expect(kinds('own-wall', beside)).toEqual(['when', 'raised', 'let-pass', 'cold', 'probe-errors']);
    expect(sentences('own-wall', beside, 'raised')).toEqual(['The call ended with nova.exception.NoValidHost.']);
    expect(sentences('own-wall', beside, 'let-pass')[0]).toContain('3 calls of the target ran unprofiled');
    expect(sentences('own-wall', beside, 'cold')[0]).toContain('caches were cold');
  });

  it('is not made up for a good capture', () => {
    for (const capture of ['05-cold', '25-cold', '25-warm', 'ncpu'])
      expect(kinds(capture)).toEqual(['clock-unknown', 'outside']);
    for (const capture of ['own-wall', 'own-active']) expect(kinds(capture)).toEqual([]);
  });
});
