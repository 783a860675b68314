import { describe, expect, it } from 'vitest';
import { FoldedError, parseFolded } from '../../src/profile/folded.js';
import { findings } from '../../src/profile/insight.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { stats } from './bytes.js';
import { ownSidecar } from './example-sidecar.js';

const NOVA = '/opt/stack/nova/nova';
const TARGET = `_select_destinations (${NOVA}/scheduler/manager.py:235)`;
const SCHEDULE = `${TARGET};_schedule (${NOVA}/scheduler/manager.py:266)`;
const CLAIM = `${SCHEDULE};claim_resources (${NOVA}/scheduler/utils.py:1224);wrapper (${NOVA}/scheduler/client/report.py:156)`;
const REPORT = `${CLAIM};claim_resources (${NOVA}/scheduler/client/report.py:1570)`;
const PUT = `put (/usr/lib/python3/dist-packages/keystoneauth1/adapter.py:403)`;
const SWITCH = `switch (/usr/lib/python3/dist-packages/eventlet/hubs/hub.py:297)`;
const STATES = `${SCHEDULE};_get_all_host_states (${NOVA}/scheduler/manager.py:650)`;
const SCATTER = `_get_computes_for_cells (${NOVA}/scheduler/host_manager.py:609);scatter_gather_cells (${NOVA}/context.py:396)`;

/** The waits of a capture of the lab, whose rows are the fixtures own-wall and own-active. */
const LINES = [
  `${REPORT};_put_allocations (${NOVA}/scheduler/client/report.py:1966);${PUT};${SWITCH} 221000`,
  `${REPORT};get (${NOVA}/scheduler/client/report.py:283);${SWITCH} 27000`,
  `${STATES};${SCATTER};${SWITCH} 71000`,
  `${STATES};_get_host_states (${NOVA}/scheduler/host_manager.py:774);${SWITCH} 29000`,
  `main (/usr/lib/python3/dist-packages/eventlet/greenthread.py:210);${SWITCH} 90000`,
];

function said(lines: readonly string[], beside: Partial<Sidecar> = {}, active = 'own-active'): string[] {
  const sidecar = ownSidecar({ wall_seconds: 0.7675, active_seconds: 0.4185, ...beside });
  const suspended = { active: stats(active), waits: parseFolded(`${lines.join('\n')}\n`) };
  return findings(stats('own-wall'), sidecar, suspended)
    .filter(({ kind }) => kind === 'waiting')
    .map(({ sentence }) => sentence);
}

describe('what waited', () => {
  it('is told with the functions in which it did, where the waiting parts', () => {
    expect(said(LINES)).toEqual([
      "Of the method's 0.768 s, 0.349 s were waiting: 0.248 s of it in claim_resources (nova/scheduler/utils.py:1224) and 0.071 s in _get_computes_for_cells (nova/scheduler/host_manager.py:609).",
    ]);
  });

  it('is told below the decorator of a library through which all of it came', () => {
    const inner = 'inner (/usr/lib/python3/dist-packages/oslo_concurrency/lockutils.py:397)';
    expect(said(LINES.map((line) => line.replace(TARGET, `${TARGET};${inner}`)))).toEqual(said(LINES));
  });

  it('comes first, with its rows and its share', () => {
    const suspended = { active: stats('own-active'), waits: parseFolded(LINES.join('\n')) };
    const [first, second] = findings(stats('own-wall'), ownSidecar({ wall_seconds: 0.7675 }), suspended);
    expect(first).toMatchObject({ kind: 'waiting', share: expect.closeTo(0.4541, 3) });
    expect(first!.rows.map(({ name }) => name)).toEqual([
      ...['_select_destinations', 'claim_resources', '_get_computes_for_cells'],
    ]);
    expect(second!.kind).toBe('once-per');
  });

  it('is one place where it is nearly all in one, the last in the own package of the target', () => {
    const one = `${CLAIM};claim_resources (${NOVA}/scheduler/client/report.py:1570);${PUT};${SWITCH} 349000`;
    expect(said([one])).toEqual([
      "Of the method's 0.768 s, 0.349 s were waiting, in claim_resources (nova/scheduler/client/report.py:1570).",
    ]);
  });

  it('is in a library where the target itself calls that', () => {
    expect(said([`${TARGET};${SWITCH} 349000`])[0]).toMatch(
      /were waiting, in switch \(eventlet\/hubs\/hub\.py:297\)\.$/,
    );
    expect(said([`${TARGET} 349000`])).toEqual(["Of the method's 0.768 s, 0.349 s were waiting."]);
  });

  it('is not told where there was next to none', () => {
    expect(said([], { active_seconds: 0.7675 }, 'own-wall')).toEqual([]);
  });

  it('is told of threads as far as it is known of them', () => {
    const words = (changes: Partial<Sidecar>) =>
      findings(stats('own-wall'), ownSidecar({ wall_seconds: 0.7675, active: null, waits: null, ...changes }))
        .filter(({ kind }) => kind === 'waiting')
        .map(({ sentence }) => sentence);
    expect(words({ active_seconds: 0.1 })[0]).toMatch(
      /^Of the method's 0\.768 s, its thread was on the CPU for 0\.100 s;/,
    );
    expect(words({ active_seconds: 0.76 })).toEqual([]);
    expect(words({ active_seconds: null })).toEqual([]);
    expect(words({ active_seconds: 0.1, engine: 'cprofile', measured: null })).toEqual([]);
  });
});

describe('what was measured beside the rows', () => {
  const kinds = (measured: Partial<Sidecar['measured']>, more: Partial<Sidecar> = {}) =>
    findings(
      stats('own-wall'),
      ownSidecar({ wall_seconds: 0.84, measured: { ...ownSidecar().measured!, ...measured }, ...more }),
    ).filter(({ kind }) => !/^(?:once-per|by-kind|by-package)$/.test(kind));

  it('is not told where it does no harm', () => {
    expect(kinds({ greenlets: 2, tasks: 3 })).toEqual([]);
  });

  it('is the work of greenlets and tasks, where times add up to more than passed', () => {
    const [finding] = kinds({ greenlets: 1, tasks: 3 }, { wall_seconds: 0.7675 });
    expect(finding!.sentence).toMatch(
      /^The call started 1 greenlet and 3 tasks in pools, whose rows stand beside its own: .* 0\.839 s in all of a call that took 0\.767 s\.$/,
    );
    expect(kinds({ greenlets: 0, tasks: 0 }, { wall_seconds: 0.7675 })).toEqual([]);
  });

  it('is what had not ended, and what measuring cost', () => {
    const found = kinds({ tasks: 3, unfinished: 2, overhead_seconds: 0.31 });
    expect(found.map(({ kind }) => kind)).toEqual(['unfinished', 'overhead']);
    expect(found[0]!.sentence).toMatch(/^2 of the 3 tasks that the call handed to pools had not ended/);
    expect(found[1]!.sentence).toMatch(/^About 0\.310 s of the 0\.840 s are the profiler's own work, an estimate/);
  });

  it('is of the call alone, unless all was followed', () => {
    const calls = { number: 9, let_pass: 0, in_flight: 7 };
    expect(kinds({}, { calls })).toEqual([]);
    expect(kinds({}, { calls, scope: 'process' })).toMatchObject([{ kind: 'mixed' }]);
  });

  it('says which clock it was where that is not the one on the wall', () => {
    const found = kinds({}, { clock: 'cpu', wall_seconds: 2, active: null, waits: null });
    expect(found).toMatchObject([{ kind: 'cpu-time', sentence: "The times are the CPU's; the call took 2.000 s." }]);
  });
});

describe('parseFolded', () => {
  it('reads what a probe folds', () => {
    expect(parseFolded('<lambda> (/a b/(c).py:7);f (/d.py:1);[waiting] 1500000\n 3\n')).toEqual([
      {
        frames: [
          { name: '<lambda>', file: '/a b/(c).py', line: 7 },
          { name: 'f', file: '/d.py', line: 1 },
          { name: '[waiting]', file: '', line: 0 },
        ],
        seconds: 1.5,
      },
      { frames: [], seconds: 3e-6 },
    ]);
  });

  it.each(['f (/a.py:1)', 'f 1.5', 'f -1'])('refuses %j', (line) => {
    expect(() => parseFolded(`f 1\n${line}\n`)).toThrow(FoldedError);
    expect(() => parseFolded(`f 1\n${line}\n`)).toThrow('line 2');
  });
});
