import { failure } from '../failure.js';
import { readTarget, type TargetName, writeTarget } from './target.js';

/** Asks the service's own interpreter; given by the caller, since this room does no I/O. */
export type AskPython = (request: LocateRequest | CheckRequest) => Promise<unknown>;

interface LocateRequest {
  op: 'locate';
  module: string;
  name: string;
  path: readonly string[];
}

interface CheckRequest {
  op: 'check';
  source: string;
  edited: string;
  /** 1-based. */
  line: number;
  decorator: string;
}

interface Place {
  name: string;
  /** Of the word `def`, 1-based. */
  line: number;
  column: number;
  kind: string;
  arguments: string[];
  /** It takes any other by name too. */
  any: boolean;
}

type Answer =
  | { missing: 'module'; reached: string; python: string }
  | { missing: 'source'; origin: string; python: string }
  | { missing: 'syntax'; why: string }
  | { missing?: undefined; python: string; file: string; sha256: string; found: Place[]; near: string[] };

export interface Located extends Place {
  /** `module:Class.method`, in full. */
  target: string;
  file: string;
  sha256: string;
  /** Version of the interpreter that answered. */
  python: string;
}

/** `python -` reads this; the request stands before the program so that nothing shows on a command line. */
export const locateProgram = (request: object, program: string): string =>
  `REQUEST = ${pythonString(JSON.stringify(request))}\n${program}`;

/** A string literal of Python (and of JSON): ASCII only, so that no encoding matters. */
export function pythonString(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Finds the one definition that a target names.
 * @throws Failure when it is not there, is several, has no source, or is no plain function
 */
export async function locate(
  text: string,
  interpreter: string,
  path: readonly string[],
  ask: AskPython,
): Promise<Located> {
  const readings = readTarget(text);
  let first: Answer | undefined;
  for (const reading of readings) {
    const answer = (await ask({ op: 'locate', ...reading, path })) as Answer;
    if (answer.missing === undefined && answer.found.length > 0) return pick(reading, answer);
    if (first === undefined || (first.missing === 'module' && answer.missing !== 'module')) first = answer;
  }
  throw absent(readings[0], first!, interpreter);
}

function pick(reading: TargetName, answer: Extract<Answer, { file: string }>): Located {
  const [place, ...others] = answer.found;
  if (place === undefined || others.length > 0) {
    const places = answer.found.map((p) => `${p.name} line ${p.line}`);
    throw failure('TARGET_AMBIGUOUS', { name: reading.name, file: answer.file, places });
  }
  const target = writeTarget({ module: reading.module, name: place.name });
  if (place.kind === 'class') throw failure('TARGET_CLASS', { name: target });
  if (place.kind !== 'function') throw failure('TARGET_KIND', { name: target, kind: place.kind });
  return { ...place, target, file: answer.file, sha256: answer.sha256, python: answer.python };
}

function absent(reading: TargetName, answer: Answer, interpreter: string) {
  switch (answer.missing) {
    case 'module':
      return failure('MODULE_NOT_FOUND', { module: reading.module, reached: answer.reached, python: interpreter });
    case 'source':
      return failure('NO_SOURCE', { module: reading.module, origin: answer.origin });
    case 'syntax':
      return failure('SOURCE_SYNTAX', { why: answer.why });
    default:
      return failure('TARGET_NOT_FOUND', { name: reading.name, file: answer.file, near: answer.near });
  }
}
