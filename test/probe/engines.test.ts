import { describe, expect, it } from 'vitest';
import { type EngineName, engineFit, engineSettings, type Ground } from '../../src/probe/engines.js';
import { planSourceProbe } from '../../src/probe/plan.js';
import { probeRuntime } from '../../src/probe/runtime.js';

describe('engineSettings', () => {
  it('knows the defaults of each', () => {
    expect(engineSettings('profkit')).toEqual({ engine: 'profkit', scope: 'tree', clock: 'wall' });
    expect(engineSettings('sample', { scope: 'call' })).toEqual({ engine: 'sample', scope: 'call', clock: 'wall' });
    expect(engineSettings('yappi', { clock: 'cpu' })).toEqual({ engine: 'yappi', scope: null, clock: 'cpu' });
    expect(engineSettings('eventlet', { clock: 'wall' })).toEqual({ engine: 'eventlet', scope: null, clock: 'wall' });
  });

  it.each([
    ['sample', { clock: 'cpu' }, 'The engine sample knows no --clock cpu, only wall.', 'profkit, yappi.'],
    ['eventlet', { clock: 'cpu' }, 'The engine eventlet knows no --clock cpu, only wall.', 'profkit, yappi.'],
    ['cprofile', { scope: 'call' }, 'The engine cprofile knows no --scope call.', 'profkit, sample.'],
    ['yappi', { scope: 'tree' }, 'The engine yappi knows no --scope tree.', 'profkit, sample.'],
  ] as const)('refuses what %s cannot do: %j', (engine, asked, message, others) => {
    expect(() => engineSettings(engine, asked)).toThrow(
      expect.objectContaining({
        code: 'ENGINE_OPTION',
        status: 2,
        message,
        next: expect.stringContaining(others) as unknown,
      }),
    );
  });
});

describe.each(['profkit', 'sample', 'eventlet', 'cprofile', 'yappi'] as const)('the runtime of %s', (engine) => {
  it('has its settings filled in before anything else is done', async () => {
    const located = {
      ...{
        target: 'm:f',
        module: 'm',
        file: '/m.py',
        line: 1,
        column: 0,
        name: 'f',
        kind: 'function',
        role: 'function',
      },
      ...{
        arguments: [],
        any: false,
        signature: '()',
        stub: null,
        blocked: null,
        python: '3.11.2',
        sha256: '',
        notes: [],
      },
    };
    const settings = {
      ...engineSettings(engine),
      ...{ probe: 'abcdef', by: 'me', when: null, max: 3, until: 9, owner: 'me', services: [], state: '/var/lib/x' },
    };
    const source = Buffer.from('def f(): pass\n');
    const sources = new Map([['/m.py', source]]);
    const plan = planSourceProbe([{ located, ids: null }], sources, settings, await probeRuntime(engine));
    const runtime = String(plan.request.files[0]!.data);
    const filled = runtime.indexOf('SETTINGS = json.loads(');
    expect(runtime.match(/^SETTINGS = /gm)).toHaveLength(1);
    expect(runtime.slice(filled)).toContain(`"engine\\":\\"${engine}`);
    expect(runtime.slice(0, filled)).not.toMatch(/^(def|class) /m);
    expect(runtime).toMatch(/^def wrap\(/m);
    const names = [...runtime.matchAll(/^(?:(?:def|class) (\w+)|(\w+) = )/gm)].map(([, a, b]) => a ?? b);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]); // the parts share one namespace
  });
});

describe('engineFit', () => {
  const ground = (mode: Ground['mode'], python: string): Ground => ({ mode, python });

  it.each([
    ['eventlet', ground('threading', '3.14.2'), 'refused', /needs eventlet/],
    ['eventlet', ground('threading', '3.11.2'), 'refused', /needs eventlet/],
    ['eventlet', ground('eventlet', '3.17.0'), 'refused', /from 3\.17 on/],
    ['eventlet', ground(undefined, '3.17.0'), 'refused', /from 3\.17 on/],
    ['cprofile', ground('threading', '3.12.0'), 'refused', /all threads together/],
    ['cprofile', ground('eventlet', '3.14.2'), 'doubt', /greenlets/],
    ['yappi', ground('threading', '3.14.2'), 'doubt', /lost the figures/],
  ] as const)('%s in %j: %s', (engine, where, kind, words) => {
    expect(Object.keys(engineFit(engine, where))).toEqual([kind]);
    expect(engineFit(engine, where)).toMatchObject({ [kind]: expect.stringMatching(words) as unknown });
  });

  it.each([
    ['eventlet', ground('eventlet', '3.14.2')],
    ['eventlet', ground(undefined, '3.14.2')],
    ['cprofile', ground('threading', '3.11.9')], // it is a thread's there
    ['cprofile', ground(undefined, '3.14.2')],
    ['profkit', ground('threading', '3.14.2')],
    ['profkit', ground('eventlet', '3.17.0')],
    ['sample', ground('threading', '3.14.2')],
  ] as [EngineName, Ground][])('%s in %j: nothing to say', (engine, where) => {
    expect(engineFit(engine, where)).toEqual({});
  });
});
