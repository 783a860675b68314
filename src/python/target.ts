import { failure } from '../failure.js';

/** A target split into what the interpreter is asked for. */
export interface TargetName {
  module: string;
  /** `Class.method`, `function`, or a bare method name. */
  name: string;
}

const DOTTED = /^[^\W\d]\w*(\.[^\W\d]\w*)*$/u;

/**
 * The readings of a target, the likeliest first: `module:Class.method` has one; with dots alone the last one, two or
 * three words can be the name (`pkg.module.Class.method`).
 * @throws Failure TARGET_SYNTAX
 */
export function readTarget(text: string): [TargetName, ...TargetName[]] {
  const [module, name, more] = text.split(':');
  if (module && name && more === undefined && DOTTED.test(module) && DOTTED.test(name)) return [{ module, name }];
  const words = text.split('.');
  if (!DOTTED.test(text) || words.length < 2) throw failure('TARGET_SYNTAX', { target: text });
  const split = (n: number) => ({ module: words.slice(0, -n).join('.'), name: words.slice(-n).join('.') });
  const usual = /^[^a-z]*[A-Z]/.test(words.at(-2) ?? '') ? [2, 1, 3] : [1, 2, 3];
  return usual.filter((n) => n < words.length).map(split) as [TargetName, ...TargetName[]];
}

export const writeTarget = (t: TargetName): string => `${t.module}:${t.name}`;
