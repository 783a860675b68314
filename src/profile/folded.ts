import type { FunctionName } from './stats.js';

/** A stack that was met, root first, and the seconds that were spent in just that. */
export interface Stack {
  readonly frames: readonly FunctionName[];
  readonly seconds: number;
}

export class FoldedError extends Error {
  override readonly name = 'FoldedError';
}

/** The last frame of a stack that was suspended, as engine `sample` marks it. */
export const WAITING = '[waiting]';

/**
 * Reads stacks as a probe folds them, a line each: `name (file:line);name (file:line) microseconds`.
 * @throws FoldedError that names the line
 */
export function parseFolded(text: string): Stack[] {
  return text.split('\n').flatMap((line, i) => {
    if (line === '') return [];
    const [, stack, micros] = /^(.*) (\d+)$/.exec(line) ?? [];
    if (stack === undefined) throw new FoldedError(`line ${i + 1} is no stack with its microseconds`);
    return [{ frames: stack === '' ? [] : stack.split(';').map(frame), seconds: Number(micros) / 1e6 }];
  });
}

/** A frame with no place is a name alone, such as the mark of a wait. */
function frame(text: string): FunctionName {
  const [, name, file, line] = /^(.*?) \((.*):(\d+)\)$/.exec(text) ?? [];
  return name === undefined ? { file: '', line: 0, name: text } : { file: file!, line: Number(line), name };
}
