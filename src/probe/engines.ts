import { failure } from '../failure.js';

export const SCOPES = ['tree', 'call', 'process'] as const;
export const CLOCKS = ['wall', 'cpu'] as const;
export type Scope = (typeof SCOPES)[number];
export type Clock = (typeof CLOCKS)[number];

interface EngineFacts {
  /** What of a process it can be told to follow, its default first; none where it has no choice. */
  readonly scopes: readonly Scope[];
  readonly clocks: readonly Clock[];
  /** The parts in templates/probe/ that it is made of. */
  readonly parts: readonly string[];
}

const OWN = ['dispatch', 'contexts', 'follow', 'rows', 'session'] as const;

/** What measures inside a service. */
const ENGINES = {
  profkit: { scopes: SCOPES, clocks: CLOCKS, parts: [...OWN, 'own'] },
  eventlet: { scopes: [], clocks: ['wall'], parts: ['engines'] },
  cprofile: { scopes: [], clocks: ['wall'], parts: ['engines'] },
  yappi: { scopes: [], clocks: CLOCKS, parts: ['engines'] },
  sample: { scopes: SCOPES, clocks: ['wall'], parts: [...OWN, 'sampler', 'own'] },
} as const satisfies Record<string, EngineFacts>;

export type EngineName = keyof typeof ENGINES;
export const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[];

export const factsOf = (engine: EngineName): EngineFacts => ENGINES[engine];

/** What a probe is told of how to measure. */
export interface EngineSettings {
  readonly engine: EngineName;
  /** null: the engine has no choice. */
  readonly scope: Scope | null;
  readonly clock: Clock;
}

/**
 * The settings of an engine, with its defaults for what was not asked for.
 * @throws Failure ENGINE_OPTION for what was asked for and it does not know: it would measure something else.
 */
export function engineSettings(engine: EngineName, asked: { scope?: Scope; clock?: Clock } = {}): EngineSettings {
  const { scopes, clocks } = factsOf(engine);
  return {
    engine,
    scope: asked.scope === undefined ? (scopes[0] ?? null) : known('scope', asked.scope, engine, scopes),
    clock: asked.clock === undefined ? 'wall' : known('clock', asked.clock, engine, clocks),
  };
}

function known<T extends Scope | Clock>(option: 'scope' | 'clock', value: T, engine: EngineName, all: readonly T[]): T {
  if (all.includes(value)) return value;
  const others = ENGINE_NAMES.filter((name) => (factsOf(name)[`${option}s`] as readonly string[]).includes(value));
  throw failure('ENGINE_OPTION', { engine, option, value, known: all, others });
}

/** What a service is like in which an engine is to measure. */
export interface Ground {
  /** How it does several things at once; undefined: not known. */
  mode: 'eventlet' | 'threading' | undefined;
  /** `3.14.2` */
  python: string;
}

/** Half a sentence: why an engine is refused there, or what its figures are to be doubted for. */
export function engineFit(engine: EngineName, { mode, python }: Ground): { refused?: string; doubt?: string } {
  const [major = 0, minor = 0] = python.split('.').map(Number);
  const from = (n: number) => major > 3 || (major === 3 && minor >= n);
  if (engine === 'eventlet' && from(17))
    return { refused: 'it is made of the module profile, which Python has no more from 3.17 on' };
  if (engine === 'eventlet' && mode === 'threading')
    return {
      refused: 'it follows greenlets and needs eventlet, which a service with native threads does without or refuses',
    };
  if (engine === 'cprofile' && mode === 'threading' && from(12))
    return {
      refused: 'from Python 3.12 on cProfile counts the calls of all threads together, so no capture would be right',
    };
  if (engine === 'yappi' && mode === 'threading')
    return { doubt: 'with native threads, on Python 3.14, yappi lost the figures of every capture' };
  if (engine === 'cprofile' && mode === 'eventlet')
    return { doubt: 'cProfile does not tell greenlets apart: what runs while the call waits is in its capture' };
  return {};
}
