import { failure } from '../failure.js';

/** A target split into what the interpreter is asked for. */
export interface TargetName {
  module: string;
  /** `Class.method`, `function`, or a bare method name. */
  name: string;
}

/** What a user wrote, understood; which of them a name with dots is, only the host can say. */
export type TargetText =
  | { by: 'line'; file: string /** 1-based. */; line: number }
  | {
      by: 'name';
      /** Where it may be, the likeliest first; none for a bare word. */
      readings: TargetName[];
      /** What it can be looked up by as the end of a full name; none for `module:name`. */
      pattern?: string;
    };

const DOTTED = /^[^\W\d]\w*(\.[^\W\d]\w*)*$/u;
const LINE = /^(.*\.py):(\d+)$/s;

/**
 * `module:Class.method` has one reading; with dots alone the last one, two or three words can be the name
 * (`pkg.module.Class.method`), or all of it the end of one; `path/to/file.py:120` is a line.
 * @throws Failure TARGET_SYNTAX
 */
export function readTarget(text: string): TargetText {
  const [, file, line] = LINE.exec(text) ?? [];
  if (file !== undefined && line !== undefined && Number(line) > 0 && !file.includes('\0'))
    return { by: 'line', file, line: Number(line) };
  const [module, name, more] = text.replace('.<locals>', '').split(':');
  if (module && name && more === undefined && DOTTED.test(module) && DOTTED.test(name))
    return { by: 'name', readings: [{ module, name }] };
  if (!DOTTED.test(text)) throw failure('TARGET_SYNTAX', { target: text });
  const words = text.split('.');
  const split = (n: number) => ({ module: words.slice(0, -n).join('.'), name: words.slice(-n).join('.') });
  const usual = /^[^a-z]*[A-Z]/.test(words.at(-2) ?? '') ? [2, 1, 3] : [1, 2, 3];
  return { by: 'name', readings: usual.filter((n) => n < words.length).map(split), pattern: text };
}

export const writeTarget = (t: TargetName): string => `${t.module}:${t.name}`;
